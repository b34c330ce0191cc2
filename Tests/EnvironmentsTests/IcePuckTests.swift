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
    // v = (v + 5 · 0.05) · 0.875 in three steps of one metre's axis, half of it down the other.
    let speeds: [Float] = [0.21875, 0.41015625, 0.57763671875]
    let moved = 0.05 * speeds.reduce(0, +)
    let after = State(world)
    // Single precision: three roundings of numbers below 1.
    #expect(abs(after.velocity.x - speeds[2]) < 1e-6)
    #expect(abs(after.velocity.y + speeds[2] / 2) < 1e-6)
    #expect(abs(after.puck.x - start.puck.x - moved) < 1e-6)
    #expect(abs(after.puck.y - start.puck.y + moved / 2) < 1e-6)
  }

  @Test("without a push the ice takes an eighth of its speed in every step") func coasting() throws
  {
    var world = try Self.world()
    _ = world.step(try Self.push(0.5, 0.25))
    for _ in 0..<10 {
      let before = State(world).velocity
      _ = world.step(try Self.push(0, 0))
      let after = State(world).velocity
      #expect(abs(after.x - before.x * 0.875) < 1e-7 && abs(after.y - before.y * 0.875) < 1e-7)
    }
  }

  @Test("a wall throws it back with half its speed, and holds it") func walls() throws {
    var world = try Self.world()
    var bounced = false
    for _ in 0..<100 {
      let before = State(world)
      _ = world.step(try Self.push(1, 0))
      let after = State(world)
      #expect(after.puck.x <= 0.87)
      guard !bounced, after.velocity.x < 0 else { continue }
      bounced = true
      #expect(abs(after.velocity.x + 0.5 * (before.velocity.x + 0.25) * 0.875) < 1e-6)
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
      #expect(max(abs(after.target.x), abs(after.target.y)) <= 0.75)
      let way = after.target - before.target
      #expect((way * way).sum().squareRoot() <= 0.015 + 1e-6)
      #expect(abs((after.heading * after.heading).sum() - 1) < 1e-5)
      turned = turned || after.heading != before.heading
    }
    #expect(turned)
  }

  @Test("a step gives 1 on the target and half of it at a quarter of a metre; 200 are an episode")
  func reward() throws {
    var world = try Self.world()
    for step in 1...200 {
      let result = world.step(try Self.push(step % 40 < 20 ? 0.4 : -0.4, 0.1))
      let share = State(world).distance / 0.25
      #expect(abs(result.reward - 1 / (1 + share * share)) < 1e-6)
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
    var moving = resting
    for _ in 0..<3 { _ = resting.step(try Self.push(0, 0)) }
    for _ in 0..<3 { _ = moving.step(try Self.push(1, 0)) }
    // What is blue and dark is the trail: neither the ice nor the puck nor the boards.
    func trailPixels(_ world: IcePuck) -> Int {
      var frame = Frame(width: 256, height: 256)
      frame.withCanvas { world.draw(into: $0) }
      return (0..<256 * 256).count { place in
        let pixel = frame.pixels[3 * place..<3 * place + 3].map(Int.init)
        return pixel[2] - pixel[0] > 60
      }
    }
    #expect(trailPixels(resting) == 0 && trailPixels(moving) > 100)
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
    #expect(rule.mean > 170)
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
      #expect(discs.count == 2 && frame[Int(discs[0].centerX), Int(discs[0].centerY)].green < 120)
      let middle = frame[Int(discs[1].centerX), Int(discs[1].centerY)]
      let isCovered = State(world).distance < 0.2
      #expect(isCovered || middle.red > 200 && middle.blue < 160)
    }
  }
}
