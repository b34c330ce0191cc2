import Foundation
import Randomness

/// The random policy that collects frames: varied from episode to episode.
///
/// Each episode draws how it favours the actions (a flat Dirichlet distribution), so that all of the
/// world is seen and not only its middle; each action is then held for 1 to `holdMaximum` steps.
package struct VariedRandomPolicy {
  private var stream: RandomStream
  private let thresholds: [Double]
  private let holdMaximum: Int
  private var current: Int32 = 0
  private var remaining = 0

  /// Draws the policy of one episode.
  package init(actions: Int, holdMaximum: Int, stream: RandomStream) {
    var stream = stream
    let weights = (0..<actions).map { _ in -log(1 - stream.random()) + 1e-12 }
    let total = weights.reduce(0, +)
    var sum = 0.0
    thresholds = weights.map { weight in
      sum += weight / total
      return sum
    }
    self.holdMaximum = holdMaximum
    self.stream = stream
  }

  /// The next action.
  package mutating func next() -> Int32 {
    if remaining == 0 {
      let draw = stream.random()
      current = Int32(thresholds.firstIndex { draw < $0 } ?? thresholds.count - 1)
      remaining = stream.integers(in: 1..<holdMaximum + 1)
    }
    remaining -= 1
    return current
  }
}
