import EnvironmentKit
import Files
import Threads

/// Environments of Gymnasium's, stepped together by worker processes.
///
/// The workers are started by the first reset. A slot's state is what was done in it since its last seed: putting it
/// back, and starting a worker that was killed, do the same again, and find out whether the same came of it.
final class GymnasiumBatch: EnvironmentBatch {
  /// Worlds write bytes.
  typealias Element = UInt8

  let count: Int
  let specification: WorldSpecification
  let autoreset: AutoresetMode
  var observationSpace: ObservationSpace { specification.observation }
  var actionSpace: ActionSpace { description.actions }

  let name: GymnasiumName
  let description: WorldDescription
  let way: WorldDescription.Way
  let observes: Bool
  /// The workers, by their slots; none before the first reset, or after an error.
  var crew: [CrewMember] = []
  /// What brought each slot to where it is; nil before its first reset.
  var histories: [SlotHistory?]
  var work: BatchWork?
  /// What went wrong where no error could be thrown, to be thrown next.
  private var kept: EnvironmentError?

  init(
    _ name: GymnasiumName, _ description: WorldDescription, observation: ObservationKind,
    count: Int, autoreset: AutoresetMode, observes: Bool
  ) {
    precondition(count >= 1, "GymnasiumBatch: count \(count); give 1 or more")
    (self.name, self.description, self.count) = (name, description, count)
    (self.autoreset, self.observes) = (autoreset, observes)
    way = description.way(observation)
    specification = description.specification(way.kind, id: name.id)
    histories = Array(repeating: nil, count: count)
  }

  deinit { for member in crew { WorkerPool.giveBack(member.worker) } }

  // MARK: Episodes

  func reset(seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<UInt8>) throws {
    precondition(seeds.count == count, "reset: \(seeds.count) seeds for \(count) slots")
    try failWithWhatIsKept()
    try startCrew()
    for member in crew {
      member.rest()
      for (place, slot) in member.slots.enumerated() where mask?[slot] ?? true {
        begin(slot, seed: seeds[slot], place, member)
      }
    }
    try go()
    try deliver(into: buffers)
  }

  /// Has an episode begun.
  private func begin(_ slot: Int, seed: UInt64?, _ place: Int, _ member: CrewMember) {
    if seed == nil, histories[slot] != nil {
      member.order(.goOn, place)
      histories[slot]?.append(SlotHistory.reset)
    } else {
      // Environments that nobody has seeded draw a seed at first; here it is drawn where it can be kept.
      let seed = Self.gymnasiumSeed(seed ?? UInt64.random(in: 0...UInt64.max))
      member.seeds[place] = seed
      member.order(.seed, place)
      histories[slot] = SlotHistory(seed: seed)
    }
    histories[slot]?.hasEnded = false
  }

  /// A seed that every environment takes: those below 2³¹ as they are, others by their remainder.
  static func gymnasiumSeed(_ seed: UInt64) -> UInt64 { seed & 0x7fff_ffff }

  func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?, into buffers: BatchBuffers<UInt8>
  ) throws {
    try failWithWhatIsKept()
    for slot in 0..<count where active?[slot] ?? true { try checkStep(slot, actions) }
    for member in crew {
      member.rest()
      for (place, slot) in member.slots.enumerated() where active?[slot] ?? true {
        if histories[slot]?.hasEnded ?? true {
          begin(slot, seed: nil, place, member)
        } else {
          member.order(.step, place)
          member.setAction(place, actions, from: slot)
          keep(slot, actions)
        }
      }
    }
    try go()
    try deliver(into: buffers)
  }

  private func checkStep(_ slot: Int, _ actions: ActionBuffer) throws(EnvironmentError) {
    guard let history = histories[slot], !crew.isEmpty else {
      throw error("step", slot, "no episode was begun", "reset this slot before stepping it")
    }
    guard history.hasEnded else {
      guard isAction(slot, actions) else {
        throw error("step", slot, "no such action", "give an action of \(actionSpace)")
      }
      return
    }
    guard autoreset == .nextStep else {
      throw error("step", slot, "the episode has ended", "reset this slot before stepping it")
    }
  }

  private func isAction(_ slot: Int, _ actions: ActionBuffer) -> Bool {
    switch (actions, actionSpace) {
    case (.indices(let indices), .discrete(let names)):
      return names.indices.contains(Int(indices[slot]))
    case (.rows(let rows), .continuous(let bounds)):
      return bounds.indices.allSatisfy { rows[slot * bounds.count + $0].isFinite }
    default: return false
    }
  }

  private func keep(_ slot: Int, _ actions: ActionBuffer) {
    switch actions {
    case .indices(let indices): histories[slot]?.append(indices[slot])
    case .rows(let rows):
      let width = actionSpace.count
      histories[slot]?.append(
        0, row: UnsafeBufferPointer(rebasing: rows[slot * width..<(slot + 1) * width]))
    }
  }

  /// Hands out what the environments with something to do have written.
  private func deliver(into buffers: BatchBuffers<UInt8>) throws(EnvironmentError) {
    for member in crew {
      for (place, slot) in member.slots.enumerated()
      where member.commands[place] != WorkerLayout.Command.idle.rawValue {
        try deliver(slot, place, member, into: buffers)
      }
    }
    guard observes, way.picture != nil else { return }
    for member in crew {
      parallelFor(member.slots.count) { place in
        guard member.commands[place] != WorkerLayout.Command.idle.rawValue else { return }
        let slot = member.slots.lowerBound + place
        shrink(member.observation(place), into: buffers.observation(slot))
        guard autoreset == .sameStep, member.terminated[place] || member.truncated[place] else {
          return
        }
        shrink(member.observation(place, final: true), into: buffers.finalObservation(slot))
      }
    }
  }

  private func deliver(
    _ slot: Int, _ place: Int, _ member: CrewMember, into buffers: BatchBuffers<UInt8>
  ) throws(EnvironmentError) {
    let reward = member.rewards[place]
    guard reward.isFinite else {
      throw error(
        "step", slot, "the reward is \(reward)", "mend the environment: rewards are finite")
    }
    let ended = member.terminated[place] || member.truncated[place]
    buffers.rewards[slot] = reward
    buffers.terminated[slot] = member.terminated[place]
    buffers.truncated[slot] = member.truncated[place]
    histories[slot]?.hasEnded = ended && autoreset != .sameStep
    histories[slot]?.note(member, place, observes: observes)
    guard observes else { return }
    let isFinal = ended && autoreset == .sameStep
    try checkNumbers(member.observation(place), slot)
    if isFinal { try checkNumbers(member.observation(place, final: true), slot) }
    guard way.picture == nil else { return }
    _ = buffers.observation(slot).update(fromContentsOf: member.observation(place))
    if isFinal {
      _ = buffers.finalObservation(slot).update(
        fromContentsOf: member.observation(place, final: true))
    }
  }

  private func checkNumbers(
    _ bytes: UnsafeMutableBufferPointer<UInt8>, _ slot: Int
  ) throws(EnvironmentError) {
    guard way.kind == .numbers else { return }
    let numbers = UnsafeRawBufferPointer(bytes).assumingMemoryBound(to: Float.self)
    guard let place = numbers.firstIndex(where: { !$0.isFinite }) else { return }
    throw error(
      "observe", slot, "number \(place) of the observation is \(numbers[place])",
      "mend the environment: what it observes is finite")
  }

  /// Brings a picture to the size of the observation, by areas; grey becomes red, green and blue.
  private func shrink(
    _ picture: UnsafeMutableBufferPointer<UInt8>, into bytes: UnsafeMutableBufferPointer<UInt8>
  ) {
    guard let shape = way.picture else { return }
    let target = observationSpace.fields[0].shape
    PictureArea.resize(
      UnsafeBufferPointer(picture), shape, into: bytes, width: target[1], height: target[0])
  }

  // MARK: What is known of a slot

  func state(of slot: Int) -> any Sendable { histories[slot] }

  func setState(_ state: any Sendable, of slot: Int) throws {
    guard let found = state as? SlotHistory else {
      throw EnvironmentError.otherSnapshot(
        state, place: name.id, slot: slot, wanted: "a batch of \(name.id), after a reset")
    }
    try startCrew()
    guard let member = crew.first(where: { $0.slots.contains(slot) }) else { return }
    try replay([slot: found], member)
    histories[slot] = found
  }

  func draw(_ slot: Int, into frame: inout Frame) {
    guard let member = crew.first(where: { $0.slots.contains(slot) }), histories[slot] != nil else {
      frame.withCanvas { $0.fill(.black) }
      return
    }
    let place = slot - member.slots.lowerBound
    if description.rendered != nil, kept == nil {
      member.worker.drawPicture(of: place)
      do {
        try member.worker.finish(within: work?.settings.timeout ?? 60)
        return draw(member.picture, description.rendered ?? [], into: &frame)
      } catch {
        kept = failure(error, "render", member)
      }
    }
    if way.kind == .image {
      return draw(member.observation(place), way.space.frameShape, into: &frame)
    }
    drawBars(of: Array(member.facts(place)), into: &frame)
  }

  private func draw(
    _ picture: UnsafeMutableBufferPointer<UInt8>, _ shape: [Int], into frame: inout Frame
  ) {
    let (width, height) = (frame.width, frame.height)
    frame.pixels.withUnsafeMutableBufferPointer {
      PictureArea.resize(
        UnsafeBufferPointer(picture), shape, into: $0, width: width, height: height)
    }
  }

  /// Numbers as bars, where there is no picture: each from the middle, −1 to 1 squeezed by x / (1 + |x|).
  private func drawBars(of values: [Float], into frame: inout Frame) {
    let (width, height) = (frame.width, frame.height)
    frame.withCanvas { canvas in
      canvas.fill(Color(24, 24, 24))
    }
    guard !values.isEmpty else { return }
    for x in 0..<width {
      let value = values[x * values.count / width]
      let share = value.isFinite ? value / (1 + abs(value)) : 0
      let middle = height / 2
      let end = middle - Int((share * Float(middle - 1)).rounded())
      for y in min(middle, end)...max(middle, end) where y < height {
        frame[x, y] = Color(120, 190, 255)
      }
    }
  }

  func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>) {
    guard let member = crew.first(where: { $0.slots.contains(slot) }) else {
      values.update(repeating: .nan)
      return
    }
    _ = values.update(fromContentsOf: member.facts(slot - member.slots.lowerBound))
  }

  func mission(of slot: Int) -> String { "" }

  // MARK: Errors

  func error(
    _ operation: String, _ slot: Int, _ cause: String, _ remedy: String
  ) -> EnvironmentError {
    EnvironmentError(
      operation: operation, place: "\(name.id), slot \(slot)", cause: cause, remedy: remedy)
  }

  private func failWithWhatIsKept() throws(EnvironmentError) {
    guard let error = kept else { return }
    kept = nil
    throw error
  }
}
