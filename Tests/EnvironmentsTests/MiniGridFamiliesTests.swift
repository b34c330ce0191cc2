import EnvironmentKit
import Environments
import MiniGridWorlds
import Randomness
import Testing
import WorldChecking

@Suite("MiniGrid's families")
struct MiniGridFamiliesTests {
  static let ids = MiniGridFamilies.listings.map(\.entry.id)
  static let solved = MiniGridFamilies.listings.map(\.entry).filter { $0.factsPolicy != nil }
    .map(\.id)

  private func entry(_ id: String) throws -> CatalogEntry { try #require(Catalog.entry(id)) }

  /// Returns the mean return over episodes of a batch's one slot.
  private func meanReturn(
    _ entry: CatalogEntry, episodes: Int, _ policy: (Int, [Float]) -> Int32
  ) throws -> Float {
    let batch = entry.batch(.symbols, count: 1)
    let buffers = batch.makeBuffers()
    var total: Float = 0
    for episode in 0..<episodes {
      try batch.reset(seeds: [UInt64(episode)], mask: nil, into: buffers)
      var step = 0
      while !buffers.terminated[0] && !buffers.truncated[0] {
        try [policy(step, batch.facts(of: 0))].withUnsafeBufferPointer {
          try batch.step(.indices($0), active: nil, into: buffers)
        }
        total += buffers.rewards[0]
        step += 1
      }
    }
    return total / Float(episodes)
  }

  @Test("the rule on the facts solves every level, and far better than chance", arguments: solved)
  func factsPolicy(id: String) throws {
    let entry = try entry(id)
    guard case .index(let rule)? = entry.factsPolicy else { return try #require(nil) }
    let solved = try meanReturn(entry, episodes: 30) { _, facts in
      facts.withUnsafeBufferPointer(rule)
    }
    // Each family is solved in fewer steps than a tenth of its limit but for the smallest grids,
    // where the way is up to a third of it: the reward is then 1 - 0.9 / 3 or more.
    #expect(solved > 0.7)
    var random = RandomStream(seed: 1)
    let count = entry.actions.count
    let chance = try meanReturn(entry, episodes: 5) { _, _ in
      Int32(random.integers(in: 0..<count))
    }
    #expect(solved > chance)
  }

  @Test("walking along the walls solves the fixed empty rooms without eyes")
  func blindWalk() throws {
    for name in ["5x5", "6x6", "8x8", "16x16"] {
      let entry = try entry("MiniGrid-Empty-\(name)-v0")
      let walk = try #require(entry.blindPolicies.first { $0.name == "along the walls" })
      let solved = try meanReturn(entry, episodes: 1) { step, _ in
        walk.action(at: step).index ?? -1
      }
      #expect(solved > 0.9)
    }
  }

  /// The last world of each family is checked in every way it can be observed, the others in symbols:
  /// how a level is shown does not depend on how large it is.
  private static func kinds(of entry: CatalogEntry) -> [ObservationKind] {
    let isLast = Catalog.entries.last { $0.family == entry.family }?.id == entry.id
    return isLast ? entry.observations + [.view(size: 5)] : [.symbols]
  }

  @Test("every world obeys the contract, however it is observed", arguments: ids)
  func contract(id: String) throws {
    let entry = try entry(id)
    var checker = ContractChecker()
    checker.steps = 120
    for kind in Self.kinds(of: entry) {
      let report = entry.check(kind, with: checker)
      #expect(report.passed, "\(kind): \(report.findings.filter { $0.problem != nil })")
    }
  }

  @Test("the facts tell where the key, the door and the goal are, and what is done")
  func facts() throws {
    let entry = try entry("MiniGrid-DoorKey-6x6-v0")
    guard case .index(let rule)? = entry.factsPolicy else { return try #require(nil) }
    let batch = entry.batch(.symbols, count: 1)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [3], mask: nil, into: buffers)
    let names = batch.specification.facts.map(\.name)
    var (sawKey, sawOpenDoor) = (false, false)
    while !buffers.terminated[0] {
      let facts = batch.facts(of: 0)
      let values = Dictionary(uniqueKeysWithValues: zip(names, facts))
      #expect(values["keyX"]?.isNaN == (values["hasKey"] == 1))
      #expect(values["keyX"]?.isNaN == values["keyY"]?.isNaN)
      sawKey = sawKey || values["hasKey"] == 1
      sawOpenDoor = sawOpenDoor || values["doorOpen"] == 1
      try [facts.withUnsafeBufferPointer(rule)].withUnsafeBufferPointer {
        try batch.step(.indices($0), active: nil, into: buffers)
      }
    }
    let end = Dictionary(uniqueKeysWithValues: zip(names, batch.facts(of: 0)))
    #expect(sawKey && sawOpenDoor)
    #expect(end["agentX"] == 4 && end["agentY"] == 4)
    #expect(end["goalAhead"] == 0 && end["goalRight"] == 0)
  }

  @Test("the goal's region lies over its green tile")
  func goalRegion() throws {
    let entry = try entry("MiniGrid-Empty-Random-6x6-v0")
    let regions = try #require(entry.regions)
    let batch = entry.batch(.pixels64, count: 1)
    let buffers = batch.makeBuffers()
    var seen = 0
    for seed in 0..<40 {
      try batch.reset(seeds: [UInt64(seed)], mask: nil, into: buffers)
      let picture = Frame(width: 64, height: 64, pixels: Array(buffers.observation(0)))
      let found = batch.facts(of: 0).withUnsafeBufferPointer(regions)
      let isGreenSomewhere = (0..<64 * 64).contains {
        picture[$0 % 64, $0 / 64] == Color(76, 255, 76)
      }
      #expect(isGreenSomewhere == !found.isEmpty)
      for region in found {
        #expect(picture[Int(region.centerX), Int(region.centerY)] == Color(76, 255, 76))
        seen += 1
      }
    }
    #expect(seen > 5)
  }

  @Test("keys for people name actions that exist")
  func keys() throws {
    for id in Self.ids {
      let entry = try entry(id)
      let hasAll = !id.contains("Dynamic")
      #expect(Set(entry.keys.map(\.action.index)) == Set(0..<(hasAll ? 7 : 3)))
      #expect(entry.idleAction == nil)
      #expect(entry.stayAction == (hasAll ? MiniGridAction.done.value : nil))
    }
  }
}
