import EnvironmentKit
import Randomness

/// Lets an actor act in all slots of a batch, for some steps at a time; episodes go on from one segment to the
/// next.
package final class SegmentCollector {
  /// What became of the episodes that ended in a segment.
  package struct Ended {
    /// How many.
    package var count = 0
    /// Their returns, added up.
    package var returns = 0.0
    /// Their lengths, added up.
    package var length = 0

    var meanReturn: Double { returns / Double(count) }
    var meanLength: Double { Double(length) / Double(count) }
  }

  /// How observations and rewards are changed before anything is learned from them.
  struct Scales {
    /// Standardises what is seen; nil leaves it.
    var observation: RunningScale?
    /// Of discounted returns, by whose deviation rewards are divided; nil leaves them.
    var returns: RunningScale?
  }

  /// The episodes of now.
  var courses: [EpisodeCourse]
  /// What is remembered of them, `[slot, memory width]`.
  let memory: OwnedBuffer<Float>
  /// How observations and rewards are changed.
  var scales = Scales()

  let settings: PPOSettings
  let network: any ActorCriticNetwork
  let rootSeed: UInt64
  /// Looks on for what is new; nil where nobody does.
  var explorer: Explorer?
  var runner: EpisodeRunner<Float>?
  var seeds: [UInt64?]
  var mask: [Bool]

  private let actor: Actor
  private let numbers: UnsafePointer<Float>
  private let outputs: OwnedBuffer<Float>
  private let noise: OwnedBuffer<Float>
  private let aside: Aside
  private let standardised: OwnedBuffer<Float>
  private var cutOffRows: [Int32] = []

  /// Memory for what is only judged, not acted upon.
  private struct Aside {
    let store: ObservationStore
    let outputs: OwnedBuffer<Float>
    let memory: OwnedBuffer<Float>
  }

  /// Makes room.
  ///
  /// - Parameters:
  ///   - network: who acts.
  ///   - numbers: its flat numbers, valid as long as this object is.
  ///   - space: what may be done.
  ///   - inputs: numbers of what is seen.
  package init(
    _ settings: PPOSettings, _ network: any ActorCriticNetwork, numbers: UnsafePointer<Float>,
    _ space: ActionSpace, inputs: Int, rootSeed: UInt64
  ) {
    (self.settings, self.network, self.numbers) = (settings, network, numbers)
    self.rootSeed = rootSeed
    actor = Actor(network, space)
    let slots = settings.environments
    courses = [EpisodeCourse](repeating: EpisodeCourse(), count: slots)
    memory = OwnedBuffer(slots * network.memoryWidth, zero: 0)
    outputs = OwnedBuffer(slots * network.heads.width, zero: 0)
    noise = OwnedBuffer(slots * settings.horizon * actor.noiseWidth, zero: 0)
    aside = Aside(
      store: ObservationStore(rows: slots, width: inputs, isWhole: network.needsWholeRows),
      outputs: OwnedBuffer(slots * network.heads.width, zero: 0),
      memory: OwnedBuffer(slots * network.memoryWidth, zero: 0))
    standardised = OwnedBuffer(inputs, zero: 0)
    cutOffRows.reserveCapacity(slots)
    seeds = [UInt64?](repeating: nil, count: slots)
    mask = [Bool](repeating: false, count: slots)
    if settings.normalisesObservations { scales.observation = RunningScale(width: inputs) }
    if settings.scalesRewards { scales.returns = RunningScale(width: 1) }
  }

  var slots: Int { settings.environments }

  /// Plays so many steps in every slot.
  ///
  /// - Parameters:
  ///   - stream: what actions are drawn from.
  ///   - segment: written from its beginning.
  package func collect(
    _ steps: Int, on runner: EpisodeRunner<Float>, drawing stream: RandomStream,
    into segment: Segment
  ) throws -> Ended {
    try attach(runner)
    var stream = stream
    actor.drawNoise(
      &stream,
      into: UnsafeMutableBufferPointer(
        rebasing: noise.elements[..<(steps * slots * actor.noiseWidth)]))
    let buffers = runner.buffers
    segment.observations.begin(like: UnsafeBufferPointer(buffers.observations))
    explorer?.begin(like: UnsafeBufferPointer(buffers.observations))
    segment.count = steps * slots
    if let base = memory.elements.baseAddress {
      segment.memory.update(from: base, count: memory.elements.count)
    }
    var ended = Ended()
    for step in 0..<steps {
      act(step, buffers, runner.actions, segment)
      try runner.batch.step(runner.actions.buffer, active: nil, into: buffers)
      try note(step, runner, segment, &ended)
      try runner.onStep?(runner)
    }
    foretell(buffers, segment)
    return ended
  }

  /// Keeps what is seen.
  private func keep(
    _ observation: UnsafeMutableBufferPointer<Float>, in store: ObservationStore
  ) {
    store.append(asRead(observation))
  }

  /// What is seen as networks read it, until the next call: standardised where that is asked for.
  private func asRead(
    _ observation: UnsafeMutableBufferPointer<Float>
  ) -> UnsafeBufferPointer<Float> {
    guard let scale = scales.observation else { return UnsafeBufferPointer(observation) }
    scale.apply(UnsafeBufferPointer(observation), into: standardised.elements)
    return UnsafeBufferPointer(standardised.elements)
  }

  /// Chooses the actions of a step.
  private func act(
    _ step: Int, _ buffers: BatchBuffers<Float>, _ actions: ActionStorage, _ segment: Segment
  ) {
    for slot in 0..<slots {
      scales.observation?.add(UnsafeBufferPointer(buffers.observation(slot)))
    }
    for slot in 0..<slots { keep(buffers.observation(slot), in: segment.observations) }
    explorer?.see()
    let (first, heads) = (step * slots, network.heads)
    guard let outputs = outputs.elements.baseAddress, let noise = noise.elements.baseAddress,
      let memory = memory.elements.baseAddress
    else { return }
    let components = actions.rowWidth
    let (choices, drawn) = (segment.choices + first, segment.drawn + first * components)
    network.evaluate(
      segment.observations, rows: segment.rows(ofStep: step), memory: memory, into: outputs)
    actor.draw(
      outputs, rows: slots, noise: noise + first * actor.noiseWidth, numbers, choices: choices,
      drawn: drawn, logProbabilities: segment.logProbabilities + first)
    for slot in 0..<slots {
      segment.values[first + slot] = outputs[slot * heads.width + heads.valuePlace]
      segment.bonus?.values[first + slot] = outputs[slot * heads.width + heads.bonusPlace]
      actor.write(slot, choices: choices, drawn: drawn, into: actions, of: slot)
    }
  }

  /// Notes what came of a step, and begins new episodes where some ended.
  private func note(
    _ step: Int, _ runner: EpisodeRunner<Float>, _ segment: Segment, _ ended: inout Ended
  ) throws {
    let (buffers, limit) = (runner.buffers, settings.maximumSteps)
    explore(step, runner)
    cutOffRows.removeAll(keepingCapacity: true)
    var restarts = false
    for slot in 0..<slots {
      let row = step * slots + slot
      courses[slot].note(
        runner.actions, of: slot, reward: buffers.rewards[slot], discount: settings.discount)
      segment.rewards[row] = scaled(buffers.rewards[slot], slot)
      let isOver = buffers.terminated[slot]
      let isCut =
        !isOver && (buffers.truncated[slot] || limit > 0 && courses[slot].length >= limit)
      segment.ended[row] = isOver || isCut
      segment.nextValues[row] = 0
      segment.bonus?.nextValues[row] = 0
      mask[slot] = isOver || isCut
      guard mask[slot] else { continue }
      restarts = true
      if isCut { cutOffRows.append(Int32(row)) }
      ended.count += 1
      ended.returns += courses[slot].episodeReturn
      ended.length += courses[slot].length
      courses[slot].begin(slot: slot, rootSeed: rootSeed)
      seeds[slot] = courses[slot].seed
    }
    if !cutOffRows.isEmpty { judgeCutOff(runner, segment) }
    guard restarts else { return }
    for slot in 0..<slots where mask[slot] { remembered(slot).update(repeating: 0) }
    try runner.batch.reset(seeds: seeds, mask: mask, into: buffers)
  }

  /// Shows what a step led to, before ended episodes are followed by others.
  private func explore(_ step: Int, _ runner: EpisodeRunner<Float>) {
    guard let explorer else { return }
    explorer.note(step * slots, of: runner.batch)
    guard explorer.looksAtObservations else { return }
    for slot in 0..<slots {
      explorer.look(asRead(runner.buffers.observation(slot)))
    }
  }

  /// A reward as it is learned from.
  private func scaled(_ reward: Float, _ slot: Int) -> Float {
    guard scales.returns != nil else { return reward }
    withUnsafePointer(to: Float(courses[slot].discountedReturn)) {
      scales.returns?.add(UnsafeBufferPointer(start: $0, count: 1))
    }
    let number = reward / Float(scales.returns?.deviation(0) ?? 1)
    return max(-RunningScale.limit, min(RunningScale.limit, number))
  }

  /// What is remembered of a slot's episode.
  func remembered(_ slot: Int) -> UnsafeMutableBufferPointer<Float> {
    memory.row(slot, network.memoryWidth)
  }

  /// What the critic says of the last that was seen where an episode was cut off: the task would have gone on.
  private func judgeCutOff(_ runner: EpisodeRunner<Float>, _ segment: Segment) {
    let buffers = runner.buffers
    let isKept = runner.batch.autoreset == .sameStep
    aside.store.begin(like: UnsafeBufferPointer(buffers.observations))
    for (place, row) in cutOffRows.enumerated() {
      let slot = Int(row) % slots
      let hasNext = isKept && buffers.truncated[slot]
      keep(hasNext ? buffers.finalObservation(slot) : buffers.observation(slot), in: aside.store)
      _ = aside.memory.row(place, network.memoryWidth).update(fromContentsOf: remembered(slot))
    }
    judge(cutOffRows.count, segment)
    for (place, row) in cutOffRows.enumerated() {
      segment.nextValues[Int(row)] = judged(place, network.heads.valuePlace)
      segment.bonus?.nextValues[Int(row)] = judged(place, network.heads.bonusPlace)
    }
  }

  /// What the critic says of what follows each step of episodes that go on.
  private func foretell(_ buffers: BatchBuffers<Float>, _ segment: Segment) {
    aside.store.begin(like: UnsafeBufferPointer(buffers.observations))
    for slot in 0..<slots { keep(buffers.observation(slot), in: aside.store) }
    _ = aside.memory.elements.update(fromContentsOf: memory.elements)
    judge(slots, segment)
    for row in 0..<segment.count where !segment.ended[row] {
      segment.nextValues[row] =
        row + slots < segment.count
        ? segment.values[row + slots] : judged(row % slots, network.heads.valuePlace)
    }
    guard let bonus = segment.bonus else { return }
    // Where bonuses of later episodes count, the next episode's first step follows an end.
    let stops = settings.exploration.endsWithEpisode
    for row in 0..<segment.count where !(stops && segment.ended[row]) {
      bonus.nextValues[row] =
        row + slots < segment.count
        ? bonus.values[row + slots] : judged(row % slots, network.heads.bonusPlace)
    }
  }

  /// Computes the outputs of what lies aside.
  private func judge(_ count: Int, _ segment: Segment) {
    guard let outputs = aside.outputs.elements.baseAddress,
      let memory = aside.memory.elements.baseAddress
    else { return }
    network.evaluate(
      aside.store, rows: UnsafeBufferPointer(rebasing: segment.numbers[..<count]), memory: memory,
      into: outputs)
  }

  private func judged(_ place: Int, _ column: Int) -> Float {
    aside.outputs.elements[place * network.heads.width + column]
  }
}
