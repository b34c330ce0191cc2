import Randomness

/// The numbers that the world is tuned by: lengths in cells, times in steps.
public struct TakeCoverRules: Hashable, Sendable {
  /// The player's line reaches from `-halfWidth` to `halfWidth`.
  public var halfWidth: Float = 13
  /// Cells the player moves in one step.
  public var playerSpeed: Float = 1
  /// A fireball hits when it lands at most this far from the player.
  public var hitRadius: Float = 2.8
  /// Chance of a shot in the first step.
  public var firstShotChance = 0.01
  /// What the chance grows by each step.
  public var shotChanceGrowth = 0.0002
  /// The chance grows no further than this.
  public var lastShotChance = 0.10
  /// Steps a fireball flies, drawn for each.
  public var flightSteps: Range<Int> = 15..<36
  /// Share of shots that are aimed at the player; the others land anywhere along his line.
  public var aimedShare = 0.5
  /// An aimed shot strays at most this far to either side: a tenth of the line's length.
  public var aimSpread: Float { 0.2 * halfWidth }
  /// Steps for which a monster's eyes flash before it throws.
  public var windUpSteps = 6
  /// Monsters at the start of an episode.
  public var firstMonsterCount = 2
  /// Steps after which one more monster comes.
  public var stepsPerMonster = 80
  /// How many of the monsters nearest to a landing point may be the one to throw there.
  public var throwerChoice = 2
  /// Steps after which an episode is cut off.
  public var maximumSteps = 2_100

  /// Creates the rules of the catalogue's world.
  public init() {}

  /// The chance of a shot at a step counted from the start of the episode.
  func shotChance(at step: Int) -> Double {
    min(lastShotChance, firstShotChance + shotChanceGrowth * Double(step))
  }

  /// Monsters present at a step counted from the start of the episode.
  func monsterCount(at step: Int) -> Int {
    min(TakeCover.monsterSlots, firstMonsterCount + step / stepsPerMonster)
  }
}
