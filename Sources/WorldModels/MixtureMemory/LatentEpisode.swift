import Datasets
import EnvironmentKit
import Foundation
import Randomness

/// One episode as M meets it: latents of every frame, and of every step what was done and followed.
package struct LatentEpisode: Sendable {
  /// Numbers in a latent.
  package let latentSize: Int
  /// Numbers in an action as M takes it.
  package let actionSize: Int
  /// `[steps + 1, latentSize]`: V's means, or draws around them.
  package var latents: [Float]
  /// `[steps + 1, latentSize]`: V's log variances.
  package var logVariances: [Float]
  /// `[steps, actionSize]`.
  package var actions: [Float]
  /// `[steps]`.
  package var rewards: [Float]
  /// Whether the last step ended the task; false where the episode was cut off.
  package var terminated: Bool
  /// Where its first frame lies in the data set.
  package var firstFrame = 0

  /// Creates an episode of its parts.
  ///
  /// - Precondition: there is one latent and one log variance more than rewards and actions.
  package init(
    latentSize: Int, actionSize: Int, latents: [Float], logVariances: [Float], actions: [Float],
    rewards: [Float], terminated: Bool
  ) {
    let steps = rewards.count
    precondition(
      latents.count == (steps + 1) * latentSize && logVariances.count == latents.count
        && actions.count == steps * actionSize,
      "LatentEpisode: \(latents.count) latents, \(logVariances.count) log variances and "
        + "\(actions.count) numbers of actions for \(steps) steps; give one latent more than steps")
    self.latentSize = latentSize
    self.actionSize = actionSize
    self.latents = latents
    self.logVariances = logVariances
    self.actions = actions
    self.rewards = rewards
    self.terminated = terminated
  }

  /// Steps taken.
  package var steps: Int { rewards.count }

  /// The latent of a frame.
  package func latent(_ frame: Int) -> ArraySlice<Float> {
    latents[frame * latentSize..<(frame + 1) * latentSize]
  }

  /// The action of a step.
  package func action(_ step: Int) -> ArraySlice<Float> {
    actions[step * actionSize..<(step + 1) * actionSize]
  }

  /// Whether the task ended with a step.
  package func ends(at step: Int) -> Bool { terminated && step == steps - 1 }

  /// The same episode with latents drawn from V's distribution, as M is trained on.
  package func resampled(_ stream: inout RandomStream) -> LatentEpisode {
    var result = self
    for index in latents.indices {
      let sigma = exp(0.5 * Double(logVariances[index]))
      result.latents[index] += Float(sigma * stream.standardNormal())
    }
    return result
  }
}

/// How an action becomes the numbers that M takes.
package typealias ActionRow = (ActionValue) -> [Float]

extension LatentEpisode {
  /// Reads an episode of a data set through V.
  package init(
    _ dataset: EpisodeDataset, _ episode: Int, through vision: FrozenVision, actionSize: Int,
    action: ActionRow
  ) {
    let span = dataset.episodes[episode]
    let table = LatentTable(vision, dataset, frames: Array(span.frames))
    self.init(
      latentSize: vision.latentSize, actionSize: actionSize, latents: table.means,
      logVariances: table.logVariances, actions: span.steps.flatMap { action(dataset.action($0)) },
      rewards: span.steps.map { dataset.reward($0) },
      terminated: span.steps.last.map { dataset.terminated($0) } ?? false)
    firstFrame = span.frames.lowerBound
  }
}
