import Foundation
import Randomness
import Tensors
import TestSupport
import Testing
import Threads
import WorldModels

@Suite(.serialized) struct FrozenMemoryTests {
  @Test(arguments: MemoryConfiguration.tested)
  func `Twenty steps along a world give the training form's states and outputs`(
    _ configuration: MemoryConfiguration
  ) {
    let length = 20
    let batch = 3
    let rollout = DreamRollout(configuration, slots: batch)
    var stream = RandomStream(seed: 5)
    let x = rollout.inputs(length: length, stream: &stream)
    let (outputs, state) = rollout.model(x)
    let inputs = configuration.inputSize
    var found: [Float] = []
    for step in 0..<length {
      let rows = x.sliced(axis: 0, step..<step + 1).reshaped(to: [batch, inputs])
      rollout.advance(
        latents: rows.sliced(axis: 1, 0..<configuration.latentSize).scalars,
        actions: rows.sliced(
          axis: 1, configuration.latentSize..<configuration.latentSize + configuration.actionSize
        ).scalars)
      found += (0..<batch).flatMap(rollout.outputs)
    }
    // Gates' activations are computed as fractions, each exact to 3e-7; twenty steps add them up.
    #expect(found.relativeError(to: outputs.scalars) < 3e-6)
    let hidden = (0..<batch).flatMap { Array(rollout.state.hidden(of: $0)) }
    let cells = (0..<batch).flatMap { Array(rollout.state.cell(of: $0)) }
    #expect(hidden.relativeError(to: state.hidden.scalars) < 3e-6)
    #expect(cells.relativeError(to: state.cell.scalars) < 3e-6)
  }

  @Test(arguments: MemoryConfiguration.tested)
  func `A slot dreams the same bytes alone, in a batch and on any number of threads`(
    _ configuration: MemoryConfiguration
  ) {
    let slots = 70
    let whole = withThreads(1) { DreamRollout(configuration, slots: slots).dreamed(steps: 3) }
    for threads in [2, 4] {
      #expect(
        withThreads(threads) { DreamRollout(configuration, slots: slots).dreamed(steps: 3) }
          == whole)
    }
    for (count, threads) in [(1, 1), (1, 2), (3, 2), (9, 2), (40, 1)] {
      let few = DreamRollout(configuration, slots: slots)
      let chosen = (0..<slots).map { $0 % slots < count }
      let found = withThreads(threads) { few.dreamed(steps: 3, active: chosen) }
      #expect(found.prefix(count) == whole.prefix(count), "\(count) slots, \(threads) threads")
    }
  }

  @Test func `One frozen memory serves several threads at once`() {
    let configuration = MemoryConfiguration.tested[1]
    let first = DreamRollout(configuration, slots: 6)
    let expected = first.dreamed(steps: 20)
    var found = [[[Float]]](repeating: [], count: 8)
    found.withUnsafeMutableBufferPointer { found in
      parallelFor(8, threads: 4) { index in
        let rollout = DreamRollout(configuration, slots: 6, frozen: first.frozen)
        found[index] = rollout.dreamed(steps: 20)
      }
    }
    #expect(found.allSatisfy { $0 == expected })
  }

  @Test func `Slots that are not active keep everything`() {
    let rollout = DreamRollout(MemoryConfiguration.tested[1], slots: 5)
    _ = rollout.dreamed(steps: 1)
    let before = (0..<5).map { rollout.trace(of: $0) }
    let after = rollout.dreamed(steps: 1, active: [false, true, false, false, true])
    for slot in 0..<5 { #expect((after[slot] == before[slot]) == ![1, 4].contains(slot)) }
  }

  @Test func `A snapshot put back dreams the same again, in any slot`() {
    let rollout = DreamRollout(MemoryConfiguration.tested[1], slots: 4)
    _ = rollout.dreamed(steps: 2)
    let snapshot = rollout.state.snapshot(of: 2)
    let (latent, stream) = (rollout.latent(of: 2), rollout.streams[2])
    let first = rollout.dreamed(steps: 1)[2]
    rollout.state.restore(snapshot, to: 1)
    rollout.setLatent(latent, of: 1)
    rollout.actions = rollout.actions.map { _ in 0.5 }
    rollout.streams[1] = stream
    #expect(rollout.dreamed(steps: 1)[1] == first)
  }

  @Test func `A reset slot begins as a fresh state does`() {
    let rollout = DreamRollout(MemoryConfiguration.tested[1], slots: 2)
    let fresh = rollout.state.snapshot(of: 1)
    _ = rollout.dreamed(steps: 2)
    #expect(rollout.state.snapshot(of: 1) != fresh)
    rollout.state.reset(1)
    #expect(rollout.state.snapshot(of: 1) == fresh)
  }

  @Test func `A lower temperature draws nearer to the likeliest component's mean`() {
    let rollout = DreamRollout(MemoryConfiguration.tested[0], slots: 1)
    _ = rollout.dreamed(steps: 1, temperature: 1e-4)
    let outputs = rollout.outputs(of: 0)
    for (index, latent) in rollout.latent(of: 0).enumerated() {
      let best = (0..<5).max { outputs[$0 * 32 + index] < outputs[$1 * 32 + index] } ?? 0
      // √τ = 0.01 standard deviations of about 1, times at most 5.4.
      #expect(abs(latent - outputs[160 + best * 32 + index]) < 0.1)
    }
  }

  @Test func `Steps take no memory for tensors`() {
    let rollout = DreamRollout(MemoryConfiguration.tested[0], slots: 40)
    _ = rollout.dreamed(steps: 1)
    let before = TensorMemory.systemAllocations
    rollout.dream(steps: 50)
    #expect(TensorMemory.systemAllocations == before)
  }
}

extension MemoryConfiguration {
  /// World Models' CarRacing, and a small one with everything that can be asked for.
  fileprivate static var tested: [MemoryConfiguration] {
    var odd = MemoryConfiguration()
    odd.latentSize = 21
    odd.actionSize = 2
    odd.hiddenSize = 41
    odd.mixtures = 3
    odd.takesRestart = true
    odd.predictsReward = true
    odd.predictsTermination = true
    var shared = odd
    shared.sharesMixture = true
    shared.actionSize = 0
    shared.predictsReward = false
    return [MemoryConfiguration(), odd, shared]
  }
}
