import EnvironmentKit
import Files

/// A worker at work on some of a batch's slots, and what lies in the memory between.
final class CrewMember {
  let worker: WorkerProcess
  /// The batch's slots whose environments it has.
  let slots: Range<Int>
  let layout: WorkerLayout

  /// Has a worker begin to make environments.
  ///
  /// - Throws: where there is no room for what they write.
  init(
    _ worker: WorkerProcess, _ work: BatchWork, slots: Range<Int>
  ) throws(EnvironmentError) {
    (self.worker, self.slots) = (worker, slots)
    layout = WorkerLayout(work.description, work.way, slots: slots.count)
    try worker.resize(to: layout.size, place: work.name.id)
    let order = layout.order(work.name, work.way, work.autoreset, observes: work.observes)
    do {
      try worker.begin(order)
    } catch {
      throw error.explained(operation: "make", place: work.name.id, worker)
    }
  }

  /// Waits until the environments are made.
  ///
  /// - Throws: where they cannot be made, or are not what they were.
  func complete(_ work: BatchWork) throws(EnvironmentError) {
    let answer: JSONValue
    do {
      answer = try worker.answerOfWorker(within: WorkerProcess.startTimeout)
    } catch {
      throw error.explained(operation: "make", place: work.name.id, worker)
    }
    guard let now = WorldDescription(answer), now.way(work.way.kind).space == work.way.space,
      now.actions == work.description.actions, now.facts == work.description.facts
    else {
      throw EnvironmentError(
        operation: "make", place: work.name.id,
        cause: "the environment has other spaces now than when it was first made",
        remedy: "mend the environment: its spaces are always the same ones")
    }
  }

  private var base: UnsafeMutableRawPointer {
    guard let base = worker.memory.baseAddress else {
      preconditionFailure("CrewMember: the worker has no memory; make the environments first")
    }
    return base
  }

  private func array<Element>(
    _ start: Int, _ kind: Element.Type, _ count: Int
  ) -> UnsafeMutableBufferPointer<Element> {
    UnsafeMutableBufferPointer(
      start: (base + start).assumingMemoryBound(to: kind), count: count)
  }

  /// `[slot]`: what each environment is to do.
  var commands: UnsafeMutableBufferPointer<UInt8> {
    array(layout.commands, UInt8.self, slots.count)
  }
  /// `[slot]`.
  var seeds: UnsafeMutableBufferPointer<UInt64> { array(layout.seeds, UInt64.self, slots.count) }
  /// `[slot]`: of choices.
  var indices: UnsafeMutableBufferPointer<Int32> {
    array(layout.actions, Int32.self, slots.count)
  }
  /// `[slot, component]`: of numbers.
  var rows: UnsafeMutableBufferPointer<Float> {
    array(layout.actions, Float.self, slots.count * layout.rowWidth)
  }
  /// `[slot]`.
  var rewards: UnsafeMutableBufferPointer<Float> { array(layout.rewards, Float.self, slots.count) }
  /// `[slot]`.
  var terminated: UnsafeMutableBufferPointer<Bool> {
    array(layout.terminated, Bool.self, slots.count)
  }
  /// `[slot]`.
  var truncated: UnsafeMutableBufferPointer<Bool> {
    array(layout.truncated, Bool.self, slots.count)
  }
  /// The facts of one slot.
  func facts(_ slot: Int) -> UnsafeMutableBufferPointer<Float> {
    array(layout.factValues + 4 * slot * layout.facts, Float.self, layout.facts)
  }
  /// What the worker wrote of one slot.
  func observation(_ slot: Int, final: Bool = false) -> UnsafeMutableBufferPointer<UInt8> {
    let size = layout.observationBytes
    let start = final ? layout.finalObservations : layout.observations
    return array(start + slot * size, UInt8.self, size)
  }
  /// The picture for people that was drawn last.
  var picture: UnsafeMutableBufferPointer<UInt8> {
    array(layout.picture, UInt8.self, layout.pictureBytes)
  }

  /// Whether any environment has something to do.
  var isActive: Bool { commands.contains { $0 != WorkerLayout.Command.idle.rawValue } }

  /// Leaves all environments as they are.
  func rest() { commands.update(repeating: WorkerLayout.Command.idle.rawValue) }

  /// Has one do something, by its place among this worker's.
  func order(_ command: WorkerLayout.Command, _ slot: Int) { commands[slot] = command.rawValue }

  /// Writes the action of a batch for one of the slots.
  func setAction(_ slot: Int, _ actions: ActionBuffer, from place: Int) {
    let width = layout.rowWidth
    switch actions {
    case .indices(let given): indices[slot] = given[place]
    case .rows(let given):
      for component in 0..<width {
        rows[slot * width + component] = given[place * width + component]
      }
    }
  }

  /// Takes over what another worker's environments were to do.
  func takeOrders(of other: CrewMember) {
    _ = commands.update(fromContentsOf: other.commands)
    _ = seeds.update(fromContentsOf: other.seeds)
    if layout.rowWidth == 0 {
      _ = indices.update(fromContentsOf: other.indices)
    } else {
      _ = rows.update(fromContentsOf: other.rows)
    }
  }
}

/// What a batch is made of.
struct BatchWork: Sendable {
  let name: GymnasiumName
  let description: WorldDescription
  let way: WorldDescription.Way
  let autoreset: AutoresetMode
  let observes: Bool
  let settings: GymnasiumSettings
}
