import Foundation
import Randomness
import Settings

/// A setting and the values that a sweep tries of it: `model.beta=1,2,4`, or at random `model.beta=log:0.5..8`.
public struct SettingAxis: Hashable, Sendable {
  /// What stands behind the `=`.
  private enum Values: Hashable, Sendable {
    /// One of these.
    case list([String])
    /// A number between two, at random; evenly in its logarithm where that is said.
    case range(low: Double, high: Double, isLogarithmic: Bool)
  }

  /// The setting's name.
  public let name: String
  private let values: Values
  private let text: String

  /// Reads what stands behind `--set`.
  ///
  /// Commas within brackets belong to a value: `metrics.sinks=[jsonl,tensorboard]` is a single one.
  ///
  /// - Throws: where it is no `key=value`, a value is missing or comes twice, or a range is none.
  public init(_ text: String) throws {
    guard let place = text.firstIndex(of: "="), place != text.startIndex else {
      throw Self.failure(text, "is no setting with values", "write it as model.beta=1,2,4")
    }
    self.text = text
    name = String(text[..<place])
    let written = String(text[text.index(after: place)...])
    if let range = try Self.range(written, text) {
      values = range
      return
    }
    let list = Self.split(written)
    guard !list.contains("") else {
      throw Self.failure(text, "a value is missing", "write it as \(name)=A,B,C")
    }
    guard Set(list).count == list.count else {
      throw Self.failure(text, "a value comes twice", "name each once")
    }
    values = .list(list)
  }

  /// The values of a list; nil of a range, which only random draws can take.
  public var list: [String]? {
    guard case .list(let values) = values else { return nil }
    return values
  }

  /// A value drawn at random: one of the list, or a number of the range with three digits, a whole one
  /// where both ends are.
  func draw(from stream: inout RandomStream) -> String {
    switch values {
    case .list(let list): return list[stream.integers(in: 0..<list.count)]
    case .range(let low, let high, let isLogarithmic):
      let share = stream.uniform(0, 1)
      let value =
        isLogarithmic ? low * pow(high / low, share) : low + share * (high - low)
      let isWhole = low == low.rounded() && high == high.rounded() && !isLogarithmic
      return isWhole ? "\(Int(value.rounded()))" : Self.short(value)
    }
  }

  private static func range(_ written: String, _ text: String) throws -> Values? {
    let isLogarithmic = written.hasPrefix("log:")
    let ends = isLogarithmic ? String(written.dropFirst(4)) : written
    guard let dots = ends.firstRange(of: "..") else {
      guard isLogarithmic else { return nil }
      throw failure(text, "has no range behind 'log:'", "write it as log:0.0001..0.01")
    }
    guard let low = Double(ends[..<dots.lowerBound]), let high = Double(ends[dots.upperBound...]),
      low.isFinite, high.isFinite, low < high, !isLogarithmic || low > 0
    else {
      throw failure(
        text, "has no range of numbers that rise\(isLogarithmic ? " from above 0" : "")",
        "write it as 0.5..2, or as log:0.0001..0.01")
    }
    return .range(low: low, high: high, isLogarithmic: isLogarithmic)
  }

  /// Cuts at commas outside of brackets.
  private static func split(_ text: String) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      if character == ",", depth <= 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts
  }

  /// Three digits that count.
  private static func short(_ value: Double) -> String {
    guard value != 0 else { return "0" }
    let place = 2 - Int(log10(abs(value)).rounded(.down))
    let scale = pow(10, Double(abs(place)))
    return "\(place >= 0 ? (value * scale).rounded() / scale : (value / scale).rounded() * scale)"
  }

  static func failure(_ text: String, _ cause: String, _ remedy: String) -> ExperimentError {
    ExperimentError(.usage, place: "--set \(text)", cause: cause, remedy: remedy)
  }
}
