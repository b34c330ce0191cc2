import EnvironmentKit
import Randomness
import Tensors

/// Acts by an actor's network that no longer learns.
final class ActorCriticPolicy: Policy {
  private let network: any ActorCriticNetwork
  private let actor: Actor
  private let numbers: OwnedBuffer<Float>
  private let scale: RunningScale?
  private let space: ObservationSpace
  private let actions: ActionSpace
  private let readout: ActorReadout
  private var room: Room?
  private var streams: [RandomStream] = []

  /// Memory for the slots of a batch; of what is computed, a row per active slot.
  private struct Room {
    let store: ObservationStore
    let standardised: OwnedBuffer<Float>
    /// `[slot, memory width]`.
    let remembered: OwnedBuffer<Float>
    let memory: OwnedBuffer<Float>
    let rows: OwnedBuffer<Int32>
    let outputs: OwnedBuffer<Float>
    let noise: OwnedBuffer<Float>
    let choices: OwnedBuffer<Int32>
    let drawn: OwnedBuffer<Float>
    let logProbabilities: OwnedBuffer<Float>

    init(_ network: any ActorCriticNetwork, slots: Int, inputs: Int) {
      store = ObservationStore(rows: slots, width: inputs, isWhole: network.needsWholeRows)
      standardised = OwnedBuffer(inputs, zero: 0)
      remembered = OwnedBuffer(slots * network.memoryWidth, zero: 0)
      memory = OwnedBuffer(slots * network.memoryWidth, zero: 0)
      rows = OwnedBuffer(slots, zero: 0)
      for row in 0..<slots { rows.elements[row] = Int32(row) }
      outputs = OwnedBuffer(slots * network.heads.width, zero: 0)
      noise = OwnedBuffer(slots * network.heads.actions, zero: 0)
      choices = OwnedBuffer(slots, zero: 0)
      drawn = OwnedBuffer(slots * network.heads.actions, zero: 0)
      logProbabilities = OwnedBuffer(slots, zero: 0)
    }
  }

  /// Copies an actor.
  ///
  /// - Parameters:
  ///   - network: of this policy alone.
  ///   - numbers: the network's flat numbers.
  ///   - scale: standardises what it sees; nil leaves it.
  ///   - space: what it sees.
  ///   - actions: what it may do.
  init(
    _ network: any ActorCriticNetwork, numbers: UnsafeMutableBufferPointer<Float>,
    scale: RunningScale?, _ space: ObservationSpace, _ actions: ActionSpace, readout: ActorReadout
  ) {
    (self.network, self.scale, self.readout) = (network, scale, readout)
    (self.space, self.actions) = (space, actions)
    actor = Actor(network, actions)
    self.numbers = OwnedBuffer(numbers.count, zero: 0)
    _ = self.numbers.elements.update(fromContentsOf: numbers)
    if let base = self.numbers.elements.baseAddress { network.load(base) }
  }

  func prepare(for batch: any EnvironmentBatch<Float>) {
    precondition(
      batch.observationSpace.count == space.count && batch.actionSpace == actions,
      "ActorCriticPolicy: reads \(space.count) numbers for \(actions), the batch offers "
        + "\(batch.observationSpace.count) for \(batch.actionSpace)")
    room = Room(network, slots: batch.count, inputs: space.count)
    streams = [RandomStream](repeating: RandomStream(seed: 0), count: batch.count)
  }

  func begin(_ episode: EpisodeRequest, in slot: Int) {
    room?.remembered.row(slot, network.memoryWidth).update(repeating: 0)
    if readout == .sampled {
      streams[slot] = RandomStream(root: episode.seed, name: "policy/controller")
    }
  }

  func act(
    in batch: any EnvironmentBatch<Float>, seeing observations: UnsafeBufferPointer<Float>,
    active: UnsafeBufferPointer<Bool>, into actions: ActionStorage
  ) {
    guard let room, let choices = room.choices.elements.baseAddress,
      let drawn = room.drawn.elements.baseAddress
    else { return }
    room.store.begin(like: observations)
    for slot in active.indices where active[slot] { look(slot, observations, room) }
    compute(room, choices, drawn)
    var row = 0
    for slot in active.indices where active[slot] {
      actor.write(row, choices: choices, drawn: drawn, into: actions, of: slot)
      _ = room.remembered.row(slot, network.memoryWidth)
        .update(fromContentsOf: room.memory.row(row, network.memoryWidth))
      row += 1
    }
  }

  /// Takes in what a slot sees, as the next row.
  private func look(_ slot: Int, _ observations: UnsafeBufferPointer<Float>, _ room: Room) {
    let row = room.store.count
    if readout == .sampled {
      actor.drawNoise(&streams[slot], into: room.noise.row(row, actor.noiseWidth))
    }
    _ = room.memory.row(row, network.memoryWidth)
      .update(fromContentsOf: room.remembered.row(slot, network.memoryWidth))
    let seen = UnsafeBufferPointer(
      rebasing: observations[slot * space.count..<(slot + 1) * space.count])
    guard let scale else { return room.store.append(seen) }
    scale.apply(seen, into: room.standardised.elements)
    room.store.append(UnsafeBufferPointer(room.standardised.elements))
  }

  private func compute(
    _ room: Room, _ choices: UnsafeMutablePointer<Int32>, _ drawn: UnsafeMutablePointer<Float>
  ) {
    let count = room.store.count
    guard count > 0, let outputs = room.outputs.elements.baseAddress,
      let memory = room.memory.elements.baseAddress, let noise = room.noise.elements.baseAddress,
      let logProbabilities = room.logProbabilities.elements.baseAddress,
      let numbers = numbers.elements.baseAddress
    else { return }
    network.evaluate(
      room.store, rows: UnsafeBufferPointer(rebasing: room.rows.elements[..<count]),
      memory: memory, into: outputs)
    if readout == .sampled {
      actor.draw(
        outputs, rows: count, noise: noise, numbers, choices: choices, drawn: drawn,
        logProbabilities: logProbabilities)
    } else {
      actor.chooseLikeliest(outputs, rows: count, choices: choices, drawn: drawn)
    }
  }
}
