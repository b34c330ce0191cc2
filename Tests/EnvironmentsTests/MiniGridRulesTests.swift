import EnvironmentKit
import Environments
import MiniGridWorlds
import Randomness
import Testing

/// A room wider than it is high, whose content a test puts there itself.
private struct Stage: MiniGridTask {
  static let seesThroughWalls = false
  static let facts: [Fact] = []
  var width = 11
  var height = 6
  var maximumSteps = 20
  var things: [(MiniGrid.Point, MiniGrid.Cell)] = []
  var agent = MiniGrid.Point(1, 1)
  var direction = MiniGrid.Direction.right

  mutating func generate(_ level: inout MiniGrid.Level) {
    level.grid.surround()
    for (place, cell) in things { level.grid[place] = cell }
    (level.agent, level.direction) = (agent, direction)
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {}

  func world(_ observation: ObservationKind = .symbols) -> MiniGridWorld<Stage> {
    MiniGridWorld("Stage", self, observation: observation)
  }
}

extension MiniGridWorld {
  fileprivate mutating func play(_ actions: MiniGridAction...) -> Step {
    actions.reduce(Step(reward: 0)) { step($1) }
  }
}

@Suite("MiniGrid's rules")
struct MiniGridRulesTests {
  private let ahead = MiniGrid.Point(2, 1)
  private let yellowKey = MiniGrid.Cell(.key, .yellow)

  @Test("turning left and right goes round the four directions")
  func turning() {
    var world = Stage().world()
    for want in [MiniGrid.Direction.down, .left, .up, .right] {
      _ = world.step(.right)
      #expect(world.level.direction == want)
    }
    _ = world.step(.left)
    #expect(world.level.direction == .up)
  }

  @Test(
    "only empty cells, floor, goals, lava and open doors can be entered",
    arguments: [
      (MiniGrid.Cell.empty, true), (MiniGrid.Cell(.floor, .blue), true), (.goal, true),
      (.lava, true), (MiniGrid.Cell(.door, .red, .open), true), (.wall, false),
      (MiniGrid.Cell(.door, .red, .closed), false), (MiniGrid.Cell(.door, .red, .locked), false),
      (MiniGrid.Cell(.key, .red), false), (MiniGrid.Cell(.ball, .red), false),
      (.box(.red), false),
    ])
  func entering(cell: MiniGrid.Cell, isOpen: Bool) {
    var world = Stage(things: [(ahead, cell)]).world()
    let step = world.step(.forward)
    #expect(world.level.agent == (isOpen ? ahead : MiniGrid.Point(1, 1)))
    #expect(step.terminated == (cell.kind == .goal || cell.kind == .lava))
    #expect(step.reward == (cell.kind == .goal ? Float(1 - 0.9 * (1.0 / 20)) : 0))
  }

  @Test("a cell is what it was made of; walls hide what is behind, and doors unless they are open")
  func cells() {
    let kinds = (0..<UInt8.max).compactMap { MiniGrid.Kind(rawValue: $0) }
    #expect(kinds.count == 11)
    for kind in kinds {
      for paint in MiniGrid.Paint.allCases {
        for state in MiniGrid.DoorState.allCases {
          let cell = MiniGrid.Cell(kind, paint, state)
          #expect((cell.kind, cell.paint, cell.state) == (kind, paint, state))
          let bytes = [kind.rawValue, paint.rawValue, state.rawValue]
          #expect(bytes.enumerated().reduce(0) { $0 + UInt32($1.1) << (8 * $1.0) } == cell.code)
          #expect(
            cell.isSeeThrough == (kind == .door ? state == .open : kind != .wall), "\(cell.words)")
        }
        guard kind != .unseen else { continue }
        let thing = MiniGrid.Cell(kind, paint)
        let box = MiniGrid.Cell.box(.blue, containing: thing)
        #expect(box.content == (kind == .empty ? .empty : thing))
        #expect((box.kind, box.paint, box.state, box.isSeeThrough) == (.box, .blue, .open, true))
        #expect(box.code == MiniGrid.Cell(.box, .blue).code)
      }
    }
  }

  @Test("one thing at a time is picked up, and put down only on an empty cell")
  func carrying() {
    let ball = MiniGrid.Cell(.ball, .green)
    var world = Stage(things: [(ahead, yellowKey), (MiniGrid.Point(3, 1), ball)]).world()
    _ = world.play(.pickup, .forward, .pickup, .drop)
    #expect(world.level.carried == yellowKey)
    #expect(world.level.grid[3, 1] == ball)
    _ = world.play(.right, .drop)
    #expect(world.level.carried == .empty)
    #expect(world.level.grid[2, 2] == yellowKey)
  }

  @Test("a locked door opens only to the key of its colour, which is kept")
  func lockedDoor() {
    let door = MiniGrid.Cell(.door, .yellow, .locked)
    for (key, state) in [(yellowKey, MiniGrid.DoorState.open), (.init(.key, .red), .locked)] {
      let below = MiniGrid.Point(1, 2)
      var world = Stage(things: [(ahead, door), (below, key)]).world()
      _ = world.play(.toggle)
      #expect(world.level.grid[ahead].state == .locked)
      _ = world.play(.right, .pickup, .left, .toggle)
      #expect(world.level.grid[ahead].state == state)
      #expect(world.level.carried == key)
    }
  }

  @Test("an unlocked door opens and closes")
  func unlockedDoor() {
    var world = Stage(things: [(ahead, MiniGrid.Cell(.door, .blue, .closed))]).world()
    _ = world.step(.toggle)
    #expect(world.level.grid[ahead].state == .open)
    _ = world.step(.toggle)
    #expect(world.level.grid[ahead].state == .closed)
  }

  @Test("an opened box leaves what it contained, carried about or not")
  func box() {
    let box = MiniGrid.Cell.box(.purple, containing: yellowKey)
    var world = Stage(things: [(ahead, box)]).world()
    _ = world.play(.pickup, .right, .drop, .toggle)
    #expect(world.level.grid[1, 2] == yellowKey)
    var empty = Stage(things: [(ahead, .box(.purple))]).world()
    _ = empty.step(.toggle)
    #expect(empty.level.grid[ahead] == .empty)
  }

  @Test("an episode is truncated at its last step, and not before")
  func truncation() {
    var world = Stage().world()
    for _ in 1..<20 { #expect(!world.step(.done).ended) }
    let last = world.step(.done)
    #expect(last.truncated && !last.terminated)
  }

  @Test("nothing outside the grid can be entered, picked up or toggled")
  func edge() {
    var stage = Stage()
    stage.agent = MiniGrid.Point(0, 0)
    stage.direction = .up
    var world = stage.world()
    _ = world.play(.forward, .pickup, .toggle, .drop)
    #expect(world.level.agent == MiniGrid.Point(0, 0))
  }

  @Test("a seed restarts the random stream, and none continues it")
  func seeding() throws {
    for listing in MiniGridFamilies.listings {
      try checkSeeding(listing.make(.symbols))
    }
  }

  private func checkSeeding<W: InspectableMiniGrid>(_ world: W) throws {
    var (first, second) = (world, world)
    first.reset(seed: 5)
    let afterFirstLevel = first.level.random
    first.reset(seed: nil)
    #expect(first.level.random != afterFirstLevel || afterFirstLevel == RandomStream(seed: 5))
    second.reset(seed: 9)
    second.reset(seed: 5)
    second.reset(seed: nil)
    #expect(first.level.grid == second.level.grid)
    #expect(first.level.random == second.level.random)
    #expect(first.level.agent == second.level.agent)
  }

  @Test("random play of thousands of steps stays inside the walls and the space")
  func randomPlay() {
    for listing in MiniGridFamilies.listings { playAtRandom(listing.make(.symbols)) }
  }

  private func playAtRandom<W: InspectableMiniGrid>(_ world: W) {
    var world = world
    let range = world.specification.rewardRange
    var random = RandomStream(root: 3, name: world.specification.id)
    world.reset(seed: 3)
    for _ in 0..<4000 {
      let choice = random.integers(in: 0..<W.Action.space.count)
      guard let action = W.Action(index: Int32(choice)) else { continue }
      let step = world.step(action)
      let isInside = world.level.grid[world.level.agent].canBeEntered
      let isInRange = range.contains(step.reward)
      if !isInside || !isInRange {
        Issue.record("\(world.specification.id): reward \(step.reward), inside: \(isInside)")
        return
      }
      if step.ended { world.reset(seed: nil) }
    }
    #expect(observation(of: world).count == 148)
  }

  @Test("a copy is a branch: it goes its own way, and both ways are the same from the same state")
  func branching() {
    for listing in MiniGridFamilies.listings { branch(listing.make(.pixels64)) }
  }

  private func branch<W: InspectableMiniGrid>(_ world: W) {
    var world = world
    world.reset(seed: 4)
    _ = W.Action(index: 1).map { world.step($0) }
    let before = observation(of: world)
    var copy = world
    let actions = [1, 2, 0, 2, 2].compactMap { W.Action(index: $0) }
    for action in actions { _ = copy.step(action) }
    copy.reset(seed: nil)
    #expect(observation(of: world) == before)
    for action in actions { _ = world.step(action) }
    world.reset(seed: nil)
    #expect(world.level.grid == copy.level.grid)
    #expect(observation(of: world) == observation(of: copy))
  }
}
