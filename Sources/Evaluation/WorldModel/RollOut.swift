import Randomness
import Threads
import WorldModels

/// Lets M dream on alone from moments that really happened.
package struct RollOut {
  /// Where a dream begins: a frame that M sees, and its state before.
  package struct Start: Sendable {
    /// Which of the episodes.
    package let episode: Int
    /// The last frame that M sees: frames after it are dreamt.
    package let frame: Int
    /// M's state after the steps before that frame.
    package let state: FrozenMemory.Snapshot
  }

  /// How the next latent is taken from what M says.
  package enum Mode {
    /// The mixtures' mean, fed back: a dream without chance.
    case mean
    /// A draw at τ = 1; the streams' number tells one draw from another.
    case sample(number: Int, rootSeed: UInt64)
  }

  /// What M said in one step of some dreams.
  package struct Step {
    /// Which of the starts.
    package let starts: Range<Int>
    /// Frames beyond the last one seen, 1 or more.
    package let horizon: Int
    /// `[start, latentSize]`: the latents dreamt.
    package let latents: [Float]
    /// The reward of the step that led there, `[start]`; empty where M predicts none.
    package let rewards: [Double]
    /// The probability that the task ended with that step, `[start]`; empty where M predicts none.
    package let endProbabilities: [Double]
  }

  private static let slots = 256

  private let memory: FrozenMemory
  private let reading: MixtureReading

  /// Dreams with a model.
  package init(_ memory: FrozenMemory) {
    self.memory = memory
    reading = MixtureReading(memory.configuration)
  }

  /// Dreams from every start.
  ///
  /// - Parameters:
  ///   - starts: where dreams begin.
  ///   - episodes: what the starts' numbers mean.
  ///   - horizon: frames to dream.
  ///   - action: the action of a start's step, 0 being the one upon the last frame seen.
  ///   - visit: called once a step for some starts at a time.
  package func run(
    _ starts: [Start], in episodes: [LatentEpisode], horizon: Int, mode: Mode,
    action: (_ start: Int, _ step: Int) -> ArraySlice<Float>, visit: (Step) -> Void
  ) {
    for first in stride(from: 0, to: starts.count, by: Self.slots) {
      let group = first..<min(starts.count, first + Self.slots)
      let state = memory.makeState(slots: group.count)
      var latents: [Float] = []
      for start in group {
        state.restore(starts[start].state, to: start - first)
        latents += episodes[starts[start].episode].latent(starts[start].frame)
      }
      var streams: [RandomStream] = []
      if case .sample(let number, let rootSeed) = mode {
        streams = group.map { RandomStream(root: rootSeed, name: "model/dream/\(number)/\($0)") }
      }
      for step in 0..<horizon {
        let actions = group.flatMap { action($0, step) }
        let said =
          streams.isEmpty
          ? means(&latents, actions, state) : draws(&latents, actions, state, &streams)
        visit(
          Step(
            starts: group, horizon: step + 1, latents: latents, rewards: said.rewards,
            endProbabilities: said.ends))
      }
    }
  }

  private typealias Heads = (rewards: [Double], ends: [Double])

  private func means(
    _ latents: inout [Float], _ actions: [Float], _ state: FrozenMemory.State
  ) -> Heads {
    memory.advance(latents, actions, state, [Bool](repeating: true, count: state.count))
    let rows = memory.outputs(of: Array(0..<state.count), state)
    var found = [[Float]](repeating: [], count: state.count)
    func row(_ slot: Int) -> ArraySlice<Float> {
      rows[slot * reading.columns..<(slot + 1) * reading.columns]
    }
    found.withUnsafeMutableBufferPointer { found in
      parallelFor(found.count) { found[$0] = reading.means(row($0)) }
    }
    latents = found.flatMap { $0 }
    var heads: Heads = ([], [])
    for slot in 0..<state.count {
      if let reward = reading.reward(row(slot)) { heads.rewards.append(reward) }
      if let end = reading.endProbability(row(slot)) { heads.ends.append(end) }
    }
    return heads
  }

  private func draws(
    _ latents: inout [Float], _ actions: [Float], _ state: FrozenMemory.State,
    _ streams: inout [RandomStream]
  ) -> Heads {
    let configuration = memory.configuration
    var rewards = [Float](repeating: 0, count: configuration.predictsReward ? state.count : 0)
    var ends = [Float](repeating: 0, count: configuration.predictsTermination ? state.count : 0)
    latents.withUnsafeMutableBufferPointer { latents in
      actions.withUnsafeBufferPointer { actions in
        streams.withUnsafeMutableBufferPointer { streams in
          rewards.withUnsafeMutableBufferPointer { rewards in
            ends.withUnsafeMutableBufferPointer { ends in
              memory.step(
                latents: latents, actions: actions, state: state, streams: streams,
                rewards: rewards.isEmpty ? nil : rewards,
                terminations: ends.isEmpty ? nil : ends)
            }
          }
        }
      }
    }
    return (rewards.map(Double.init), ends.map { 1 / (1 + (-Double($0)).exponential) })
  }
}
