import EnvironmentKit
import Randomness

/// Gold is collected from lanes in which enemies run too: `MinAtar/Asterix-*`.
///
/// # Actions
/// `left`, `up`, `right` and `down` move the player one cell within rows 1…8; `fire` does nothing.
///
/// # Rules
/// Each of the eight rows is a lane for one runner at a time, which comes in at either end and leaves at the
/// other; a third of them are gold. A runner comes every `spawnInterval` steps while a lane is free, all move
/// one cell every `moveInterval` steps. Gold that the player meets is his, an enemy ends the game. Every
/// 100 steps or so the intervals become shorter.
///
/// # Reward
/// 1 per piece of gold.
///
/// # Episode end
/// Terminated by an enemy. The library sets no limit; here an episode is truncated after 10,000 steps.
///
/// # Source
/// minatar 1.0.15, Asterix: same seed, same game.
package struct Asterix: ArcadeGame {
  package static let name = "Asterix"
  package static let channels = ["player", "enemy", "trail", "gold"]
  package static let usefulActions: [ArcadeAction] = [.stay, .left, .up, .right, .down]

  static let lanes = 8
  private static let stepsPerRamp = 100

  /// What runs along a lane.
  struct Runner: Hashable, Sendable {
    var isThere = false
    var isGold = false
    var goesRight = false
    /// Its column.
    var x = 0
    /// Columns per step in which it moves.
    var heading: Int { goesRight ? 1 : -1 }
  }

  var player = Cell(5, 5)
  /// Those of rows 1…8.
  var runners = InlineArray<8, Runner>(repeating: Runner())
  /// Steps from one runner's coming to the next one's.
  var spawnInterval = 10
  /// Steps from one move of the runners to the next.
  var moveInterval = 5
  private var spawnTimer = 10
  var moveTimer = 5
  private var rampTimer = Self.stepsPerRamp
  private var rampCount = 0

  package init() {}

  package mutating func start(_ random: inout MersenneTwister) { self = Asterix() }

  package mutating func act(
    _ action: ArcadeAction, ramps: Bool, _ random: inout MersenneTwister
  ) -> Outcome {
    var outcome = Outcome()
    if spawnTimer == 0 {
      spawn(&random)
      spawnTimer = spawnInterval
    }
    movePlayer(action)
    meet(&outcome)
    if moveTimer == 0 {
      moveTimer = moveInterval
      moveRunners()
      meet(&outcome)
    }
    spawnTimer -= 1
    moveTimer -= 1
    if ramps { ramp() }
    return outcome
  }

  private mutating func spawn(_ random: inout MersenneTwister) {
    let goesRight = random.random() < 0.5
    let isGold = random.random() < 1.0 / 3.0
    var free = (0..<Self.lanes).reduce(0) { $0 + (runners[$1].isThere ? 0 : 1) }
    guard free > 0 else { return }
    free = random.integers(in: 0..<free)
    for lane in 0..<Self.lanes where !runners[lane].isThere {
      if free == 0 {
        runners[lane] = Runner(
          isThere: true, isGold: isGold, goesRight: goesRight, x: goesRight ? 0 : Cell.side - 1)
        return
      }
      free -= 1
    }
  }

  private mutating func movePlayer(_ action: ArcadeAction) {
    switch action {
    case .left: player.x = max(0, player.x - 1)
    case .right: player.x = min(Cell.side - 1, player.x + 1)
    case .up: player.y = max(1, player.y - 1)
    case .down: player.y = min(Self.lanes, player.y + 1)
    case .stay, .fire: break
    }
  }

  /// What the player's meeting with the runner of his lane comes to.
  private mutating func meet(_ outcome: inout Outcome) {
    let lane = player.y - 1
    guard runners[lane].isThere, runners[lane].x == player.x else { return }
    guard runners[lane].isGold else { return outcome.isOver = true }
    runners[lane].isThere = false
    outcome.points += 1
  }

  private mutating func moveRunners() {
    for lane in 0..<Self.lanes where runners[lane].isThere {
      runners[lane].x += runners[lane].heading
      if !(0..<Cell.side ~= runners[lane].x) { runners[lane].isThere = false }
    }
  }

  private mutating func ramp() {
    guard spawnInterval > 1 || moveInterval > 1 else { return }
    guard rampTimer < 0 else { return rampTimer -= 1 }
    if moveInterval > 1, rampCount % 2 == 1 { moveInterval -= 1 }
    if spawnInterval > 1 { spawnInterval -= 1 }
    rampCount += 1
    rampTimer = Self.stepsPerRamp
  }

  @inline(__always)
  package func forEachThing(_ body: (_ channel: Int, _ cell: Cell) -> Void) {
    for lane in 0..<Self.lanes where runners[lane].isThere {
      let cell = Cell(runners[lane].x, lane + 1)
      let behind = Cell(cell.x - runners[lane].heading, cell.y)
      if behind.isOnBoard { body(2, behind) }
      body(runners[lane].isGold ? 3 : 1, cell)
    }
    body(0, player)
  }
}
