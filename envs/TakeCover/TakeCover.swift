import EnvironmentKit
import Randomness

/// A room seen through the player's eyes: he slides along one wall, monsters on the other throw
/// fireballs at him.
///
/// In the spirit of the DoomTakeCover task of "World Models" (Ha and Schmidhuber 2018), with rules
/// and drawing of its own. +1 for every step survived, terminated by a hit, truncated after
/// `maximumSteps`.
public struct TakeCover: World {
  /// What the player may do.
  public enum Action: Int32, DiscreteAction {
    /// Stand still.
    case stay
    /// Slide one step to the left.
    case left
    /// Slide one step to the right.
    case right
  }

  /// Most monsters that an episode sees.
  public static let monsterSlots = 5
  /// Most fireballs in the air; a monster waits while there are as many.
  public static let fireballSlots = 8

  /// The numbers it is tuned by.
  public let rules: TakeCoverRules
  var stream = RandomStream(seed: 0)
  var stepCount = 0
  var playerX: Float = 0
  var playerVelocity: Float = 0
  var isHit = false
  /// The first `fireballCount` are in the air, the nearest in front.
  var fireballs = InlineArray<8, Fireball>(repeating: Fireball())
  var fireballCount = 0
  /// Places of all monsters of the episode; the first `monsterCount` have come.
  var monsters = InlineArray<5, Monster>(repeating: Monster())
  var monsterCount = 0

  /// Creates a world, to be reset before its first step.
  public init(rules: TakeCoverRules = TakeCoverRules()) {
    self.rules = rules
  }

  /// A 64×64×3 picture, a reward of 1 a step.
  public var specification: WorldSpecification {
    WorldSpecification(
      id: "TakeCover",
      observation: ObservationSpace([
        ObservationField("image", shape: [Self.observationSize, Self.observationSize, 3])
      ]),
      maximumSteps: rules.maximumSteps, rewardRange: 1...1, facts: Self.factList,
      stepsPerSecond: 20)
  }

  /// Starts an episode with the player on a cell in the middle half of his line.
  public mutating func reset(seed: UInt64?) {
    if let seed { stream = RandomStream(seed: seed) }
    stepCount = 0
    isHit = false
    fireballCount = 0
    playerVelocity = 0
    let middle = Int(rules.halfWidth / 2)
    playerX = Float(stream.integers(in: -middle..<middle + 1))
    placeMonsters()
  }

  /// Moves the player, then the fireballs, then lets monsters throw.
  public mutating func step(_ action: Action) -> Step {
    movePlayer(action)
    moveFireballs()
    throwPreparedShots()
    sortFireballs()
    if stream.random() < rules.shotChance(at: stepCount) { prepareShot() }
    stepCount += 1
    welcomeMonsters()
    return Step(
      reward: 1, terminated: isHit, truncated: !isHit && stepCount >= rules.maximumSteps)
  }

  private mutating func movePlayer(_ action: Action) {
    let wish: Float =
      switch action {
      case .stay: 0
      case .left: -rules.playerSpeed
      case .right: rules.playerSpeed
      }
    let next = min(rules.halfWidth, max(-rules.halfWidth, playerX + wish))
    playerVelocity = next - playerX
    playerX = next
  }

  /// Brings every fireball one step nearer; those that land hit or are gone.
  private mutating func moveFireballs() {
    var kept = 0
    for index in 0..<fireballCount {
      var ball = fireballs[index]
      ball.stepsLeft -= 1
      if ball.stepsLeft > 0 || strikes(ball) {
        fireballs[kept] = ball
        kept += 1
      }
    }
    fireballCount = kept
  }

  /// Whether a fireball that has arrived hits the player; a ball that hits stays to be seen.
  private mutating func strikes(_ ball: Fireball) -> Bool {
    let hit = abs(ball.landing - playerX) <= rules.hitRadius
    isHit = isHit || hit
    return hit
  }
}
