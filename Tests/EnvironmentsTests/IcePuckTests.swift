import Controllers
import EnvironmentKit
import Environments
import Evaluation
import Testing
import WorldChecking

@Suite("The puck on ice") struct IcePuckTests {
  /// Puck, velocity, target, heading, distance: the order of the facts.
  private struct State {
    let puck, velocity, target, heading: SIMD2<Float>
    let distance: Float

    init(_ world: IcePuck) {
      var values = [Float](repeating: .nan, count: world.specification.facts.count)
      values.withUnsafeMutableBufferPointer { world.facts(into: $0) }
      func pair(_ slot: Int) -> SIMD2<Float> { SIMD2(values[slot], values[slot + 1]) }
      (puck, velocity, target, heading) = (pair(0), pair(2), pair(4), pair(6))
      distance = values[8]
    }
  }

  private static func push(_ x: Float, _ y: Float) throws -> IcePuck.Action {
    try #require([x, y].withUnsafeBufferPointer { IcePuck.Action(row: $0) })
  }

  /// A world whose puck starts near enough the middle to go some way without a wall.
  private static func world() throws -> IcePuck {
    var world = IcePuck()
    world.reset(seed: 0)
    for _ in 0..<200 where max(abs(State(world).puck.x), abs(State(world).puck.y)) > 0.2 {
      world.reset(seed: nil)
    }
    #expect(max(abs(State(world).puck.x), abs(State(world).puck.y)) <= 0.2)
    return world
  }

  @Test("pushes move it as the equations say") func motion() throws {
    var world = try Self.world()
    let start = State(world)
    #expect(start.velocity == .zero)
    for _ in 0..<3 { _ = world.step(try Self.push(1, -0.5)) }
    func expected(_ start: Float, push: Double) -> (place: Double, speed: Double) {
      var (x, v) = (Double(start), 0.0)
      for _ in 0..<3 {
        v = (v + (5 * push - 6.25 * x) * 0.05) * 0.875
        x += v * 0.05
      }
      return (x, v)
    }
    let after = State(world)
    for (axis, push) in [(0, 1.0), (1, -0.5)] {
      let (place, speed) = expected(start.puck[axis], push: push)
      // Single precision: a few roundings of numbers below 1.
      #expect(abs(Double(after.puck[axis]) - place) < 1e-6)
      #expect(abs(Double(after.velocity[axis]) - speed) < 1e-6)
    }
  }

  @Test("without a push it loses energy and comes to rest in the middle")
  func coasting() throws {
    var world = try Self.world()
    for _ in 0..<5 { _ = world.step(try Self.push(0.5, -1)) }
    // Of speed and of height in the bowl; a swing takes about 50 steps.
    func energy() -> Float {
      let state = State(world)
      return (state.velocity * state.velocity + 6.25 * state.puck * state.puck).sum() / 2
    }
    for _ in 0..<3 {
      let before = energy()
      for _ in 0..<50 { _ = world.step(try Self.push(0, 0)) }
      #expect(energy() < 0.1 * before)
    }
  }

  @Test("a steady push holds it where bowl and push are even") func holding() throws {
    var world = try Self.world()
    for _ in 0..<190 { _ = world.step(try Self.push(0.5, -1)) }
    let state = State(world)
    #expect(abs(state.puck.x - 0.4) < 0.01 && abs(state.puck.y + 0.8) < 0.01)
  }

  @Test("a wall throws it back with half its speed") func walls() throws {
    var world = try Self.world()
    var bounced = false
    for _ in 0..<100 {
      let before = State(world)
      _ = world.step(try Self.push(1, 0))
      let after = State(world)
      #expect(after.puck.x <= 0.82)
      guard !bounced, after.puck.x == 0.82 else { continue }
      bounced = true
      let speed = (before.velocity.x + (5 - 6.25 * before.puck.x) * 0.05) * 0.875
      #expect(abs(after.velocity.x + 0.5 * speed) < 1e-6)
    }
    #expect(bounced)
  }

  @Test("the target goes on at its speed and stays within its bounds") func target() throws {
    var world = try Self.world()
    var turned = false
    for _ in 0..<199 {
      let before = State(world)
      _ = world.step(try Self.push(0, 0))
      let after = State(world)
      #expect(max(abs(after.target.x), abs(after.target.y)) <= 0.7)
      let way = after.target - before.target
      #expect((way * way).sum().squareRoot() <= 0.015 + 1e-6)
      #expect(abs((after.heading * after.heading).sum() - 1) < 1e-5)
      turned = turned || after.heading != before.heading
    }
    #expect(turned)
  }

  @Test("a step gives 1 on the target, less further off, nothing from 0.7 m on; 200 are an episode")
  func reward() throws {
    var world = try Self.world()
    for step in 1...200 {
      let result = world.step(try Self.push(step % 40 < 20 ? 0.4 : -0.4, 0.1))
      let share = State(world).distance / 0.7
      let expected = share < 1 ? (1 - share * share) * (1 - share * share) : 0
      #expect(abs(result.reward - expected) < 1e-5)
      #expect(!result.terminated && result.truncated == (step == 200))
    }
  }

  @Test(
    "what is no push is refused",
    arguments: [[], [0], [0, 0, 0], [.nan, 0], [0, 1.5], [-2, 0]])
  func refused(row: [Float]) {
    #expect(row.withUnsafeBufferPointer { IcePuck.Action(row: $0) } == nil)
    #expect(IcePuck.Action(index: 0) == nil)
  }

  @Test("the bytes of the state are the facts to half a level") func symbols() throws {
    var world = IcePuck(.symbols)
    world.reset(seed: 3)
    for step in 0..<50 {
      _ = world.step(try Self.push(step % 10 < 5 ? 1 : -1, 0.3))
      let state = State(world)
      let values = [
        state.puck.x, state.puck.y, state.velocity.x / 2, state.velocity.y / 2, state.target.x,
        state.target.y,
      ]
      for (byte, value) in zip(world.observationBytes(), values) {
        #expect(abs(Float(byte) / 255 * 2 - 1 - value) <= 1 / 255 + 1e-6)
      }
    }
  }

  @Test("one picture shows whether the puck moves") func trail() throws {
    var resting = try Self.world()
    for _ in 0..<150 { _ = resting.step(try Self.push(0, 0)) }
    var moving = resting
    for _ in 0..<8 { _ = moving.step(try Self.push(1, 0)) }
    /// How green it is a little to the left of the puck: its trail is brighter than all that lies on the ice.
    func greenBehind(_ world: IcePuck) -> Int {
      var frame = Frame(width: 220, height: 220)
      frame.withCanvas { world.draw(into: $0) }
      let place = State(world).puck
      return Int(frame[110 + Int(100 * (place.x - 0.22)), 110 - Int(100 * place.y)].green)
    }
    #expect(greenBehind(resting) < 130 && greenBehind(moving) > 150)
  }

  @Test("the contract holds", arguments: [ObservationKind.symbols, .pixels64])
  func contract(kind: ObservationKind) throws {
    let report = try #require(Catalog.entry("IcePuck")).check(kind, with: ContractChecker())
    #expect(report.findings.filter { $0.problem != nil } == [])
  }

  @Test("the rule on the facts keeps near the target; who does not look does not")
  func figures() throws {
    let entry = try #require(Catalog.entry("IcePuck"))
    let figures = try BaselineFigures.measure(entry, seeds: 0..<200)
    figures.lines.forEach { print("IcePuck: \($0)") }
    let rule = try #require(figures.rule)
    let blind = try #require(figures.blind.first)
    // Of 200, one per step on the target.
    #expect(rule.mean > 185)
    #expect(figures.random.mean < 50 && blind.mean < 60)
  }

  @Test("regions lie on the puck and on the target") func regions() throws {
    let entry = try #require(Catalog.entry("IcePuck"))
    let regions = try #require(entry.regions)
    var world = IcePuck()
    for seed in 0..<20 as Range<UInt64> {
      world.reset(seed: seed)
      let discs = world.factValues().withUnsafeBufferPointer { regions($0) }
      let bytes = world.observationBytes()
      let frame = Frame(width: 64, height: 64, pixels: bytes)
      try #require(discs.count == 2)
      let top = frame[Int(discs[0].centerX), Int(discs[0].centerY)]
      #expect(top.red < 120 && top.blue > 150)
      let middle = frame[Int(discs[1].centerX), Int(discs[1].centerY)]
      let isCovered = State(world).distance < 0.3
      #expect(isCovered || middle.red > 200 && middle.blue < 160)
    }
  }
}
