import EnvironmentKit
import Randomness

/// Checks that look at one world alone.
extension ContractChecker {
  package func specificationProblem<W: World>(_ world: W) -> String? {
    let specification = world.specification
    if specification.id.isEmpty { return "the id is empty" }
    if specification.observation.fields.isEmpty { return "the observation has no field" }
    if let problem = nameProblem("observation field", specification.observation.fields.map(\.name))
      ?? nameProblem("fact", specification.facts.map(\.name))
    {
      return problem
    }
    if specification.maximumSteps < 1 { return "maximumSteps is \(specification.maximumSteps)" }
    let range = specification.rewardRange
    if !range.lowerBound.isFinite || !range.upperBound.isFinite { return "rewardRange is \(range)" }
    for (name, value) in [
      ("stepsPerSecond", specification.stepsPerSecond), ("aspectRatio", specification.aspectRatio),
    ] where !(value > 0 && value.isFinite) {
      return "\(name) is \(value)"
    }
    return nil
  }

  private func nameProblem(_ kind: String, _ names: [String]) -> String? {
    var seen: Set<String> = []
    for name in names {
      if name.isEmpty { return "a name of a \(kind) is empty" }
      if !seen.insert(name).inserted { return "the \(kind) '\(name)' stands twice" }
    }
    return nil
  }

  package func actionProblem<W: World>(_ world: W) -> String? {
    switch world.actionSpace {
    case .discrete(let names):
      if names.isEmpty { return "there is no action" }
      if let problem = nameProblem("action", names) { return problem }
      for index in 0..<Int32(names.count) where world.action(index: index) == nil {
        return "action \(index), '\(names[Int(index)])', is refused"
      }
      for index in [-1, Int32(names.count)] where world.action(index: index) != nil {
        return "action \(index) is taken, there are \(names.count)"
      }
    case .continuous(let bounds):
      if bounds.isEmpty { return "an action has no component" }
      for (component, bound) in bounds.enumerated() {
        let isFinite = bound.lowerBound.isFinite && bound.upperBound.isFinite
        if !isFinite || bound.lowerBound == bound.upperBound {
          return "component \(component) of an action lies in \(bound)"
        }
      }
      for row in [bounds.map(\.lowerBound), bounds.map(\.upperBound)]
      where ActionChoice.row(row).action(in: world) == nil {
        return "the action \(row) is refused"
      }
      for component in bounds.indices {
        var row = bounds.map(\.lowerBound)
        row[component] = .nan
        if ActionChoice.row(row).action(in: world) != nil { return "the action \(row) is taken" }
      }
    }
    return nil
  }

  package func observationProblem<W: World>(_ world: W) -> String? {
    var world = world
    world.reset(seed: seed)
    for (step, choice) in choices(world).prefix(50).enumerated() {
      if let problem = observationProblemNow(world) { return "after \(step) steps \(problem)" }
      if world.step(choice).ended { world.reset(seed: nil) }
    }
    return nil
  }

  /// Observes on two backgrounds: bytes which the world leaves alone show the background.
  private func observationProblemNow<W: World>(_ world: W) -> String? {
    let size = world.specification.observation.count
    var written = 0
    let guarded = [0, 0xFF].map { background in
      GuardedBytes(count: size, background: background) { buffer in
        var writer = ObservationWriter(buffer)
        world.observe(into: &writer)
        written = writer.count
      }
    }
    if written != size { return "the world wrote \(written) bytes, its space has \(size)" }
    if guarded.contains(where: \.wasOverrun) { return "it wrote beyond the buffer" }
    guard
      let place = zip(guarded[0].bytes, guarded[1].bytes).enumerated().first(where: { $1.0 != $1.1 }
      )
    else { return nil }
    return "\(world.specification.observation.describe(place.offset)) was left unwritten"
  }

  package func rewardProblem<W: World>(_ world: W) -> String? {
    let range = world.specification.rewardRange
    return firstProblem(world) { world, step in
      if step.reward.isNaN, let fault = world.fault { return "\(fault.cause); \(fault.remedy)" }
      return range.contains(step.reward)
        ? nil : "the reward is \(step.reward), the range \(range)"
    }
  }

  /// Plays some seeds and returns the first problem that a closure finds after a step.
  private func firstProblem<W: World>(
    _ world: W, _ problem: (W, Step) -> String?
  ) -> String? {
    var world = world
    for seed in seed..<seed + 4 {
      world.reset(seed: seed)
      for (number, choice) in choices(world).enumerated() {
        let result = world.step(choice)
        if let problem = problem(world, result) {
          return "seed \(seed), after \(number + 1) steps: \(problem)"
        }
        if result.ended { world.reset(seed: nil) }
      }
    }
    return nil
  }

  package func endProblem<W: World>(_ world: W) -> String? {
    let limit = world.specification.maximumSteps
    let stream = RandomStream(root: seed, name: "check/ends")
    var policies = [world.actionSpace.randomChoices(limit, stream)]
    switch world.actionSpace {
    case .discrete(let names):
      policies += names.indices.map { [ActionChoice](repeating: .index(Int32($0)), count: limit) }
    case .continuous(let bounds):
      policies += [bounds.map(\.lowerBound), bounds.map(\.upperBound)].map {
        [ActionChoice](repeating: .row($0), count: limit)
      }
    }
    for choices in policies {
      if let problem = endProblem(world, choices) { return "seed \(seed): \(problem)" }
    }
    return nil
  }

  private func endProblem<W: World>(_ world: W, _ choices: [ActionChoice]) -> String? {
    var world = world
    world.reset(seed: seed)
    for (number, choice) in choices.enumerated() {
      let result = world.step(choice)
      if number == 0, result.truncated, choices.count > 1 { return "cut off after one step" }
      if result.ended { return nil }
    }
    return "goes on after \(choices.count) steps"
  }

  package func factProblem<W: World>(_ world: W) -> String? {
    let names = world.specification.facts.map(\.name)
    var known = [Bool](repeating: false, count: names.count)
    var world = world
    world.reset(seed: seed)
    let problem = firstProblem(world) { world, _ in
      guard let values = Self.guardedFacts(world) else { return "it wrote beyond the facts" }
      for (fact, value) in values.enumerated() {
        guard let value else { return "fact '\(names[fact])' was not written" }
        if value.isInfinite { return "fact '\(names[fact])' is \(value)" }
        if value.isFinite { known[fact] = true }
      }
      return nil
    }
    if let problem { return problem }
    // Of numbered places, `ball0X`, `ball1X` and so on, the later ones may be empty for long.
    let kinds = names.map { $0.filter { !$0.isNumber } }
    let seen = Set(zip(kinds, known).filter(\.1).map(\.0))
    return zip(names, kinds).first { !seen.contains($1) }
      .map { "fact '\($0.0)' was NaN throughout" }
  }

  /// The facts, nil for one that was not written; nil where more than the facts was written.
  private static func guardedFacts<W: World>(_ world: W) -> [Float?]? {
    let count = world.specification.facts.count
    // A NaN that no calculation gives: what still has it was not written.
    let mark = Float(bitPattern: 0x7FC5_A5A5)
    var values = [Float](repeating: mark, count: count + 8)
    values.withUnsafeMutableBufferPointer { buffer in
      world.facts(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
    }
    guard values[count...].allSatisfy({ $0.bitPattern == mark.bitPattern }) else { return nil }
    return values[..<count].map { $0.bitPattern == mark.bitPattern ? nil : $0 }
  }
}

/// Bytes that a closure filled, with a margin that tells whether it went beyond.
package struct GuardedBytes {
  private(set) var bytes: [UInt8]
  package let wasOverrun: Bool

  package init(count: Int, background: UInt8, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
    let margin = 64
    bytes = [UInt8](repeating: background, count: count + 2 * margin)
    bytes.withUnsafeMutableBufferPointer { buffer in
      fill(UnsafeMutableBufferPointer(rebasing: buffer[margin..<margin + count]))
    }
    wasOverrun = (bytes.prefix(margin) + bytes.suffix(margin)).contains { $0 != background }
    bytes = Array(bytes[margin..<margin + count])
  }
}
