import EnvironmentKit
import Randomness
import Tensors

/// Acts by an actor's network that no longer learns.
final class ActorCriticPolicy: Policy {
  private let network: any ActorCriticNetwork
  private let numbers: OwnedBuffer<Float>
  private let inputs: Int
  private let readout: ActorReadout
  private var store: ObservationStore
  private var streams: [RandomStream] = []
  private var acting: Acting

  /// Memory for the active slots of a step.
  private struct Acting {
    let rows: OwnedBuffer<Int32>
    let outputs: OwnedBuffer<Float>
    let points: OwnedBuffer<Float>
    let actions: OwnedBuffer<Int32>
    let logProbabilities: OwnedBuffer<Float>

    init(slots: Int, width: Int) {
      rows = OwnedBuffer(slots, zero: 0)
      for row in 0..<slots { rows.elements[row] = Int32(row) }
      outputs = OwnedBuffer(slots * width, zero: 0)
      points = OwnedBuffer(slots, zero: 0)
      actions = OwnedBuffer(slots, zero: 0)
      logProbabilities = OwnedBuffer(slots, zero: 0)
    }
  }

  /// Copies an actor.
  ///
  /// - Parameters:
  ///   - network: whose numbers are given, for this policy alone.
  ///   - numbers: `[network.layout.count]`.
  ///   - inputs: numbers of what it sees.
  init(
    _ network: any ActorCriticNetwork, numbers: UnsafeMutableBufferPointer<Float>, inputs: Int,
    readout: ActorReadout
  ) {
    (self.network, self.inputs, self.readout) = (network, inputs, readout)
    self.numbers = OwnedBuffer(numbers.count, zero: 0)
    _ = self.numbers.elements.update(fromContentsOf: numbers)
    store = ObservationStore(rows: 0, width: inputs)
    acting = Acting(slots: 0, width: 0)
    if let base = self.numbers.elements.baseAddress { network.load(base) }
  }

  func prepare(for batch: any EnvironmentBatch<Float>) {
    precondition(
      batch.observationSpace.count == inputs && batch.actionSpace.count == network.heads.actions,
      "ActorCriticPolicy: reads \(inputs) numbers and takes \(network.heads.actions) actions, the "
        + "batch offers \(batch.observationSpace.count) and \(batch.actionSpace.count)")
    store = ObservationStore(rows: batch.count, width: inputs)
    streams = [RandomStream](repeating: RandomStream(seed: 0), count: batch.count)
    acting = Acting(slots: batch.count, width: network.heads.width)
  }

  func begin(_ episode: EpisodeRequest, in slot: Int) {
    if readout == .sampled {
      streams[slot] = RandomStream(root: episode.seed, name: "policy/controller")
    }
  }

  func act(
    in batch: any EnvironmentBatch<Float>, seeing observations: UnsafeBufferPointer<Float>,
    active: UnsafeBufferPointer<Bool>, into actions: ActionStorage
  ) {
    store.begin(like: observations)
    for slot in active.indices where active[slot] {
      acting.points.elements[store.count] =
        readout == .sampled ? Float(streams[slot].nextUInt32() >> 8) * 0x1p-24 : 0
      store.append(
        UnsafeBufferPointer(rebasing: observations[slot * inputs..<(slot + 1) * inputs]))
    }
    choose(store.count)
    var row = 0
    for slot in active.indices where active[slot] {
      actions.indices[slot] = acting.actions.elements[row]
      row += 1
    }
  }

  /// Chooses the actions of the rows that are in the store.
  private func choose(_ count: Int) {
    guard count > 0, let outputs = acting.outputs.elements.baseAddress,
      let points = acting.points.elements.baseAddress,
      let actions = acting.actions.elements.baseAddress,
      let logProbabilities = acting.logProbabilities.elements.baseAddress
    else { return }
    let rows = UnsafeBufferPointer(rebasing: acting.rows.elements[..<count])
    network.evaluate(store, rows: rows, into: outputs)
    guard readout == .greatest else {
      return network.heads.draw(
        outputs, rows: count, points: points, actions: actions,
        logProbabilities: logProbabilities)
    }
    for row in 0..<count {
      let logits = UnsafeBufferPointer(
        start: outputs + row * network.heads.width, count: network.heads.actions)
      var best = 0
      for action in logits.indices where logits[action] > logits[best] { best = action }
      actions[row] = Int32(best)
    }
  }
}
