import ArgumentParser
import Settings

/// Seeds as the option `--seeds` names them, the same in every command.
///
/// `A..B` are the seeds from A to B, both included; `A,B,C` are these; a single number N are the first N
/// from where the command starts.
struct SeedList {
  /// What the grammar says, for help texts.
  static let grammar = "N for the first N, A..B, or a list A,B,C"

  /// What a command takes.
  struct Limits {
    /// The first seed where only a number of them is given.
    var start: UInt64
    /// How many there may be.
    var count: ClosedRange<Int>
    /// What all seeds lie below.
    var bound: UInt64 = 1 << 32
  }

  /// The seeds, in the order in which they were named.
  let seeds: [UInt64]

  /// Reads what stands behind `--seeds`.
  ///
  /// - Throws: where it is none of the three, a seed comes twice, or there are too few or too many.
  init(_ text: String, _ limits: Limits) throws {
    guard let count = Self.count(text, limits.start) else {
      throw Self.failure(
        text, "neither a number of seeds, nor a range, nor a list of them", limits)
    }
    guard limits.count.contains(count) else {
      let (least, most) = (limits.count.lowerBound, limits.count.upperBound)
      throw ExperimentError(
        .usage, place: "--seeds \(text)", cause: "that makes \(count)",
        remedy: "give \(least) to \(most) seeds")
    }
    seeds = Self.numbers(text, limits.start)
    guard Set(seeds).count == seeds.count else {
      throw Self.failure(text, "a seed comes twice", limits)
    }
    guard seeds.allSatisfy({ $0 < limits.bound }) else {
      throw Self.failure(text, "a seed is \(limits.bound) or more", limits)
    }
  }

  private static func failure(_ text: String, _ cause: String, _ limits: Limits) -> ExperimentError
  {
    ExperimentError(
      .usage, place: "--seeds \(text)", cause: cause,
      remedy:
        "write 5 for the seeds \(limits.start)..\(limits.start + 4), A..B with A not above B, "
        + "or a list such as 1,2,7")
  }

  /// The ends of `A..B`.
  private static func ends(_ text: String) -> (first: UInt64, last: UInt64)? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[1].isEmpty, let first = UInt64(parts[0]),
      let last = UInt64(parts[2]), first <= last
    else { return nil }
    return (first, last)
  }

  /// How many seeds are named; nil where the text is none of the three.
  private static func count(_ text: String, _ start: UInt64) -> Int? {
    if let (first, last) = ends(text) {
      return Int(exactly: (last - first).addingReportingOverflow(1).partialValue)
    }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 1 else {
      return parts.allSatisfy({ UInt64($0) != nil }) ? parts.count : nil
    }
    return Int(text).flatMap { $0 < 0 ? nil : $0 }
  }

  private static func numbers(_ text: String, _ start: UInt64) -> [UInt64] {
    if let (first, last) = ends(text) { return Array(first...last) }
    let parts = text.split(separator: ",")
    if parts.count > 1 { return parts.compactMap { UInt64($0) } }
    return (0..<(UInt64(text) ?? 0)).map { start + $0 }
  }
}

/// What stands behind `--seed`.
func seedNumber(_ text: String) throws -> UInt64 {
  guard let seed = UInt64(text) else {
    throw ValidationError("give a whole number from 0 to \(UInt64.max)")
  }
  return seed
}
