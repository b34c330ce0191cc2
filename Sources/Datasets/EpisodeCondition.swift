import EnvironmentKit
import Files

/// What an episode, or a moment of it, is asked to be: `return>100`, `terminated`, `hasKey=1`, `action=left`.
package struct EpisodeCondition: Hashable, Sendable {
  /// What is looked at.
  private enum Subject: Hashable, Sendable {
    /// Of a whole episode.
    case totalReward, steps, seed, terminated, truncated
    /// Of a moment.
    case reward, action(String), fact(Int)
  }

  private enum Comparison: String, CaseIterable {
    case atLeast = ">="
    case atMost = "<="
    case unequal = "!="
    case above = ">"
    case below = "<"
    case equal = "="
  }

  private let subject: Subject
  private let comparison: Comparison
  private let value: Double

  /// Whether it tells moments apart, and not episodes as wholes.
  package var isOfMoments: Bool {
    switch subject {
    case .reward, .action, .fact: true
    default: false
    }
  }

  /// Reads a condition.
  ///
  /// - Parameters:
  ///   - text: `terminated` or `truncated`; or one of `return`, `steps`, `seed`, `reward`, `action` or a
  ///     fact's name, then `=`, `!=`, `<`, `<=`, `>` or `>=`, then a number, or an action's name.
  ///   - index: of the data set that is looked through.
  /// - Throws: `FileError` that says what there is.
  package init(_ text: String, in index: DatasetIndex) throws(FileError) {
    if text == "terminated" || text == "truncated" {
      self.init(text == "terminated" ? .terminated : .truncated, .equal, 1)
      return
    }
    let operators = Comparison.allCases
    guard
      let place = text.firstIndex(where: { "<>=!".contains($0) }), place != text.startIndex,
      let comparison = operators.first(where: { text[place...].hasPrefix($0.rawValue) })
    else {
      throw FileError(
        operation: "read condition", place: text, cause: "nothing is compared",
        remedy: "write it as return>100, hasKey=1, action=left, or terminated")
    }
    let name = String(text[..<place])
    let value = String(text[place...].dropFirst(comparison.rawValue.count))
    let subject = try Self.subject(name, value, text, index)
    if case .action = subject {
      guard comparison == .equal || comparison == .unequal else {
        throw FileError(
          operation: "read condition", place: text, cause: "actions are equal or not",
          remedy: "write it as action=\(value)")
      }
      self.init(subject, comparison, 0)
      return
    }
    guard let number = Double(value), number.isFinite else {
      throw FileError(
        operation: "read condition", place: text, cause: "'\(value)' is no number",
        remedy: "write it as \(name)\(comparison.rawValue)1.5")
    }
    self.init(subject, comparison, number)
  }

  private init(_ subject: Subject, _ comparison: Comparison, _ value: Double) {
    (self.subject, self.comparison, self.value) = (subject, comparison, value)
  }

  private static func subject(
    _ name: String, _ value: String, _ text: String, _ index: DatasetIndex
  ) throws(FileError) -> Subject {
    let wholes: [String: Subject] = [
      "return": .totalReward, "steps": .steps, "seed": .seed, "reward": .reward,
    ]
    if let subject = wholes[name] { return subject }
    if let place = index.facts.firstIndex(where: { $0.name == name }) { return .fact(place) }
    let names = index.actions.names
    if name == "action", !names.isEmpty {
      guard names.contains(value) else {
        throw FileError(
          operation: "read condition", place: text, cause: "there is no action '\(value)'",
          remedy: NearestName.hint(value, among: names))
      }
      return .action(value)
    }
    let known =
      ["return", "steps", "seed", "reward", "terminated", "truncated"]
      + (index.actions.names.isEmpty ? [] : ["action"]) + index.facts.map(\.name)
    throw FileError(
      operation: "read condition", place: text, cause: "there is nothing called '\(name)'",
      remedy: NearestName.hint(name, among: known))
  }

  /// Whether an episode as a whole fulfils it; true of a condition of moments.
  package func holds(of span: EpisodeSpan, in dataset: EpisodeDataset) -> Bool {
    let last = span.steps.isEmpty ? nil : span.steps.upperBound - 1
    switch subject {
    case .totalReward: return compares(span.steps.reduce(0) { $0 + Double(dataset.reward($1)) })
    case .steps: return compares(Double(span.steps.count))
    case .seed: return compares(Double(span.seed))
    case .terminated: return last.map(dataset.terminated) ?? false
    case .truncated: return last.map(dataset.truncated) ?? false
    case .reward, .action, .fact: return true
    }
  }

  /// Whether a moment fulfils it: a frame, with the action that was taken upon it and its reward; true of a
  /// condition of whole episodes.
  ///
  /// - Parameter step: from 0 to the episode's number of steps; upon the last frame nothing was done.
  package func holds(at step: Int, of span: EpisodeSpan, in dataset: EpisodeDataset) -> Bool {
    let taken = step < span.steps.count ? span.steps.lowerBound + step : nil
    switch subject {
    case .reward: return taken.map { compares(Double(dataset.reward($0))) } ?? false
    case .action(let name):
      guard let taken else { return false }
      return (dataset.index.actions.name(of: dataset.action(taken)) == name)
        == (comparison == .equal)
    case .fact(let place):
      return compares(Double(dataset.facts(span.frames.lowerBound + step)[place]))
    default: return true
    }
  }

  private func compares(_ number: Double) -> Bool {
    switch comparison {
    case .equal: Float(number) == Float(value)
    case .unequal: !number.isNaN && Float(number) != Float(value)
    case .above: number > value
    case .below: number < value
    case .atLeast: number >= value
    case .atMost: number <= value
    }
  }
}
