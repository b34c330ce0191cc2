import EnvironmentKit
import Synchronization
import Threads

/// Checks that compare a batch with single worlds.
extension ContractChecker {
  package typealias BatchMaker = (Int, AutoresetMode) -> any EnvironmentBatch<UInt8>

  /// The number of threads belongs to the process: one check at a time sets it.
  private static let threadSetting = Mutex(())

  package func batchProblem<W: World>(_ world: W, _ makeBatch: BatchMaker) -> String? {
    let slots = 5
    // The seed of a slot differs between the rounds, and with it every neighbour.
    for (threads, shift) in [(1, 0), (2, 0), (2, 3)] {
      let seeds = (0..<slots).map { seed + UInt64(($0 + shift) % slots) }
      let played = Self.withThreads(threads) {
        playBatch(makeBatch(slots, .sameStep), seeds: seeds, choices(world))
      }
      switch played {
      case .failure(let failure): return failure.description
      case .success(let moments):
        for slot in 0..<slots {
          let alone = playAlone(world, seed: seeds[slot])
          if let difference = difference(alone, moments[slot], world.specification) {
            return "seed \(seeds[slot]) alone and in slot \(slot) of \(slots), \(threads) threads: "
              + difference
          }
        }
      }
    }
    return nil
  }

  private static func withThreads<Result>(_ count: Int, _ body: () -> Result) -> Result {
    threadSetting.withLock { _ in
      let before = ThreadCount.current
      ThreadCount.current = count
      defer { ThreadCount.current = before }
      return body()
    }
  }

  /// What a batch that resets in the same step shows of one world: the ending moment is followed by
  /// the next episode's observation in its place.
  private func playAlone<W: World>(_ world: W, seed: UInt64) -> [Moment] {
    var world = world
    world.reset(seed: seed)
    var moments = [world.moment()]
    for choice in choices(world) {
      let result = world.step(choice)
      if result.ended { world.reset(seed: nil) }
      moments.append(world.moment(result))
    }
    return moments
  }

  /// The moments of every slot, all slots acting alike.
  private func playBatch(
    _ batch: any EnvironmentBatch<UInt8>, seeds: [UInt64], _ choices: [ActionChoice]
  ) -> Result<[[Moment]], BatchFailure> {
    let buffers = batch.makeBuffers()
    do {
      try batch.reset(seeds: seeds, mask: nil, into: buffers)
      var moments = seeds.indices.map { [buffers.moment($0, batch)] }
      for choice in choices {
        try batch.step(all: choice, into: buffers)
        for slot in seeds.indices { moments[slot].append(buffers.moment(slot, batch)) }
      }
      return .success(moments)
    } catch {
      return .failure(BatchFailure(description: "\(error)"))
    }
  }

  /// Copies one slot's snapshot into another and lets both go on alike.
  package func branchProblem<W: World>(_ world: W, _ makeBatch: BatchMaker) -> String? {
    let batch = makeBatch(2, .sameStep)
    let buffers = batch.makeBuffers()
    let choices = choices(world)
    let start = choices.count / 3
    do {
      try batch.reset(seeds: [seed, seed + 1], mask: nil, into: buffers)
      for choice in choices[..<start] { try batch.step(all: choice, into: buffers) }
      try batch.setState(batch.state(of: 0), of: 1)
      for (number, choice) in choices[start...].enumerated() {
        try batch.step(all: choice, into: buffers)
        let moments = (0..<2).map { buffers.moment($0, batch) }
        if let difference = moments[0].difference(from: moments[1], world.specification) {
          return "slot 0 and its copy in slot 1, \(number + 1) steps after the copy: \(difference)"
        }
      }
      return nil
    } catch {
      return "\(error)"
    }
  }

  package func autoresetProblem<W: World>(_ world: W, _ makeBatch: BatchMaker) -> String? {
    guard let end = firstEnd(world) else { return nil }
    do {
      return try sameStepProblem(end, makeBatch(1, .sameStep), world)
        ?? nextStepProblem(end, makeBatch(1, .nextStep), world)
        ?? disabledProblem(end, makeBatch(1, .disabled), world)
    } catch {
      return "\(error)"
    }
  }

  /// The first end of an episode: the actions that lead to it, its moment and the next episode's first.
  private struct EpisodeEnd {
    var choices: [ActionChoice] = []
    var last: Moment
    var next: Moment
  }

  private func firstEnd<W: World>(_ world: W) -> EpisodeEnd? {
    var world = world
    world.reset(seed: seed)
    var taken: [ActionChoice] = []
    let choices = choices(world)
    for number in 0..<world.specification.maximumSteps {
      let choice = choices[number % choices.count]
      taken.append(choice)
      let result = world.step(choice)
      guard result.ended else { continue }
      let last = world.moment(result)
      world.reset(seed: nil)
      return EpisodeEnd(choices: taken, last: last, next: world.moment())
    }
    return nil
  }

  /// Steps a batch of one to the end of its first episode.
  private func run(
    _ end: EpisodeEnd, _ batch: any EnvironmentBatch<UInt8>
  ) throws -> BatchBuffers<UInt8> {
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [seed], mask: nil, into: buffers)
    for choice in end.choices { try batch.step(all: choice, into: buffers) }
    return buffers
  }

  private func sameStepProblem<W: World>(
    _ end: EpisodeEnd, _ batch: any EnvironmentBatch<UInt8>, _ world: W
  ) throws -> String? {
    let buffers = try run(end, batch)
    var expected = end.next
    (expected.reward, expected.terminated, expected.truncated) =
      (end.last.reward, end.last.terminated, end.last.truncated)
    if let difference = expected.difference(from: buffers.moment(0, batch), world.specification) {
      return "same-step, at the end: expected and found: \(difference)"
    }
    guard [UInt8](buffers.finalObservation(0)) == end.last.observation else {
      return "same-step, at the end: the final observation is not the ended episode's last"
    }
    return nil
  }

  private func nextStepProblem<W: World>(
    _ end: EpisodeEnd, _ batch: any EnvironmentBatch<UInt8>, _ world: W
  ) throws -> String? {
    let buffers = try run(end, batch)
    if let difference = end.last.difference(from: buffers.moment(0, batch), world.specification) {
      return "next-step, at the end: expected and found: \(difference)"
    }
    try batch.step(all: end.choices[0], into: buffers)
    return end.next.difference(from: buffers.moment(0, batch), world.specification)
      .map { "next-step, one step after the end: expected and found: \($0)" }
  }

  private func disabledProblem<W: World>(
    _ end: EpisodeEnd, _ batch: any EnvironmentBatch<UInt8>, _ world: W
  ) throws -> String? {
    let buffers = try run(end, batch)
    if let difference = end.last.difference(from: buffers.moment(0, batch), world.specification) {
      return "disabled, at the end: expected and found: \(difference)"
    }
    do {
      try batch.step(all: end.choices[0], into: buffers)
    } catch {
      return nil
    }
    return "disabled: a step after the end is not refused"
  }
}

/// Why a batch could not be played.
private struct BatchFailure: Error {
  let description: String
}

extension BatchBuffers where Element == UInt8 {
  /// All that can be seen of a slot.
  package func moment(_ slot: Int, _ batch: any EnvironmentBatch<UInt8>) -> Moment {
    Moment(
      observation: [UInt8](observation(slot)), facts: batch.facts(of: slot).map(\.bitPattern),
      rewardBits: rewards[slot].bitPattern, terminated: terminated[slot], truncated: truncated[slot]
    )
  }
}

extension EnvironmentBatch where Element == UInt8 {
  /// Takes the same action in every slot.
  package func step(all choice: ActionChoice, into buffers: BatchBuffers<UInt8>) throws {
    switch choice {
    case .index(let index):
      try [Int32](repeating: index, count: count).withUnsafeBufferPointer {
        try step(.indices($0), active: nil, into: buffers)
      }
    case .row(let row):
      try [Float]((0..<count).flatMap { _ in row }).withUnsafeBufferPointer {
        try step(.rows($0), active: nil, into: buffers)
      }
    }
  }
}
