import EnvironmentKit
import Randomness

/// A submarine saves divers from fish and enemies, and has to come up for air: `MinAtar/Seaquest-*`.
///
/// # Actions
/// All six: the submarine moves one cell within rows 0…8 and shoots where it looks, at most every fifth step.
///
/// # Rules
/// Fish, and half as many submarines, come in at either side of rows 1…8 and go through; submarines shoot. Divers
/// come every 30 steps, six can be on board. Air lasts 200 steps under water and is renewed at the surface for one
/// diver; six are brought home all together. With each time at the surface enemies come sooner, with each second
/// one they move faster.
///
/// # Reward
/// 1 per enemy; for six divers brought home a point per tenth of the air that is left.
///
/// # Episode end
/// Terminated by meeting an enemy or a shot, without air, and at the surface without a diver. The library sets no
/// limit; here an episode is truncated after 10,000 steps.
///
/// # Source
/// minatar 1.0.15, Seaquest: same seed, same game.
package struct Seaquest: ArcadeGame {
  package static let name = "Seaquest"
  package static let channels = [
    "sub_front", "sub_back", "friendly_bullet", "trail", "enemy_bullet", "enemy_fish", "enemy_sub",
    "oxygen", "diver_gauge", "diver",
  ]
  package static let usefulActions = ArcadeAction.allCases
  package static let mostPoints = 12

  /// Rows that the submarine can be in: the last is the sea's floor.
  static let depths = 0..<9
  /// The row of the gauges.
  static let gaugeRow = 9
  static let (fullAir, fullCrew) = (200, 6)
  static let (reloadSteps, enemyReloadSteps): (Int8, Int8) = (5, 10)
  static let diverMoveInterval: Int8 = 5
  private static let diverInterval = 30

  /// Whatever swims along a row: small, since there is room for many.
  struct Swimmer: Hashable, Sendable {
    var cell = Cell(0, 0)
    var goesRight = false
    /// Steps until it moves.
    var moveTimer: Int8 = 0
    /// Steps until it shoots.
    var reload: Int8 = 0

    /// Columns per move.
    var heading: Int { goesRight ? 1 : -1 }
    /// The cell that it leaves behind.
    var wake: Cell { Cell(cell.x - heading, cell.y) }
  }

  var submarine = Swimmer(cell: Cell(5, 0))
  // The fastest game lets one enemy come in a step, which is gone 30 steps later; its shot is gone before the next.
  var shots = ShortList<4, Swimmer>(Swimmer())
  var enemyShots = ShortList<32, Swimmer>(Swimmer())
  var fish = ShortList<32, Swimmer>(Swimmer())
  var enemies = ShortList<32, Swimmer>(Swimmer())
  var divers = ShortList<8, Swimmer>(Swimmer())
  /// Steps that the air will last.
  var air = Self.fullAir
  /// Divers on board; -1 after six were brought home.
  var crew = 0
  /// Steps from one enemy's coming to the next one's.
  var spawnInterval = 20
  /// Steps from one move of an enemy to the next, one less.
  var moveInterval: Int8 = 5
  private var spawnTimer = 20
  private var diverTimer = Self.diverInterval
  private var isAtSurface = true
  private var surfacings = 0

  package init() {}

  package mutating func start(_ random: inout MersenneTwister) { self = Seaquest() }

  package mutating func act(
    _ action: ArcadeAction, ramps: Bool, _ random: inout MersenneTwister
  ) -> Outcome {
    var outcome = Outcome()
    spawn(&random)
    steer(action)
    moveShots(&outcome)
    moveDivers()
    moveEnemies(&outcome)
    moveEnemyShots(&outcome)
    moveFish(&outcome)
    spawnTimer = max(0, spawnTimer - 1)
    diverTimer = max(0, diverTimer - 1)
    submarine.reload = max(0, submarine.reload - 1)
    breathe(ramps: ramps, &outcome)
    return outcome
  }

  private mutating func spawn(_ random: inout MersenneTwister) {
    if spawnTimer == 0 {
      spawnEnemy(&random)
      spawnTimer = spawnInterval
    }
    if diverTimer == 0 {
      divers.append(Self.newcomer(random.random() < 0.5, Self.diverMoveInterval, &random))
      diverTimer = Self.diverInterval
    }
  }

  /// Lets a fish or a submarine come, but for a row in which another goes the other way.
  private mutating func spawnEnemy(_ random: inout MersenneTwister) {
    let goesRight = random.random() < 0.5
    let isSubmarine = random.random() < 1.0 / 3.0
    var enemy = Self.newcomer(goesRight, moveInterval, &random)
    func comesAgainst(_ other: Swimmer) -> Bool {
      other.cell.y == enemy.cell.y && other.goesRight != goesRight
    }
    if fish.indices.contains(where: { comesAgainst(fish[$0]) })
      || enemies.indices.contains(where: { comesAgainst(enemies[$0]) })
    {
      return
    }
    enemy.reload = Self.enemyReloadSteps
    if isSubmarine { enemies.append(enemy) } else { fish.append(enemy) }
  }

  private static func newcomer(
    _ goesRight: Bool, _ interval: Int8, _ random: inout MersenneTwister
  ) -> Swimmer {
    Swimmer(
      cell: Cell(goesRight ? 0 : Cell.side - 1, random.integers(in: 1..<9)), goesRight: goesRight,
      moveTimer: interval)
  }

  private mutating func steer(_ action: ArcadeAction) {
    switch action {
    case .fire where submarine.reload == 0:
      shots.append(submarine)
      submarine.reload = Self.reloadSteps
    case .left, .right:
      submarine.goesRight = action == .right
      submarine.cell.x = min(Cell.side - 1, max(0, submarine.cell.x + submarine.heading))
    case .up: submarine.cell.y = max(0, submarine.cell.y - 1)
    case .down: submarine.cell.y = min(Self.depths.upperBound - 1, submarine.cell.y + 1)
    default: break
    }
  }

  /// Uses up air under water; what comes to the surface needs a diver.
  private mutating func breathe(ramps: Bool, _ outcome: inout Outcome) {
    if submarine.cell.y > 0 {
      isAtSurface = false
      air -= 1
      if air < 0 { outcome.isOver = true }
    } else if !isAtSurface {
      guard crew > 0 else { return outcome.isOver = true }
      surface(ramps: ramps, &outcome)
    }
  }

  private mutating func surface(ramps: Bool, _ outcome: inout Outcome) {
    isAtSurface = true
    if crew == Self.fullCrew {
      outcome.points += air * 10 / Self.fullAir
      crew = 0
    }
    crew -= 1
    air = Self.fullAir
    guard ramps, spawnInterval > 1 || moveInterval > 2 else { return }
    if moveInterval > 2, surfacings % 2 == 1 { moveInterval -= 1 }
    if spawnInterval > 1 { spawnInterval -= 1 }
    surfacings += 1
  }

  @inline(__always)
  package func forEachThing(_ body: (_ channel: Int, _ cell: Cell) -> Void) {
    for column in 0..<max(0, air) * Cell.side / Self.fullAir {
      body(7, Cell(column, Self.gaugeRow))
    }
    for diver in 0..<max(0, crew) { body(8, Cell(8 - diver, Self.gaugeRow)) }
    func show(_ swimmer: Swimmer, _ channel: Int) {
      if swimmer.wake.isOnBoard { body(3, swimmer.wake) }
      body(channel, swimmer.cell)
    }
    for index in divers.indices { show(divers[index], 9) }
    for index in fish.indices { show(fish[index], 5) }
    for index in enemies.indices { show(enemies[index], 6) }
    for index in shots.indices { body(2, shots[index].cell) }
    for index in enemyShots.indices { body(4, enemyShots[index].cell) }
    if submarine.wake.isOnBoard { body(1, submarine.wake) }
    body(0, submarine.cell)
  }
}
