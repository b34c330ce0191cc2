import EnvironmentKit
import Randomness

/// A puck in a shallow bowl of ice, pushed in any direction, that is to stay on a wandering target.
///
/// Own rules. The rink is a square of 2 by 2 metres around the origin, x to the right, y upwards. A step
/// lasts `timeStep`; a push u in −1…1 by −1…1 changes velocity v and place x of the puck, one component
/// like the other, and the target goes on at its speed s in a heading h that turns at random:
///
///     v ← (v + (acceleration · u − slope · x) · timeStep) · (1 − drag · timeStep)
///     x ← x + v · timeStep        (a wall throws it back with `bounce` of its speed)
///     target ← target + s · h · timeStep        (at its own bounds the heading is mirrored)
///     reward = (1 − (distance / reach)²)², 0 beyond `reach`        (0…1 per step)
///
/// Nothing terminates; an episode is truncated after `maximumSteps`. The puck leaves a fading trail, so
/// that a single picture shows how fast it is and where it goes.
public struct IcePuck: World {
  /// A push: the share of the greatest acceleration to the right, and upwards.
  public struct Action: WorldAction {
    /// The share in x and y, each −1…1.
    public var push: SIMD2<Float>

    /// Two numbers.
    public static var space: ActionSpace { .continuous([-1...1, -1...1]) }
    /// There are no choices.
    public init?(index: Int32) { nil }
    /// The push of a row; nil where it has not two numbers in −1…1.
    public init?(row: UnsafeBufferPointer<Float>) {
      guard row.count == 2, abs(row[0]) <= 1, abs(row[1]) <= 1 else { return nil }
      push = SIMD2(row[0], row[1])
    }
  }

  /// Seconds of a step.
  static let timeStep: Float = 0.05
  /// The greatest push, in m/s² along each axis.
  static let acceleration: Float = 5
  /// How hard the bowl pulls towards its middle, in m/s² per metre: a full push holds it at 0.8 m.
  static let slope: Float = 6.25
  /// The share of its speed that the ice takes per second.
  static let drag: Float = 2.5
  /// The share of its speed that a wall gives back.
  static let bounce: Float = 0.5
  /// Radius of the puck, in metres.
  static let puckRadius: Float = 0.18
  /// How far the puck's middle gets from the origin along an axis, in metres.
  static let puckReach: Float = 1 - puckRadius
  /// The target's speed, in m/s.
  static let targetSpeed: Float = 0.3
  /// How far the target turns in a step at most, as the tangent of the angle.
  static let targetTurn: Float = 0.25
  /// How far the target gets from the origin along an axis, in metres.
  static let targetReach: Float = 0.7
  /// The distance from which on there is no reward, in metres.
  static let reach: Float = 0.7
  /// Steps of an episode.
  static let maximumSteps = 200
  /// Places of the trail: the puck's in the last so many steps.
  static let trailLength = 6

  var stream = RandomStream(seed: 0)
  var stepCount = 0
  var puck = SIMD2<Float>.zero
  var velocity = SIMD2<Float>.zero
  var target = SIMD2<Float>.zero
  var heading = SIMD2<Float>(1, 0)
  /// Where the puck was, the latest first.
  var trail = InlineArray<6, SIMD2<Float>>(repeating: .zero)
  let observation: ObservationKind

  /// Creates a world, to be reset before its first step.
  ///
  /// - Parameter observation: `pixels64`, or `symbols` for the state in bytes.
  public init(_ observation: ObservationKind = .pixels64) {
    self.observation = observation
  }

  /// Rewards of 0…1; the facts are the state.
  public var specification: WorldSpecification {
    WorldSpecification(
      id: "IcePuck", observation: observationSpace, maximumSteps: Self.maximumSteps,
      rewardRange: 0...1, facts: Self.factList, stepsPerSecond: Double(1 / Self.timeStep))
  }

  /// Starts an episode: the puck at rest and the target anywhere within their bounds.
  public mutating func reset(seed: UInt64?) {
    if let seed { stream = RandomStream(seed: seed) }
    stepCount = 0
    velocity = .zero
    puck = drawPlace(within: Self.puckReach)
    target = drawPlace(within: Self.targetReach)
    heading = drawHeading()
    for index in 0..<Self.trailLength { trail[index] = puck }
  }

  private mutating func drawPlace(within reach: Float) -> SIMD2<Float> {
    let bound = Double(reach)
    return SIMD2(Float(stream.uniform(-bound, bound)), Float(stream.uniform(-bound, bound)))
  }

  /// A direction of length 1; all are near enough equally likely.
  private mutating func drawHeading() -> SIMD2<Float> {
    let place = drawPlace(within: 1)
    let square = (place * place).sum()
    return square > 1e-6 ? place / square.squareRoot() : SIMD2(1, 0)
  }

  /// Moves the puck, then the target.
  public mutating func step(_ action: Action) -> Step {
    for index in (1..<Self.trailLength).reversed() { trail[index] = trail[index - 1] }
    trail[0] = puck
    movePuck(action.push)
    moveTarget()
    stepCount += 1
    return Step(reward: reward, truncated: stepCount >= Self.maximumSteps)
  }

  private mutating func movePuck(_ push: SIMD2<Float>) {
    let pull = push * Self.acceleration - puck * Self.slope
    velocity = (velocity + pull * Self.timeStep) * (1 - Self.drag * Self.timeStep)
    puck += velocity * Self.timeStep
    for axis in 0..<2 where abs(puck[axis]) > Self.puckReach {
      puck[axis] = puck[axis] < 0 ? -Self.puckReach : Self.puckReach
      velocity[axis] *= -Self.bounce
    }
  }

  private mutating func moveTarget() {
    let turn = Float(stream.uniform(-Double(Self.targetTurn), Double(Self.targetTurn)))
    heading += SIMD2(-heading.y, heading.x) * turn
    heading /= (heading * heading).sum().squareRoot()
    target += heading * (Self.targetSpeed * Self.timeStep)
    for axis in 0..<2 where abs(target[axis]) > Self.targetReach {
      target[axis] = target[axis] < 0 ? -Self.targetReach : Self.targetReach
      heading[axis] = -heading[axis]
    }
  }

  /// Metres from the puck's middle to the target's.
  var distance: Float {
    let offset = target - puck
    return (offset * offset).sum().squareRoot()
  }

  private var reward: Float {
    let share = distance / Self.reach
    let rest = max(0, 1 - share * share)
    return rest * rest
  }
}
