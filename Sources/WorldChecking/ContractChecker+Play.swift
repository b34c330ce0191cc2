import EnvironmentKit
import Randomness

/// All that can be seen of a world after a reset or a step.
package struct Moment: Hashable {
  package var observation: [UInt8]
  /// Bit patterns, so that NaN equals NaN.
  package var facts: [UInt32]
  /// Likewise.
  package var rewardBits: UInt32 = 0
  package var terminated = false
  package var truncated = false

  package var reward: Float {
    get { Float(bitPattern: rewardBits) }
    set { rewardBits = newValue.bitPattern }
  }

  /// In words, where another moment differs first; nil where it does not.
  package func difference(from other: Moment, _ specification: WorldSpecification) -> String? {
    if let index = zip(observation, other.observation).enumerated().first(where: { $1.0 != $1.1 }) {
      let place = specification.observation.describe(index.offset)
      return "\(place) is \(index.element.0) and \(index.element.1)"
    }
    if rewardBits != other.rewardBits { return "the reward is \(reward) and \(other.reward)" }
    if terminated != other.terminated {
      return "terminated is \(terminated) and \(other.terminated)"
    }
    if truncated != other.truncated { return "truncated is \(truncated) and \(other.truncated)" }
    guard let fact = facts.indices.first(where: { facts[$0] != other.facts[$0] }) else {
      return nil
    }
    let values = [facts[fact], other.facts[fact]].map(Float.init(bitPattern:))
    return "fact '\(specification.facts[fact].name)' is \(values[0]) and \(values[1])"
  }
}

extension ObservationSpace {
  /// The name and the indices of an element, such as `image[3, 0, 2]`.
  package func describe(_ element: Int) -> String {
    var rest = element
    for field in fields {
      if rest < field.count {
        var indices: [Int] = []
        for extent in field.shape.reversed() {
          indices.insert(rest % extent, at: 0)
          rest /= extent
        }
        return "\(field.name)\(indices)"
      }
      rest -= field.count
    }
    return "byte \(element)"
  }
}

/// An action before it has a world's type.
package enum ActionChoice {
  case index(Int32)
  case row([Float])

  package func action<W: World>(in world: W) -> W.Action? {
    switch self {
    case .index(let index): world.action(index: index)
    case .row(let row): row.withUnsafeBufferPointer { world.action(row: $0) }
    }
  }
}

extension ActionSpace {
  /// Random actions, each held for 1 to 10 steps.
  package func randomChoices(_ count: Int, _ stream: RandomStream) -> [ActionChoice] {
    var stream = stream
    var choices: [ActionChoice] = []
    while choices.count < count {
      let choice = randomChoice(&stream)
      choices += repeatElement(choice, count: stream.integers(in: 1..<11))
    }
    return Array(choices.prefix(count))
  }

  private func randomChoice(_ stream: inout RandomStream) -> ActionChoice {
    switch self {
    case .discrete(let names): .index(Int32(stream.integers(in: 0..<names.count)))
    case .continuous(let bounds):
      .row(
        bounds.map { Float(stream.uniform(Double($0.lowerBound), Double($0.upperBound))) })
    }
  }
}

extension World {
  /// All that can be seen now.
  package func moment(_ step: Step = Step(reward: 0)) -> Moment {
    Moment(
      observation: observationBytes(), facts: factValues().map(\.bitPattern),
      rewardBits: step.reward.bitPattern,
      terminated: step.terminated, truncated: step.truncated)
  }

  /// The observation; bytes that the world does not write are 0.
  package func observationBytes() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: specification.observation.count)
    bytes.withUnsafeMutableBufferPointer { buffer in
      var writer = ObservationWriter(buffer)
      observe(into: &writer)
    }
    return bytes
  }

  /// The facts; those that the world does not write are 0.
  package func factValues() -> [Float] {
    var values = [Float](repeating: 0, count: specification.facts.count)
    values.withUnsafeMutableBufferPointer { facts(into: $0) }
    return values
  }

  /// Acts; a choice that is no action of the space does nothing, which the check of actions reports.
  package mutating func step(_ choice: ActionChoice) -> Step {
    guard let action = choice.action(in: self) else { return Step(reward: 0) }
    return step(action)
  }

  /// Plays on: after an end comes a reset without a seed, which makes a moment of its own.
  package mutating func play(_ choices: [ActionChoice], each: (inout Self) -> Void = { _ in })
    -> [Moment]
  {
    var moments: [Moment] = []
    for choice in choices {
      each(&self)
      let result = step(choice)
      moments.append(moment(result))
      if result.ended {
        reset(seed: nil)
        moments.append(moment())
      }
    }
    return moments
  }
}

extension ContractChecker {
  /// Bytes of observations that one play may keep; shorter plays of large pictures.
  private static let mostBytes = 48 << 20

  /// The actions of a check: the same in every check.
  package func choices<W: World>(_ world: W) -> [ActionChoice] {
    choices(world.specification, world.actionSpace)
  }

  /// Likewise, of what is known of a world.
  package func choices(
    _ specification: WorldSpecification, _ actions: ActionSpace
  ) -> [ActionChoice] {
    let affordable = Self.mostBytes / max(1, specification.observation.count)
    return actions.randomChoices(
      min(steps, max(30, affordable)), RandomStream(root: seed, name: "check/actions"))
  }

  /// A world's moments from a seeded reset on.
  package func play<W: World>(_ world: W, seed: UInt64, each: (inout W) -> Void = { _ in })
    -> [Moment]
  {
    var world = world
    world.reset(seed: seed)
    return [world.moment()] + world.play(choices(world), each: each)
  }

  /// In words, where two plays differ first; nil where they do not.
  package func difference(
    _ first: [Moment], _ second: [Moment], _ specification: WorldSpecification
  ) -> String? {
    for (step, (a, b)) in zip(first, second).enumerated() {
      if let difference = a.difference(from: b, specification) {
        return "after \(step) steps and resets \(difference)"
      }
    }
    return nil
  }
}
