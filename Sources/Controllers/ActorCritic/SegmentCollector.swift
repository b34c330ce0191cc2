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

  /// The episodes of now.
  var courses: [EpisodeCourse]

  private let slots: Int
  private let rootSeed: UInt64
  private let maximumSteps: Int
  private var runner: EpisodeRunner<Float>?
  private let outputs: OwnedBuffer<Float>
  private let points: OwnedBuffer<Float>
  /// The last that was seen of episodes that were cut off, and what the critic says of it.
  private let cutOff: ObservationStore
  private let cutOffOutputs: OwnedBuffer<Float>
  private var cutOffRows: [Int32] = []
  private var seeds: [UInt64?]
  private var mask: [Bool]

  /// Makes room.
  ///
  /// - Parameter maximumSteps: at which an episode is cut off; 0 leaves it to the world.
  package init(
    slots: Int, steps: Int, inputs: Int, outputs: Int, rootSeed: UInt64, maximumSteps: Int
  ) {
    (self.slots, self.rootSeed, self.maximumSteps) = (slots, rootSeed, maximumSteps)
    courses = [EpisodeCourse](repeating: EpisodeCourse(), count: slots)
    self.outputs = OwnedBuffer(slots * outputs, zero: 0)
    points = OwnedBuffer(slots * steps, zero: 0)
    cutOff = ObservationStore(rows: slots, width: inputs)
    cutOffOutputs = OwnedBuffer(slots * outputs, zero: 0)
    cutOffRows.reserveCapacity(slots)
    seeds = [UInt64?](repeating: nil, count: slots)
    mask = [Bool](repeating: false, count: slots)
  }

  /// Lets go of the environments: the courses are taken up again before the next segment.
  func detach() { runner = nil }

  /// Lets all episodes end where they are: new ones begin with the next segment.
  func abandonEpisodes() {
    for slot in courses.indices {
      courses[slot].choices.removeAll(keepingCapacity: true)
      courses[slot].seed = 0
    }
    detach()
  }

  /// Plays so many steps in every slot.
  ///
  /// - Parameters:
  ///   - stream: what actions are drawn from.
  ///   - segment: written from its beginning.
  package func collect(
    _ steps: Int, on runner: EpisodeRunner<Float>, by network: any ActorCriticNetwork,
    drawing stream: RandomStream, into segment: Segment
  ) throws -> Ended {
    try attach(runner)
    var stream = stream
    for place in 0..<steps * slots { 
      points.elements[place] = Float(stream.nextUInt32() >> 8) * 0x1p-24
    }
    let buffers = runner.buffers
    segment.observations.begin(like: UnsafeBufferPointer(buffers.observations))
    segment.count = steps * slots
    var ended = Ended()
    for step in 0..<steps {
      act(step, buffers, runner.actions, network, segment)
      try runner.batch.step(runner.actions.buffer, active: nil, into: buffers)
      try note(step, runner, network, segment, &ended)
      try runner.onStep?(runner)
    }
    foretell(buffers, network, segment)
    return ended
  }

  /// Chooses the actions of a step.
  private func act(
    _ step: Int, _ buffers: BatchBuffers<Float>, _ actions: ActionStorage,
    _ network: any ActorCriticNetwork, _ segment: Segment
  ) {
    for slot in 0..<slots {
      segment.observations.append(UnsafeBufferPointer(buffers.observation(slot)))
    }
    let (heads, first) = (outputs.elements, step * slots)
    guard let outputs = heads.baseAddress, let points = points.elements.baseAddress else { return }
    network.evaluate(segment.observations, rows: segment.rows(ofStep: step), into: outputs)
    network.heads.draw(
      outputs, rows: slots, points: points + first, actions: segment.actions + first,
      logProbabilities: segment.logProbabilities + first)
    for slot in 0..<slots {
      segment.values[first + slot] =
        outputs[slot * network.heads.width + network.heads.valuePlace]
      actions.indices[slot] = segment.actions[first + slot]
    }
  }

  /// Notes what came of a step, and begins new episodes where some ended.
  private func note(
    _ step: Int, _ runner: EpisodeRunner<Float>, _ network: any ActorCriticNetwork,
    _ segment: Segment, _ ended: inout Ended
  ) throws {
    let buffers = runner.buffers
    cutOffRows.removeAll(keepingCapacity: true)
    var restarts = false
    for slot in 0..<slots {
      let row = step * slots + slot
      courses[slot].note(runner.actions, of: slot, reward: buffers.rewards[slot])
      let isOver = buffers.terminated[slot]
      let isCut =
        !isOver
        && (buffers.truncated[slot] || maximumSteps > 0 && courses[slot].length >= maximumSteps)
      segment.rewards[row] = buffers.rewards[slot]
      segment.ended[row] = isOver || isCut
      segment.nextValues[row] = 0
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
    if !cutOffRows.isEmpty { judgeCutOff(runner, network, segment) }
    if restarts { try runner.batch.reset(seeds: seeds, mask: mask, into: buffers) }
  }

  /// What the critic says of the last that was seen where an episode was cut off: the task would have gone on.
  private func judgeCutOff(
    _ runner: EpisodeRunner<Float>, _ network: any ActorCriticNetwork, _ segment: Segment
  ) {
    let buffers = runner.buffers
    let isKept = runner.batch.autoreset == .sameStep
    cutOff.begin(like: UnsafeBufferPointer(buffers.observations))
    for row in cutOffRows {
      let slot = Int(row) % slots
      let hasNext = isKept && buffers.truncated[slot]
      cutOff.append(
        UnsafeBufferPointer(
          hasNext ? buffers.finalObservation(slot) : buffers.observation(slot)))
    }
    guard let outputs = cutOffOutputs.elements.baseAddress else { return }
    let rows = UnsafeBufferPointer(rebasing: segment.numbers[..<cutOffRows.count])
    network.evaluate(cutOff, rows: rows, into: outputs)
    for (place, row) in cutOffRows.enumerated() {
      segment.nextValues[Int(row)] =
        outputs[place * network.heads.width + network.heads.valuePlace]
    }
  }

  /// What the critic says of what follows each step of episodes that go on.
  private func foretell(
    _ buffers: BatchBuffers<Float>, _ network: any ActorCriticNetwork, _ segment: Segment
  ) {
    cutOff.begin(like: UnsafeBufferPointer(buffers.observations))
    for slot in 0..<slots {
      cutOff.append(UnsafeBufferPointer(buffers.observation(slot)))
    }
    guard let outputs = cutOffOutputs.elements.baseAddress else { return }
    network.evaluate(cutOff, rows: segment.rows(ofStep: 0), into: outputs)
    for row in 0..<segment.count where !segment.ended[row] {
      segment.nextValues[row] =
        row + slots < segment.count
        ? segment.values[row + slots]
        : outputs[row % slots * network.heads.width + network.heads.valuePlace]
    }
  }
}

// How episodes are taken up.
extension SegmentCollector {
  /// Takes up the episodes in environments that are new here, or begins them.
  private func attach(_ runner: EpisodeRunner<Float>) throws {
    guard self.runner !== runner else { return }
    precondition(
      runner.batch.count == slots,
      "PPO: \(runner.batch.count) environments where its settings say \(slots)")
    for slot in courses.indices where courses[slot].seed == 0 {
      courses[slot].begin(slot: slot, rootSeed: rootSeed)
    }
    for slot in courses.indices { seeds[slot] = courses[slot].seed }
    try runner.batch.reset(seeds: seeds, mask: nil, into: runner.buffers)
    try replay(runner)
    self.runner = runner
  }

  private func replay(_ runner: EpisodeRunner<Float>) throws {
    let active = OwnedBuffer(slots, zero: false)
    let buffers = runner.buffers
    for step in 0..<(courses.map(\.length).max() ?? 0) {
      for slot in courses.indices {
        active.elements[slot] = step < courses[slot].length
        if active.elements[slot] { courses[slot].write(step, into: runner.actions, of: slot) }
      }
      try runner.batch.step(
        runner.actions.buffer, active: UnsafeBufferPointer(active.elements), into: buffers)
      for slot in courses.indices where active.elements[slot] {
        guard !buffers.terminated[slot], !buffers.truncated[slot] else {
          throw ControllerError(
            operation: "go on", place: "\(runner.batch.specification.id), slot \(slot)",
            cause: "an episode that was going on has ended after \(step + 1) steps when it was "
              + "played again",
            remedy: "start a new run: the world or its model is not what it was")
        }
      }
    }
  }
}
