import EnvironmentKit
import Randomness

/// A cannon shoots at a formation of aliens that comes down on it: `MinAtar/SpaceInvaders-*`.
///
/// # Actions
/// `left` and `right` move the cannon one cell, `fire` shoots upwards, at most every fifth step.
///
/// # Rules
/// The formation moves one column every so many steps: as many as there are aliens, and at most `moveInterval`.
/// At an edge it comes down a row and turns. Every tenth step or so the alien that is lowest in the nearest
/// occupied column shoots downwards. When all are gone the next, faster formation comes.
///
/// # Reward
/// 1 per alien.
///
/// # Episode end
/// Terminated when an alien or a shot meets the cannon, or an alien comes to the lowest row. The library sets no
/// limit; here an episode is truncated after 10,000 steps.
///
/// # Source
/// minatar 1.0.15, Space Invaders: same seed, same game.
package struct SpaceInvaders: ArcadeGame {
  package static let name = "SpaceInvaders"
  package static let channels = [
    "cannon", "alien", "alien_left", "alien_right", "friendly_bullet", "enemy_bullet",
  ]
  package static let usefulActions: [ArcadeAction] = [.stay, .left, .right, .fire]
  package static let mostPoints = 2

  static let lowestRow = Cell.side - 1
  private static let formation = CellSet(columns: 2..<8, rows: 0..<4)
  private static let leftEdge = CellSet(columns: 0..<1, rows: 0..<Cell.side)
  private static let rightEdge = CellSet(columns: 9..<10, rows: 0..<Cell.side)
  /// Steps between two shots of the cannon, and of the aliens.
  private static let (reloadSteps, alienReloadSteps) = (5, 10)
  /// Steps between two moves of the first formation, and of the fastest.
  private static let (firstInterval, lastInterval) = (12, 6)

  /// The cannon's column.
  var cannon = 5
  var aliens = Self.formation
  var goesRight = false
  var shots = CellSet.empty
  var alienShots = CellSet.empty
  /// The most steps between two moves of the formation.
  var moveInterval = Self.firstInterval
  /// Steps until the formation moves.
  var moveTimer = Self.firstInterval
  /// Steps until the cannon may shoot.
  var reload = 0
  /// Steps until an alien shoots.
  var alienReload = Self.alienReloadSteps

  package init() {}

  package mutating func start(_ random: inout MersenneTwister) { self = SpaceInvaders() }

  private var cannonCell: Cell { Cell(cannon, Self.lowestRow) }

  package mutating func act(
    _ action: ArcadeAction, ramps: Bool, _ random: inout MersenneTwister
  ) -> Outcome {
    var outcome = Outcome()
    act(action)
    shots = shots.shifted(down: false)
    alienShots = alienShots.shifted(down: true)
    if alienShots.contains(cannonCell) || aliens.contains(cannonCell) { outcome.isOver = true }
    if moveTimer == 0, moveAliens() { outcome.isOver = true }
    if alienReload == 0 { shootBack() }
    outcome.points = destroy()
    reload = max(0, reload - 1)
    moveTimer -= 1
    alienReload -= 1
    if aliens.isEmpty { sendFormation(ramps: ramps) }
    return outcome
  }

  private mutating func act(_ action: ArcadeAction) {
    switch action {
    case .fire where reload == 0:
      shots.insert(cannonCell)
      reload = Self.reloadSteps
    case .left: cannon = max(0, cannon - 1)
    case .right: cannon = min(Cell.side - 1, cannon + 1)
    default: break
    }
  }

  /// Whether moving the formation ends the game.
  private mutating func moveAliens() -> Bool {
    moveTimer = min(aliens.count, moveInterval)
    var isOver = false
    if aliens.overlaps(goesRight ? Self.rightEdge : Self.leftEdge) {
      goesRight.toggle()
      isOver = aliens.overlaps(.lowestRow)
      aliens = aliens.shifted(down: true)
    } else {
      aliens = aliens.shifted(right: goesRight)
    }
    return isOver || aliens.contains(cannonCell)
  }

  /// The lowest alien of the nearest occupied column shoots.
  private mutating func shootBack() {
    alienReload = Self.alienReloadSteps
    for distance in 0..<Cell.side {
      for column in [cannon - distance, cannon + distance] where 0..<Cell.side ~= column {
        let lowest = (0..<Cell.side).last { aliens.contains(Cell(column, $0)) }
        if let lowest { return alienShots.insert(Cell(column, lowest)) }
      }
    }
  }

  /// Takes away aliens with the shots that meet them; returns their number.
  private mutating func destroy() -> Int {
    let met = aliens.intersection(shots)
    aliens.subtract(met)
    shots.subtract(met)
    return met.count
  }

  private mutating func sendFormation(ramps: Bool) {
    if ramps, moveInterval > Self.lastInterval { moveInterval -= 1 }
    aliens = Self.formation
  }

  @inline(__always)
  package func forEachThing(_ body: (_ channel: Int, _ cell: Cell) -> Void) {
    aliens.forEach {
      body(1, $0)
      body(goesRight ? 3 : 2, $0)
    }
    shots.forEach { body(4, $0) }
    alienShots.forEach { body(5, $0) }
    body(0, cannonCell)
  }
}
