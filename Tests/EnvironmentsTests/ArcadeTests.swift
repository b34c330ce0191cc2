import Controllers
import EnvironmentKit
import Environments
import Evaluation
import Testing
import WorldChecking

@Suite("The arcade five") struct ArcadeTests {
  private static let names = ["Breakout", "Asterix", "Freeway", "Seaquest", "SpaceInvaders"]
  private static let ids = names.flatMap { name in [0, 1].map { "MinAtar/\(name)-v\($0)" } }

  private func entry(_ id: String) throws -> CatalogEntry { try #require(Catalog.entry(id)) }

  @Test("the catalogue has both versions of all five") func catalogue() {
    #expect(Catalog.entries.map(\.id).filter { $0.hasPrefix("MinAtar/") } == Self.ids)
  }

  @Test("-v0 has all six actions, -v1 those that are of use, by the library's order") func actions()
    throws
  {
    let all = ["stay", "left", "up", "right", "down", "fire"]
    let useful = [
      ["stay", "left", "right"], ["stay", "left", "up", "right", "down"], ["stay", "up", "down"],
      all, ["stay", "left", "right", "fire"],
    ]
    for (name, useful) in zip(Self.names, useful) {
      #expect(try entry("MinAtar/\(name)-v0").actions == .discrete(all))
      #expect(try entry("MinAtar/\(name)-v1").actions == .discrete(useful))
    }
  }

  @Test("every world obeys the contract, however it is observed", arguments: ids)
  func contract(id: String) throws {
    let entry = try entry(id)
    var checker = ContractChecker()
    checker.steps = 200
    for kind in id.hasSuffix("v1") ? entry.observations + [.full(tileSize: 5)] : [.planes] {
      let report = entry.check(kind, with: checker)
      #expect(report.passed, "\(kind): \(report.findings.filter { $0.problem != nil })")
    }
  }

  @Test("symbols name what is in the cell; other planes give another picture", arguments: names)
  func waysToObserve(name: String) throws {
    let entry = try entry("MinAtar/\(name)-v1")
    let kinds: [ObservationKind] = [.planes, .symbols, .pixels64, .full()]
    let batches = kinds.map { entry.batch($0, count: 1, autoreset: .sameStep) }
    let buffers = batches.map { $0.makeBuffers() }
    for (batch, buffer) in zip(batches, buffers) {
      try batch.reset(seeds: [11], mask: nil, into: buffer)
    }
    var before: [[UInt8]] = [[], [], [], []]
    for step in 0..<400 {
      let now = buffers.map { [UInt8]($0.observation(0)) }
      let channels = now[0].count / 100
      for cell in 0..<100 {
        let planes = now[0][cell * channels..<(cell + 1) * channels]
        let symbol = Int(now[1][cell])
        try #require(symbol <= channels, "symbol \(symbol) of cell \(cell), step \(step)")
        let isNamed = symbol == 0 ? !planes.contains(1) : Array(planes)[symbol - 1] == 1
        try #require(isNamed, "symbol \(symbol) of cell \(cell), step \(step)")
      }
      for picture in 2..<4 where now[0] != before[0] {
        try #require(now[picture] != before[picture], "\(kinds[picture]), step \(step)")
      }
      before = now
      let action = Int32(step * 7 / 3 % entry.actions.count)
      for (batch, buffer) in zip(batches, buffers) {
        try [action].withUnsafeBufferPointer {
          try batch.step(.indices($0), active: nil, into: buffer)
        }
      }
    }
  }

  @Test("an action sticks with its probability, across the end of a game too") func stickiness() {
    var rules = ArcadeRules()
    rules.stickiness = 1
    var world = ArcadeWorld<Breakout>(.planes, rules: rules)
    world.reset(seed: 0)
    var paddles: Set<Float> = []
    for _ in 0..<30 {
      let result = world.step(.right)
      paddles.insert(world.factValues()[0])
      if result.ended { world.reset(seed: nil) }
    }
    #expect(paddles == [4])
    rules.stickiness = 0
    world = ArcadeWorld<Breakout>(.planes, rules: rules)
    world.reset(seed: 0)
    _ = world.step(.right)
    #expect(world.factValues()[0] == 5)
  }

  @Test("Freeway is cut off when its time is over and never terminated") func timeLimit() {
    var world = ArcadeWorld<Freeway>(.planes)
    world.reset(seed: 4)
    for step in 1...2_501 {
      let result = world.step(.up)
      #expect(!result.terminated && result.truncated == (step == 2_501))
    }
  }

  /// The least mean return of the rule on the facts over 20 episodes, well below what it reaches.
  private static let rules: [(name: String, least: Double)] = [
    ("Breakout", 8), ("Asterix", 6), ("Freeway", 60), ("Seaquest", 10), ("SpaceInvaders", 70),
  ]

  @Test("a rule on the facts plays far better than chance", arguments: rules)
  func rule(name: String, least: Double) throws {
    let figures = try BaselineFigures.measure(entry("MinAtar/\(name)-v1"), seeds: 0..<20)
    figures.lines.forEach { print("\(name): \($0)") }
    let rule = try #require(figures.rule)
    #expect(rule.mean > least && rule.mean > 5 * figures.random.mean)
  }

  @Test("regions lie in the picture, the player's among them", arguments: names)
  func regions(name: String) throws {
    let entry = try entry("MinAtar/\(name)-v1")
    let regions = try #require(entry.regions)
    let batch = entry.batch(.pixels64, count: 1, autoreset: .sameStep)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [2], mask: nil, into: buffers)
    for step in 0..<200 {
      let discs = batch.facts(of: 0).withUnsafeBufferPointer { regions($0) }
      let areInside = discs.allSatisfy { disc in
        [disc.centerX, disc.centerY].allSatisfy { disc.radius...64 - disc.radius ~= $0 }
      }
      #expect(!discs.isEmpty && areInside)
      let action = Int32(step / 5 % entry.actions.count)
      try [action].withUnsafeBufferPointer {
        try batch.step(.indices($0), active: nil, into: buffers)
      }
    }
  }
}
