import Datasets
import EnvironmentKit
import Foundation
import Randomness

/// Fills M's training batches: latents drawn anew from V's distributions, actions, rewards, ends.
///
/// The input at time t is the latent of frame t with the action taken upon it; what follows is the
/// latent of frame t + 1, the reward, and whether the task ended there. An episode that was cut off
/// has not ended. All noise of a batch comes from the stream `memory/batch/<step>`.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018), appendix A.2.
package final class MemorySampler {
  private let dataset: EpisodeDataset
  private let latents: LatentStore
  private let configuration: MemoryConfiguration
  private let actions: ActionSpace
  private let encoding: ActionEncoding
  private let rootSeed: UInt64
  private let rewardScale: Float
  private var lanes: EpisodeLanes

  private let memory = OwnedMemory()
  private let inputs: UnsafeMutableBufferPointer<Float>
  private let next: UnsafeMutableBufferPointer<Float>
  private let rewards: UnsafeMutableBufferPointer<Float>
  private let terminations: UnsafeMutableBufferPointer<Float>
  private let restarts: UnsafeMutableBufferPointer<Float>

  /// Prepares to draw from episodes.
  ///
  /// - Parameter rewardScale: what rewards are divided by.
  package init(
    _ dataset: EpisodeDataset, _ latents: LatentStore, episodes: [EpisodeSpan],
    _ configuration: MemoryConfiguration, actions: ActionSpace, encoding: ActionEncoding,
    rootSeed: UInt64, pass: Int = 1, rewardScale: Float = 1
  ) {
    (self.dataset, self.latents, self.configuration) = (dataset, latents, configuration)
    (self.actions, self.encoding, self.rootSeed) = (actions, encoding, rootSeed)
    self.rewardScale = rewardScale
    lanes = EpisodeLanes(
      episodes, count: configuration.batchSize, rootSeed: rootSeed, pass: pass)
    let steps = configuration.batchSize * configuration.sequenceLength
    inputs = memory.make(steps * configuration.inputSize, 0)
    next = memory.make(steps * configuration.latentSize, 0)
    rewards = memory.make(steps, 0)
    terminations = memory.make(steps, 0)
    restarts = memory.make(steps, 0)
  }

  /// Moves on by so many training steps, where a run is resumed.
  package func skip(_ steps: Int) { lanes.skip(steps * configuration.sequenceLength) }

  /// The batch of the next training step, in buffers of the sampler: valid until the one after it.
  package func batch(step: Int) -> MemoryBatch {
    var noise = RandomStream(root: rootSeed, name: "memory/batch/\(step)")
    for lane in 0..<configuration.batchSize {
      let first = lane * configuration.sequenceLength
      lanes.next(lane: lane, length: configuration.sequenceLength) { time, step in
        fill(first + time, step, continues: time > 0 && !step.isFirst, &noise)
      }
    }
    var batch = MemoryBatch(
      count: configuration.batchSize, length: configuration.sequenceLength,
      inputs: UnsafeBufferPointer(inputs), nextLatents: UnsafeBufferPointer(next))
    batch.rewards = UnsafeBufferPointer(rewards)
    batch.terminations = UnsafeBufferPointer(terminations)
    batch.restarts = UnsafeBufferPointer(restarts)
    return batch
  }

  /// Writes one row; a latent that the row before predicted is the one that this row sees.
  private func fill(
    _ row: Int, _ step: LaneStep, continues: Bool, _ noise: inout RandomStream
  ) {
    let (size, width) = (configuration.latentSize, configuration.inputSize)
    if continues {
      for latent in 0..<size { inputs[row * width + latent] = next[(row - 1) * size + latent] }
    } else {
      draw(step.frame, into: inputs, at: row * width, &noise)
    }
    dataset.encodeAction(
      of: step.step, as: encoding,
      into: UnsafeMutableBufferPointer(
        rebasing: inputs[row * width + size..<row * width + size + configuration.actionSize]))
    if configuration.takesRestart { inputs[(row + 1) * width - 1] = step.isFirst ? 1 : 0 }
    draw(step.frame + 1, into: next, at: row * size, &noise)
    rewards[row] = dataset.reward(step.step) / rewardScale
    terminations[row] = dataset.terminated(step.step) ? 1 : 0
    restarts[row] = step.isFirst ? 1 : 0
  }

  private func draw(
    _ frame: Int, into buffer: UnsafeMutableBufferPointer<Float>, at start: Int,
    _ noise: inout RandomStream
  ) {
    let (mean, logVariance) = (latents.mean(frame), latents.logVariance(frame))
    for latent in 0..<configuration.latentSize {
      let deviation = exp(logVariance[latent] / 2)
      buffer[start + latent] = mean[latent] + deviation * Float(noise.standardNormal())
    }
  }
}
