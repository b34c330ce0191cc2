import Randomness
import Tensors
import WorldModels

/// A memory with what a dream needs, for tests.
final class DreamRollout {
  let model: Memory
  let frozen: FrozenMemory
  let state: FrozenMemory.State
  var latents: [Float]
  var actions: [Float]
  var rewards: [Float]
  var terminations: [Float]
  var streams: [RandomStream]

  /// Makes a rollout with a memory of its own, or with another's frozen one.
  init(_ configuration: MemoryConfiguration, slots: Int, frozen shared: FrozenMemory? = nil) {
    var stream = RandomStream(seed: 4)
    var model = Memory(configuration, stream: &stream)
    // Fresh weights make all components alike: wider ones tell them apart.
    model.output.weight = model.output.weight.affine(scale: 6)
    self.model = model
    frozen = shared ?? FrozenMemory(model)
    state = frozen.makeState(slots: slots)
    latents = Tensor(normal: [slots * configuration.latentSize], stream: &stream).scalars
    actions = [Float](repeating: 0.5, count: slots * configuration.actionSize)
    rewards = [Float](repeating: 0, count: slots)
    terminations = rewards
    streams = (0..<slots).map { RandomStream(root: 9, name: "dream/\($0)") }
  }

  /// Random inputs of sequences, `[length, slots, inputSize]`, with the restart input at the first step.
  func inputs(length: Int, stream: inout RandomStream) -> Tensor {
    let size = model.configuration.inputSize
    var x = Tensor(normal: [length, state.count, size], stream: &stream)
    guard model.configuration.takesRestart else { return x }
    x.withUnsafeMutableBuffer { x in
      for row in 0..<length * state.count { x[row * size + size - 1] = row < state.count ? 1 : 0 }
    }
    return x
  }

  func advance(latents: [Float], actions: [Float]) {
    latents.withUnsafeBufferPointer { latents in
      actions.withUnsafeBufferPointer { actions in
        frozen.advance(latents: latents, actions: actions, state: state)
      }
    }
  }

  /// Dreams, and gives every slot's numbers.
  func dreamed(steps: Int, active: [Bool]? = nil, temperature: Float = 1) -> [[Float]] {
    dream(steps: steps, active: active, temperature: temperature)
    return (0..<state.count).map(trace)
  }

  func dream(steps: Int, active: [Bool]? = nil, temperature: Float = 1) {
    let everyone = [Bool](repeating: true, count: state.count)
    let configuration = model.configuration
    (active ?? everyone).withUnsafeBufferPointer { active in
      actions.withUnsafeBufferPointer { actions in
        latents.withUnsafeMutableBufferPointer { latents in
          rewards.withUnsafeMutableBufferPointer { rewards in
            terminations.withUnsafeMutableBufferPointer { terminations in
              streams.withUnsafeMutableBufferPointer { streams in
                for _ in 0..<steps {
                  frozen.step(
                    latents: latents, actions: actions, state: state, streams: streams,
                    active: active, temperature: temperature,
                    rewards: configuration.predictsReward ? rewards : nil,
                    terminations: configuration.predictsTermination ? terminations : nil)
                }
              }
            }
          }
        }
      }
    }
  }

  /// What M says of a slot's next latent.
  func outputs(of slot: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: model.configuration.outputSize) { buffer, count in
      count = model.configuration.outputSize
      frozen.outputs(
        of: slot, state, into: UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
    }
  }

  func latent(of slot: Int) -> [Float] {
    let size = model.configuration.latentSize
    return Array(latents[slot * size..<(slot + 1) * size])
  }

  func setLatent(_ latent: [Float], of slot: Int) {
    latents.replaceSubrange(slot * latent.count..<(slot + 1) * latent.count, with: latent)
  }

  /// A slot's latent, hidden state, cell, reward and termination.
  func trace(of slot: Int) -> [Float] {
    latent(of: slot) + state.hidden(of: slot) + state.cell(of: slot)
      + [rewards[slot], terminations[slot]]
  }
}
