import EnvironmentKit
import Randomness

/// A point on a plane that goes to the origin: actions are two numbers, its velocity.
///
/// The reward is minus the distance; it is over within 0.1 of the origin.
struct GlideWorld: World {
  struct Push: WorldAction {
    static var space: ActionSpace { .continuous([-1...1, -0.5...0.5]) }
    let x: Float
    let y: Float
    init?(index: Int32) { nil }
    init?(row: UnsafeBufferPointer<Float>) {
      guard (-1...1).contains(row[0]), (-0.5...0.5).contains(row[1]) else { return nil }
      (x, y) = (row[0], row[1])
    }
  }
  typealias Action = Push

  private var stream = RandomStream(seed: 0)
  private var x: Float = 0
  private var y: Float = 0
  private var steps = 0

  let specification = WorldSpecification(
    id: "Glide", observation: ObservationSpace([ObservationField("symbols", shape: [2])]),
    maximumSteps: 30, rewardRange: -10...0, facts: [Fact("x"), Fact("y")], stepsPerSecond: 10)

  mutating func reset(seed: UInt64?) {
    if let seed { stream = RandomStream(seed: seed) }
    (x, y, steps) = (Float(stream.uniform(-4, 4)), Float(stream.uniform(-2, 2)), 0)
  }

  mutating func step(_ action: Push) -> Step {
    steps += 1
    (x, y) = (max(-5, min(5, x + action.x)), max(-5, min(5, y + action.y)))
    let distance = (x * x + y * y).squareRoot()
    return Step(reward: -distance, terminated: distance < 0.1, truncated: steps >= 30)
  }

  func observe(into writer: inout ObservationWriter) {
    writer.write(UInt8(128 + 20 * x))
    writer.write(UInt8(128 + 20 * y))
  }

  func facts(into values: UnsafeMutableBufferPointer<Float>) { (values[0], values[1]) = (x, y) }
  func draw(into canvas: Canvas) { canvas.fill(Color(0, 0, 0)) }
}
