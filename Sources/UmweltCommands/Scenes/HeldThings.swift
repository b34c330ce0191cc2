import EnvironmentKit

/// What a world's facts say of things that the player carries: `hasKey`, `isCarrying`.
package struct HeldThings {
  /// What to show, such as `carries: key`; empty for nothing.
  package let text: String

  /// Reads the facts of a moment.
  ///
  /// - Parameters:
  ///   - facts: what the world tells, in order.
  ///   - values: the facts of the moment.
  package init(_ facts: [Fact], _ values: [Float]) {
    let things = zip(facts, values).compactMap { fact, value -> String? in
      guard value == 1, fact.kind == .category else { return nil }
      if fact.name == "isCarrying" { return "something" }
      guard fact.name.hasPrefix("has"), fact.name.dropFirst(3).first?.isUppercase == true else {
        return nil
      }
      return fact.name.dropFirst(3).lowercased()
    }
    text = things.isEmpty ? "" : "carries: " + things.joined(separator: ", ")
  }
}
