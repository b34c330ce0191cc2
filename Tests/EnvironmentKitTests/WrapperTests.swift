import EnvironmentKit
import Testing
import WorldChecking

@Suite("Wrappers of worlds")
struct WrapperTests {
  private typealias Tiny = TinyWorld<TinyMove>

  private static let wrapped: [any World] = [
    Tiny().timeLimit(7), Tiny().actionRepeat(3), Tiny().stickyActions(0.4),
    Tiny().randomActions(0.3), Tiny().clipReward(to: 0...0.25), Tiny().normalizeReward(),
    Tiny().grayscale(), Tiny().resize(width: 5, height: 4), Tiny().imageOnly(),
    Tiny().frameStack(3), Tiny().frameStack(2, padding: .zero),
    Tiny().stickyActions(0.2).actionRepeat(2).grayscale().frameStack(2).timeLimit(5),
  ]

  @Test("each keeps the contract of a world, snapshots and batches included", arguments: 0..<12)
  func contract(number: Int) {
    let report = check(Self.wrapped[number])
    #expect(report.passed, "\(report.findings.filter { $0.problem != nil })")
  }

  private func check<W: World>(_ world: W) -> ContractReport { ContractChecker().check(world) }

  @Test("each leaves facts, drawing, mission and id to the world within", arguments: 0..<12)
  func transparent(number: Int) {
    expectTransparent(Self.wrapped[number])
  }

  private func expectTransparent<W: World>(_ world: W) {
    var world = world
    world.reset(seed: 5)
    var plain = Tiny()
    plain.reset(seed: 5)
    #expect(world.specification.id == "Tiny" && world.mission == plain.mission)
    #expect(world.specification.facts == plain.specification.facts)
    #expect(facts(world).map(\.bitPattern) == facts(plain).map(\.bitPattern))
    #expect(picture(world) == picture(plain))
  }

  private func facts<W: World>(_ world: W) -> [Float] {
    var values = [Float](repeating: 0, count: world.specification.facts.count)
    values.withUnsafeMutableBufferPointer { world.facts(into: $0) }
    return values
  }

  private func picture<W: World>(_ world: W) -> Frame {
    var frame = Frame(width: 9, height: 5)
    frame.withCanvas { world.draw(into: $0) }
    return frame
  }

  @Test("a time limit truncates at its step, and leaves reward, observation and termination")
  func timeLimit() {
    var world = ScriptedWorld().timeLimit(4)
    #expect(world.specification.maximumSteps == 4)
    for _ in 0..<2 {
      world.reset(seed: nil)
      let steps = (0..<4).map { _ in world.step(.first) }
      #expect(steps.map(\.truncated) == [false, false, false, true])
      #expect(steps.map(\.reward) == [1, -3, 0.5, 0] && !steps[3].terminated)
      #expect(world.shown()[0] == 4)
    }
    var long = ScriptedWorld().timeLimit(6)
    let last = (0..<6).map { _ in long.step(.first) }[5]
    #expect(last.terminated && last.truncated)
    #expect(ScriptedWorld().timeLimit(99).specification.maximumSteps == 6)
  }

  @Test("repeated actions add rewards up and stop at an end")
  func actionRepeat() {
    var world = ScriptedWorld(rewards: [1, -3, 0.5, 0, 2, 7, 1]).actionRepeat(3)
    #expect(world.specification.maximumSteps == 3)
    #expect(world.specification.rewardRange == -9...21)
    #expect(world.specification.stepsPerSecond == 4)
    world.reset(seed: 1)
    let steps = [ScriptedMove.second, .third, .first].map { world.step($0) }
    #expect(steps.map(\.reward) == [-1.5, 9, 1])
    #expect(steps.map(\.terminated) == [false, false, true])
    #expect(
      world.base.taken == [.second, .second, .second, .third, .third, .third, .first])
    #expect(world.shown()[0] == 7)
  }

  @Test(
    "sticky actions repeat the last taken one about as often as said, and never the last episode's")
  func stickyActions() {
    let rewards = [Float](repeating: 0, count: 3000)
    var world = ScriptedWorld(rewards: rewards).stickyActions(0.25)
    world.reset(seed: 3)
    let asked = rewards.indices.map { ScriptedMove(rawValue: Int32($0 % 3)) ?? .first }
    for action in asked { _ = world.step(action) }
    let taken = world.base.taken
    for index in 1..<3000 {
      #expect(taken[index] == asked[index] || taken[index] == taken[index - 1])
    }
    // What was asked for 3, 6, … steps ago is what is asked for now: such an action sticks unseen.
    let unseen = 0.25 * 0.25 * 0.25 * 0.75 / (1 - 0.25 * 0.25 * 0.25)
    let stuck = zip(asked, taken).count { $0 != $1 }
    let deviation = (0.25 * 0.75 * 3000).squareRoot()
    #expect(abs(Double(stuck) - (0.25 - unseen) * 3000) < 4 * deviation)
    world.reset(seed: nil)
    _ = world.step(.second)
    #expect(world.base.taken.last == .second)
  }

  @Test("random actions replace some, all or none")
  func randomActions() {
    let rewards = [Float](repeating: 0, count: 3000)
    func taken(_ probability: Double) -> [ScriptedMove] {
      var world = ScriptedWorld(rewards: rewards).randomActions(probability)
      world.reset(seed: 3)
      for _ in rewards { _ = world.step(.second) }
      return world.base.taken
    }
    #expect(taken(0).allSatisfy { $0 == .second })
    // Of the random ones a third are the asked one: 4 standard deviations of a binomial of 3000.
    for probability in [0.3, 1] {
      let share = probability * 2 / 3
      let others = taken(probability).count { $0 != .second }
      let deviation = (share * (1 - share) * 3000).squareRoot()
      #expect(abs(Double(others) - share * 3000) < 4 * deviation)
    }
    #expect(taken(0.3) == taken(0.3))
  }

  @Test("clipped rewards lie in their range, and nothing else changes")
  func clipReward() {
    var world = ScriptedWorld().clipReward(to: -1...1)
    let steps = (0..<6).map { _ in world.step(.first) }
    #expect(steps.map(\.reward) == [1, -1, 0.5, 0, 1, 1])
    #expect(steps[5].terminated && world.shown()[0] == 6)
    #expect(world.specification.rewardRange == -1...1)
  }

  @Test("normalised rewards are those of Gymnasium's wrapper")
  func normalizeReward() {
    // gymnasium 1.4.0, NormalizeReward(gamma=0.9), on the same rewards and ends, two episodes.
    let want: [Float] = [
      70.71421321062337, -1.9355060208587478, 0.3770537108970103, 0, 1.5784477921248785,
      2.2949116900221562, 0.27393000895632846, -0.8634717283403823, 0.15032318952728876, 0,
      0.6378695714282201, 2.151465230996643,
    ]
    var world = ScriptedWorld().normalizeReward(discount: 0.9)
    var rewards: [Float] = []
    for seed in [UInt64?(1), nil] {
      world.reset(seed: seed)
      for _ in 0..<6 { rewards.append(world.step(.first).reward) }
    }
    // Both compute in double precision; ours is rounded to single.
    for (got, want) in zip(rewards, want) { #expect(abs(got - want) <= 1e-6 * abs(want)) }
    // A seed begins the statistics anew; without updates they stay as they are.
    world.reset(seed: 1)
    #expect(world.step(.first).reward == rewards[0])
    world.updates = false
    let first = world.step(.first).reward
    var other = world
    for _ in 0..<3 { _ = other.step(.first) }
    other.reset(seed: nil)
    _ = other.step(.first)
    #expect(other.step(.first).reward == first)
  }
}
