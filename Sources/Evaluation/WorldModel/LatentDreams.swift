import Datasets
import EnvironmentKit
import Randomness
import Statistics
import WorldModels

/// Dreams from real starts, judged by the latents that really came.
package struct LatentDreams {
  /// Frames that M has seen at least before it dreams.
  package static let context = 8
  /// The horizons of the tables.
  package static let horizons = [1, 2, 4, 8, 16, 32, 64]
  /// Fewest starts for which a horizon is measured.
  package static let leastStarts = 24

  package let memory: FrozenMemory
  package let episodes: [LatentEpisode]
  package let starts: [RollOut.Start]
  /// Frames beyond the last one seen at which dreams are judged.
  package let horizons: [Int]
  package let rootSeed: UInt64
  package let totalVariance: Double

  /// Chooses starts and horizons: all starts reach the longest horizon.
  ///
  /// - Parameters:
  ///   - memory: M.
  ///   - episodes: where it starts, and what came.
  ///   - states: `[episode][step]`, M's state before every step.
  ///   - count: starts wanted, evenly spread.
  ///   - rootSeed: root of the streams `model/…`.
  package init(
    _ memory: FrozenMemory, _ episodes: [LatentEpisode],
    states: [[FrozenMemory.Snapshot]], count: Int, rootSeed: UInt64
  ) {
    let (places, horizons) = Self.places(episodes, count: count)
    starts = places.map {
      RollOut.Start(episode: $0.episode, frame: $0.frame, state: states[$0.episode][$0.frame])
    }
    (self.memory, self.episodes, self.horizons) = (memory, episodes, horizons)
    self.rootSeed = rootSeed
    totalVariance = OpenLoopStudy.totalVariance(
      episodes.map(\.latents), latentSize: memory.configuration.latentSize)
  }

  /// The longest horizon.
  package var longest: Int { horizons.last ?? 1 }

  private static func places(
    _ episodes: [LatentEpisode], count: Int
  ) -> (places: [(episode: Int, frame: Int)], horizons: [Int]) {
    for last in horizons.indices.reversed() {
      let all = episodes.indices.flatMap { episode in
        // The last frame seen is the `context`-th of the episode or a later one.
        let end = max(context - 1, episodes[episode].steps - horizons[last] + 1)
        return (context - 1..<end).map { (frame: Int) in (episode: episode, frame: frame) }
      }
      if all.count >= leastStarts || last == 0 {
        return (FrameSelection.spread(all, count), Array(horizons[...last]))
      }
    }
    return ([], [])
  }

  /// A bootstrap over the episodes of the starts.
  package func bootstrap(_ name: String) -> GroupedBootstrap {
    var stream = RandomStream(root: rootSeed, name: name)
    return GroupedBootstrap(labels: starts.map(\.episode), stream: &stream)
  }

  /// The true latents some frames beyond the starts, `[start, latentSize]`.
  package func truth(_ horizon: Int) -> [Float] {
    starts.flatMap { episodes[$0.episode].latent($0.frame + horizon) }
  }

  package func errors(_ latents: [Float], _ horizon: Int) -> [Double] {
    OpenLoopStudy.latentErrors(
      latents, truth(horizon), latentSize: memory.configuration.latentSize,
      totalVariance: totalVariance)
  }

  /// Dreams, and calls `visit` at every horizon of the tables with all starts' latents.
  package func dream(
    _ mode: RollOut.Mode, action: (Int, Int) -> ArraySlice<Float>,
    visit: (_ place: Int, _ latents: [Float]) -> Void
  ) {
    var found = [[Float]](repeating: [], count: horizons.count)
    RollOut(memory).run(
      starts, in: episodes, horizon: longest, mode: mode, action: action
    ) { step in
      if let place = horizons.firstIndex(of: step.horizon) { found[place] += step.latents }
    }
    for (place, latents) in found.enumerated() { visit(place, latents) }
  }

  package func trueAction(_ start: Int, _ step: Int) -> ArraySlice<Float> {
    episodes[starts[start].episode].action(starts[start].frame + step)
  }

  /// Errors of latents under true actions, those of another episode, and the first repeated.
  package func actionUse() -> ActionUseStudy {
    func run(_ action: (Int, Int) -> ArraySlice<Float>) -> [[Double]] {
      var result: [[Double]] = []
      dream(.mean, action: action) { place, latents in
        result.append(errors(latents, horizons[place]))
      }
      return result
    }
    let others = Self.otherEpisodes(starts.map(\.episode), rootSeed: rootSeed)
    return ActionUseStudy(
      trueErrors: run(trueAction), shuffled: run { trueAction(others[$0], $1) },
      repeated: run { start, _ in trueAction(start, 0) }, bootstrap: bootstrap("model/action-use"))
  }

  /// For each start one of another episode, where there is one.
  package static func otherEpisodes(_ labels: [Int], rootSeed: UInt64) -> [Int] {
    var stream = RandomStream(root: rootSeed, name: "model/shuffle")
    return labels.map { label in
      let others = labels.indices.filter { labels[$0] != label }
      return others.isEmpty
        ? stream.integers(in: 0..<labels.count) : others[stream.integers(in: 0..<others.count)]
    }
  }
}
