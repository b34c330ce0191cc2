import EnvironmentKit
import Randomness
import WorldModels

/// Dreams from real starts along the real actions, and what is needed to judge them.
struct OpenLoopRun {
  /// Frames that M has seen at least before it dreams.
  static let context = 8
  /// The horizons of the tables.
  static let horizons = [1, 2, 4, 8, 16, 32, 64]
  /// Fewest starts for which a horizon is measured.
  static let leastStarts = 24

  let memory: FrozenMemory
  let vision: FrozenVision
  let dataset: EpisodeDataset
  let episodes: [LatentEpisode]
  let starts: [RollOut.Start]
  let horizons: [Int]
  let regions: FactsRegions?
  let rootSeed: UInt64
  let totalVariance: Double

  /// The longest horizon.
  var longest: Int { horizons.last ?? 1 }

  /// Chooses starts and their horizons: all starts reach the longest one.
  ///
  /// - Parameter count: starts wanted.
  static func places(
    _ episodes: [LatentEpisode], count: Int
  ) -> (places: [(episode: Int, frame: Int)], horizons: [Int]) {
    for last in horizons.indices.reversed() {
      let all = episodes.indices.flatMap { episode in
        // The last frame seen is the `context`-th of the episode or a later one.
        Array(context - 1..<max(context - 1, episodes[episode].steps - horizons[last] + 1)).map {
          (episode: episode, frame: $0)
        }
      }
      if all.count >= leastStarts || last == 0 {
        return (FrameSelection.spread(all, count), Array(horizons[...last]))
      }
    }
    return ([], [])
  }

  /// A bootstrap over the episodes of the starts.
  func bootstrap(_ name: String) -> GroupedBootstrap {
    var stream = RandomStream(root: rootSeed, name: name)
    return GroupedBootstrap(labels: starts.map(\.episode), stream: &stream)
  }

  /// The true latents some frames beyond the starts, `[start, latentSize]`.
  private func truth(_ horizon: Int) -> [Float] {
    starts.flatMap { episodes[$0.episode].latent($0.frame + horizon) }
  }

  private func errors(_ latents: [Float], _ horizon: Int) -> [Double] {
    OpenLoopStudy.latentErrors(
      latents, truth(horizon), latentSize: memory.configuration.latentSize,
      totalVariance: totalVariance)
  }

  /// Dreams, and calls `visit` at every horizon of the tables with all starts' latents.
  private func dream(
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

  func trueAction(_ start: Int, _ step: Int) -> ArraySlice<Float> {
    episodes[starts[start].episode].action(starts[start].frame + step)
  }

  /// Errors of latents under true actions, those of another episode, and the first repeated.
  func actionUse() -> ActionUseStudy {
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
  static func otherEpisodes(_ labels: [Int], rootSeed: UInt64) -> [Int] {
    var stream = RandomStream(root: rootSeed, name: "model/shuffle")
    return labels.map { label in
      let others = labels.indices.filter { labels[$0] != label }
      return others.isEmpty
        ? stream.integers(in: 0..<labels.count) : others[stream.integers(in: 0..<others.count)]
    }
  }
}

/// Judging the dreams by latents and by pictures.
extension OpenLoopRun {
  /// Measures prediction, baselines and floor.
  ///
  /// - Parameters:
  ///   - samples: draws a start.
  ///   - beat: called now and then.
  func study(samples: Int, beat: () -> Void) -> OpenLoopStudy {
    var errors = OpenLoopStudy.Predictor.allCases.map { _ in
      OpenLoopStudy.Errors(horizons: horizons.count, starts: starts.count)
    }
    var counts = OpenLoopStudy.Errors(horizons: horizons.count, starts: starts.count).inside
    func add(_ latents: [Float], _ place: Int, to predictor: Int, weight: Double) {
      let found = self.errors(latents, horizons[place])
      for start in starts.indices {
        errors[predictor].latent[place][start] += weight * found[start]
      }
      judge(latents, place) { start, error in
        errors[predictor].pixels[place][start] += weight * error.mean
        errors[predictor].inside[place][start] += weight * error.inside
        counts[place][start] = Double(error.insideCount)
      }
      beat()
    }
    dream(.mean, action: trueAction) { add($1, $0, to: 0, weight: 1) }
    for number in 0..<samples {
      dream(.sample(number: number, rootSeed: rootSeed), action: trueAction) {
        add($1, $0, to: 1, weight: 1 / Double(samples))
      }
    }
    for place in horizons.indices {
      repeatLast(place, &errors[2])
      add(truth(horizons[place]), place, to: 3, weight: 1)
      errors[3].latent[place] = starts.map { unsureness($0, horizons[place]) }
    }
    return OpenLoopStudy(
      horizons: horizons, errors: errors, insideCounts: regions == nil ? nil : counts,
      bootstrap: bootstrap("model/open-loop"))
  }

  private func frame(_ start: RollOut.Start, _ horizon: Int) -> Int {
    episodes[start.episode].firstFrame + start.frame + horizon
  }

  /// The share of the latents' variance that V is unsure of in a frame.
  private func unsureness(_ start: RollOut.Start, _ horizon: Int) -> Double {
    let episode = episodes[start.episode]
    let first = (start.frame + horizon) * episode.latentSize
    return episode.logVariances[first..<first + episode.latentSize].reduce(0) {
      $0 + Double($1).exponential
    } / totalVariance
  }

  /// Decodes latents of all starts, and compares them with the true frames.
  private func judge(
    _ latents: [Float], _ place: Int, _ visit: (_ start: Int, _ error: FrameError) -> Void
  ) {
    let pictures = vision.pictures(of: latents)
    let size = vision.frameBytes
    for start in starts.indices {
      visit(start, error(pictures[start * size..<(start + 1) * size], start, place))
    }
  }

  private func error(_ picture: ArraySlice<UInt8>, _ start: Int, _ place: Int) -> FrameError {
    let target = frame(starts[start], horizons[place])
    return FrameError(
      dataset.frame(target), picture, shape: dataset.index.frameShape,
      regions: regions?(dataset.facts(target)) ?? [])
  }

  private func repeatLast(_ place: Int, _ errors: inout OpenLoopStudy.Errors) {
    errors.latent[place] = self.errors(truth(0), horizons[place])
    for start in starts.indices {
      let last = [UInt8](dataset.frame(frame(starts[start], 0)))
      let error = error(last[...], start, place)
      errors.pixels[place][start] = error.mean
      errors.inside[place][start] = error.inside
    }
  }
}
