import Datasets
import EnvironmentKit
import Foundation
import Randomness

/// Runs M along real episodes: at every step it sees the real latent and the real action.
package struct TeacherForcing {
  package let memory: FrozenMemory
  package let dataset: EpisodeDataset
  package let latents: LatentStore
  package let actions: ActionSpace
  package let encoding: ActionEncoding
  /// Where M is given samples: the root seed they are drawn from; nil gives it V's means.
  package var sampleSeed: UInt64?

  /// Prepares to run along the episodes of a data set.
  package init(
    memory: FrozenMemory, dataset: EpisodeDataset, latents: LatentStore, actions: ActionSpace,
    encoding: ActionEncoding, sampleSeed: UInt64? = nil
  ) {
    (self.memory, self.dataset, self.latents) = (memory, dataset, latents)
    (self.actions, self.encoding, self.sampleSeed) = (actions, encoding, sampleSeed)
  }

  /// The latent of a frame as M is given it, `[latentSize]`; the same whenever it is asked for.
  package func latent(_ frame: Int) -> [Float] {
    var row = [Float](latents.mean(frame))
    guard let sampleSeed else { return row }
    var noise = RandomStream(root: sampleSeed, name: "memory/sample/\(frame)")
    for (index, logVariance) in latents.logVariance(frame).enumerated() {
      row[index] += exp(logVariance / 2) * Float(noise.standardNormal())
    }
    return row
  }

  /// Visits every step of some episodes, after M has taken it in.
  ///
  /// - Parameter visit: the step's global index, the global index of the frame it was taken upon, the
  ///   state and the slot in it. M's outputs there speak of the frame after.
  package func run(_ episodes: [EpisodeSpan], visit: (Int, Int, FrozenMemory.State, Int) -> Void) {
    for first in stride(from: 0, to: episodes.count, by: MemoryWalk.slots) {
      run(group: Array(episodes[first..<min(episodes.count, first + MemoryWalk.slots)]), visit)
    }
  }

  private func run(
    group: [EpisodeSpan], _ visit: (Int, Int, FrozenMemory.State, Int) -> Void
  ) {
    MemoryWalk(memory).along(
      group.map(episode),
      after: { moments, state in
        for moment in moments {
          let span = group[moment.episode]
          visit(
            span.steps.lowerBound + moment.step, span.frames.lowerBound + moment.step, state,
            moment.slot)
        }
      })
  }

  /// An episode of the data set as M is given it.
  private func episode(_ span: EpisodeSpan) -> LatentEpisode {
    let width = encoding.size(for: actions)
    var done = [Float](repeating: 0, count: span.steps.count * width)
    done.withUnsafeMutableBufferPointer { done in
      for (place, step) in span.steps.enumerated() {
        dataset.encodeAction(
          of: step, as: encoding,
          into: UnsafeMutableBufferPointer(rebasing: done[place * width..<(place + 1) * width]))
      }
    }
    return LatentEpisode(
      latentSize: latents.latentSize, actionSize: width, latents: span.frames.flatMap(latent),
      logVariances: span.frames.flatMap { latents.logVariance($0) }, actions: done,
      rewards: span.steps.map { dataset.reward($0) },
      terminated: span.steps.last.map { dataset.terminated($0) } ?? false)
  }
}
