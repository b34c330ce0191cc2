import EnvironmentKit
import Randomness

/// Random play of one slot: a uniform action, held for a uniform number of steps, and so on.
///
/// The `random` baseline. Drawing anew each step or holding changes a survival time by up to 1.8 times,
/// hence one stated rule. Components of continuous actions are uniform within their bounds.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018): random actions held for 1 to 10 frames.
public struct HeldRandomActions: Sendable {
  /// How many steps an action may be held.
  public static let holdSteps = 1..<11

  private let draw: RandomAction
  private var stream: RandomStream
  private var index: Int32 = 0
  private var row: [Float]
  private var stepsLeft = 0

  /// Starts an episode of random play.
  ///
  /// - Parameters:
  ///   - space: the actions to choose from, at least 1.
  ///   - seed: the episode's seed; the draws come from its stream `policy/random`.
  public init(_ space: ActionSpace, seed: UInt64) {
    precondition(space.count >= 1, "HeldRandomActions: no actions; give 1 or more")
    draw = RandomAction(space)
    stream = RandomStream(root: seed, name: "policy/random")
    row = [Float](repeating: 0, count: space.rowWidth)
  }

  /// Writes the next action of a slot.
  public mutating func next(into actions: ActionStorage, of slot: Int) {
    if stepsLeft == 0 {
      draw.next(&index, &row, &stream)
      stepsLeft = stream.integers(in: Self.holdSteps)
    }
    stepsLeft -= 1
    if row.isEmpty {
      actions.indices[slot] = index
    } else {
      _ = actions.row(of: slot).update(fromContentsOf: row)
    }
  }
}

/// A uniform action of a space.
struct RandomAction: Sendable {
  private let count: Int
  private let bounds: [ClosedRange<Float>]

  init(_ space: ActionSpace) {
    count = space.count
    if case .continuous(let bounds) = space { self.bounds = bounds } else { bounds = [] }
  }

  /// Draws an index, or all components of a row.
  func next(_ index: inout Int32, _ row: inout [Float], _ stream: inout RandomStream) {
    if bounds.isEmpty {
      index = Int32(stream.integers(in: 0..<count))
    } else {
      for (component, range) in bounds.enumerated() {
        row[component] = range.point(at: Float(stream.random()))
      }
    }
  }
}

extension ClosedRange<Float> {
  /// The point at a share of the way from low to high, never beyond them.
  func point(at share: Float) -> Float {
    let value = lowerBound + share * (upperBound - lowerBound)
    return Swift.min(upperBound, Swift.max(lowerBound, value))
  }
}
