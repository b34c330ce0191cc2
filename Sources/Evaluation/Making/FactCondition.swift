import EnvironmentKit
import Randomness

/// What a fact of a frame is asked to be.
package struct FactCondition: Hashable, Sendable {
  /// The fact.
  package let fact: Fact
  /// Its place among the facts of a frame.
  package let index: Int
  /// The value asked for.
  package let value: Float
  /// How far from it a frame's may lie; 0 where the fact is a category.
  package let tolerance: Float

  /// Asks for a value.
  package init(_ fact: Fact, index: Int, value: Float, tolerance: Float) {
    (self.fact, self.index, self.value, self.tolerance) = (fact, index, value, tolerance)
  }

  /// How far the fact lies from the value; nil where it is absent, or lies farther than the tolerance.
  func distance(_ facts: [Float]) -> Float? {
    let distance = abs(facts[index] - value)
    return distance <= tolerance ? distance : nil
  }
}

/// Frames that fulfil conditions, to draw latents around.
package struct ConditionedFrames {
  /// How many fulfil all conditions.
  package let fulfilled: Int
  /// Those that are drawn from, the nearest first: all, or where a fact is a quantity so many.
  package let frames: [Int]

  /// Frames that are drawn from where distances tell them apart.
  package static let most = 200

  /// Finds them.
  ///
  /// - Parameters:
  ///   - frames: to choose among.
  ///   - facts: `[frame][fact]`.
  package init(_ conditions: [FactCondition], frames: [Int], facts: [[Float]]) {
    let found = zip(frames, facts).compactMap { frame, facts -> (frame: Int, distance: Double)? in
      var sum = 0.0
      for condition in conditions {
        guard let distance = condition.distance(facts) else { return nil }
        // Facts of different units count in their tolerances.
        if condition.tolerance > 0 { sum += Double(distance / condition.tolerance) }
      }
      return (frame, sum)
    }
    fulfilled = found.count
    let nearest = found.sorted { ($0.distance, $0.frame) < ($1.distance, $1.frame) }.map(\.frame)
    self.frames =
      conditions.contains { $0.tolerance > 0 } ? Array(nearest.prefix(Self.most)) : nearest
  }

  /// A frame for each sample, each as likely as another; the first do not depend on how many there are.
  ///
  /// - Precondition: some frame fulfils the conditions.
  package func chosen(_ count: Int, stream: inout RandomStream) -> [Int] {
    (0..<count).map { _ in stream.choice(frames) }
  }
}
