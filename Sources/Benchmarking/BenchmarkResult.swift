import Experiments
import Files
import Pictures

/// How fast something was.
public struct BenchmarkResult: Hashable, Sendable {
  /// The benchmark's name.
  public var name: String
  /// What `median`, `min` and `max` count, a second.
  public var unit: String
  /// The middle of the repetitions' rates.
  public var median: Double
  /// The rate of the slowest repetition.
  public var min: Double
  /// The rate of the fastest repetition.
  public var max: Double
  /// Threads in use.
  public var threads: Int
  /// The share of the measured peak of single-precision matrix products that the useful products of
  /// this work reach at the median; nil where they are no measure.
  public var peakShare: Double?
  /// How often a step asked the system for tensors' memory or made a primitive of oneDNN.
  public var allocationsPerStep: Double

  /// The most bytes of memory that the process had meanwhile; nil where that is not what is measured.
  public var peakMemoryBytes: Int?

  /// One JSON object on one line, of the documented form.
  public var json: String {
    var value: JSONValue = [
      "name": .string(name), "unit": .string(unit), "median": .number(median),
      "min": .number(min), "max": .number(max), "threads": .integer(threads),
      "peakShare": peakShare.map { .number($0) } ?? .null,
      "allocationsPerStep": .number(allocationsPerStep),
    ]
    if let peakMemoryBytes { value["peakMemoryBytes"] = .integer(peakMemoryBytes) }
    return value.line
  }

  /// The median with its unit.
  public var rate: String { "\(Self.number(median)) \(unit)" }

  /// The lines of a table of results.
  public static func table(_ results: [BenchmarkResult]) -> [String] {
    let tellsMemory = results.contains { $0.peakMemoryBytes != nil }
    let rows = results.map { result in
      [
        result.name, number(result.median), result.unit,
        "\(number(result.min))–\(number(result.max))",
        result.peakShare.map(NumberStyle.share) ?? "–", number(result.allocationsPerStep),
      ]
        + (tellsMemory
          ? [result.peakMemoryBytes.map { "\(NumberStyle.count($0 / 1_048_576)) MiB" } ?? "–"] : [])
    }
    return TextTable.lines(
      header: ["benchmark", "median", "unit", "slowest–fastest", "of peak", "allocations/step"]
        + (tellsMemory ? ["most memory"] : []),
      rows: rows, rightAligned: [1, 3, 4, 5, 6])
  }

  /// Four significant digits, thousands set apart.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if value == value.rounded(), abs(value) < 1000 { return "\(Int(value))" }
    guard abs(value) >= 1000 else {
      return NumberText.fixed(value, value >= 100 ? 1 : value >= 10 ? 2 : 3)
    }
    var (digits, groups) = (String(Int(value.rounded())), [Substring]())
    while digits.count > 3 {
      groups.insert(digits.suffix(3), at: 0)
      digits.removeLast(3)
    }
    return ([digits[...]] + groups).joined(separator: ",")
  }
}
