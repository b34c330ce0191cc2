import EnvironmentKit
import Randomness

/// Checks of worlds that are stepped in batches alone, such as those of another process.
extension ContractChecker {
  /// Runs the checks that can be made of batches.
  ///
  /// - Parameter makeBatch: makes a batch of so many slots.
  package func check(batches makeBatch: @escaping BatchMaker) -> ContractReport {
    let play = BatchPlay(self, makeBatch)
    var report = ContractReport()
    for check in BatchCheck.allCases {
      var problem: String?
      do {
        problem = try play.problem(check)
      } catch {
        problem = "\(error)"
      }
      report.findings.append(ContractFinding(check: check.rawValue, problem: problem))
      // All the others play as this one does.
      if check == .play, problem != nil { break }
    }
    return report
  }
}

/// The checks in their order.
private enum BatchCheck: String, CaseIterable {
  case play = "every observation is finite, every reward too, every fact finite or NaN"
  case ends = "episodes end at or before the stated number of steps, none is cut off after one"
  case sameSeed = "the same seed gives the same episodes, resets without a seed included"
  case unseededReset = "a reset without a seed goes on to another episode where seeds matter"
  case neighbours = "in a batch as alone, whatever the neighbours"
  case drawing = "drawing leaves the episode as it is"
  case branch = "a batch's snapshot goes on in another slot as in its own"
  case autoreset = "a batch starts ended episodes anew as its mode says"
}

/// Batches that are played to be compared.
private struct BatchPlay {
  let checker: ContractChecker
  let makeBatch: ContractChecker.BatchMaker

  init(_ checker: ContractChecker, _ makeBatch: @escaping ContractChecker.BatchMaker) {
    (self.checker, self.makeBatch) = (checker, makeBatch)
  }

  func problem(_ check: BatchCheck) throws -> String? {
    switch check {
    case .play: try playProblem()
    case .ends: try endProblem()
    case .sameSeed: try difference(play(seeds: [checker.seed]), play(seeds: [checker.seed]))
    case .unseededReset: try unseededProblem()
    case .neighbours: try neighbourProblem()
    case .drawing:
      try difference(play(seeds: [checker.seed]), play(seeds: [checker.seed], draws: true))
    case .branch: try branchProblem()
    case .autoreset: try autoresetProblem()
    }
  }

  /// The moments of every slot from a seeded reset on, all acting alike; ended episodes are followed by the next.
  private func play(
    seeds: [UInt64], draws: Bool = false, _ autoreset: AutoresetMode = .sameStep
  ) throws -> [[Moment]] {
    let batch = makeBatch(seeds.count, autoreset)
    let buffers = batch.makeBuffers()
    var frame = Frame(width: 24, height: 24)
    try batch.reset(seeds: seeds, mask: nil, into: buffers)
    var moments = seeds.indices.map { [buffers.moment($0, batch)] }
    for choice in checker.choices(batch.specification, batch.actionSpace) {
      if draws { batch.draw(0, into: &frame) }
      try batch.step(all: choice, into: buffers)
      for slot in seeds.indices { moments[slot].append(buffers.moment(slot, batch)) }
    }
    return moments
  }

  private func difference(_ first: [[Moment]], _ second: [[Moment]]) -> String? {
    checker.difference(first[0], second[0], makeBatch(1, .disabled).specification)
  }

  private func playProblem() throws -> String? {
    for (step, moment) in try play(seeds: [checker.seed])[0].enumerated() {
      if !moment.reward.isFinite { return "after \(step) steps the reward is \(moment.reward)" }
      if moment.facts.contains(where: { Float(bitPattern: $0).isInfinite }) {
        return "after \(step) steps a fact is infinite"
      }
    }
    return nil
  }

  private func endProblem() throws -> String? {
    let batch = makeBatch(1, .disabled)
    let buffers = batch.makeBuffers()
    let most = batch.specification.maximumSteps
    try batch.reset(seeds: [checker.seed], mask: nil, into: buffers)
    let choices = checker.choices(batch.specification, batch.actionSpace)
    // Episodes without a near end would take minutes.
    for step in 0..<min(most, 20_000) {
      try batch.step(all: choices[step % choices.count], into: buffers)
      guard buffers.terminated[0] || buffers.truncated[0] else { continue }
      return step == 0 && buffers.truncated[0] && most > 1 ? "cut off after one step" : nil
    }
    return most > 20_000 ? nil : "no end within \(most) steps"
  }

  private func unseededProblem() throws -> String? {
    let batch = makeBatch(2, .disabled)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [checker.seed, checker.seed + 1], mask: nil, into: buffers)
    let seeded = (0..<2).map { buffers.moment($0, batch) }
    guard seeded[0] != seeded[1] else { return nil }
    try batch.reset(seeds: [nil, nil], mask: nil, into: buffers)
    let next = (0..<2).map { buffers.moment($0, batch) }
    return next == seeded ? "resets without a seed give the seeds' first moments again" : nil
  }

  private func neighbourProblem() throws -> String? {
    let seeds = (0..<3).map { checker.seed + UInt64($0) }
    let together = try play(seeds: seeds)
    for slot in seeds.indices {
      if let difference = difference([together[slot]], try play(seeds: [seeds[slot]])) {
        return "seed \(seeds[slot]) in slot \(slot) of 3 and alone: \(difference)"
      }
    }
    return nil
  }

  private func branchProblem() throws -> String? {
    let batch = makeBatch(2, .sameStep)
    let buffers = batch.makeBuffers()
    let choices = checker.choices(batch.specification, batch.actionSpace)
    try batch.reset(seeds: [checker.seed, checker.seed + 1], mask: nil, into: buffers)
    for choice in choices[..<(choices.count / 3)] { try batch.step(all: choice, into: buffers) }
    try batch.setState(batch.state(of: 0), of: 1)
    for (number, choice) in choices[(choices.count / 3)...].enumerated() {
      try batch.step(all: choice, into: buffers)
      let moments = (0..<2).map { buffers.moment($0, batch) }
      if let difference = moments[0].difference(from: moments[1], batch.specification) {
        return "slot 0 and its copy in slot 1, \(number + 1) steps after the copy: \(difference)"
      }
    }
    return nil
  }

  /// Plays all modes until an episode has ended, and compares what they show from there on.
  private func autoresetProblem() throws -> String? {
    let batches = [AutoresetMode.disabled, .sameStep, .nextStep].map { makeBatch(1, $0) }
    let buffers = batches.map { $0.makeBuffers() }
    for (batch, buffer) in zip(batches, buffers) {
      try batch.reset(seeds: [checker.seed], mask: nil, into: buffer)
    }
    let choices = checker.choices(batches[0].specification, batches[0].actionSpace)
    for step in 0..<min(batches[0].specification.maximumSteps, 20_000) {
      let choice = choices[step % choices.count]
      for (batch, buffer) in zip(batches, buffers) { try batch.step(all: choice, into: buffer) }
      guard buffers[0].terminated[0] || buffers[0].truncated[0] else { continue }
      // Buffers must outlive the pointers into them.
      let isLast = withExtendedLifetime(buffers) {
        buffers[1].finalObservation(0).elementsEqual(buffers[0].observation(0))
      }
      if !isLast {
        return "same-step, at the end: the final observation is not the ended episode's last"
      }
      do {
        try batches[0].step(all: choice, into: buffers[0])
        return "disabled: a step after the end is not refused"
      } catch {}
      try batches[0].reset(seeds: [nil], mask: nil, into: buffers[0])
      try batches[2].step(all: choice, into: buffers[2])
      let next = (0..<3).map { buffers[$0].moment(0, batches[$0]).observation }
      if next[1] != next[0] { return "same-step: the next episode's first observation is another" }
      if next[2] != next[0] { return "next-step: the next episode's first observation is another" }
      return nil
    }
    return nil
  }
}
