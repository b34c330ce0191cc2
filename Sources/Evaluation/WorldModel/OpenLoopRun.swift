import Datasets
import EnvironmentKit
import WorldModels

/// Dreams from real starts along the real actions, judged by latents and by pictures.
package struct OpenLoopRun {
  package let dreams: LatentDreams
  package let vision: FrozenVision
  package let dataset: EpisodeDataset
  package let regions: FactsRegions?

  private var starts: [RollOut.Start] { dreams.starts }
  private var horizons: [Int] { dreams.horizons }

  /// Measures prediction, baselines and floor.
  ///
  /// - Parameters:
  ///   - samples: draws a start.
  ///   - beat: called now and then.
  package func study(samples: Int, beat: () -> Void) -> OpenLoopStudy {
    var errors = OpenLoopStudy.Predictor.allCases.map { _ in
      OpenLoopStudy.Errors(horizons: horizons.count, starts: starts.count)
    }
    var counts = OpenLoopStudy.Errors(horizons: horizons.count, starts: starts.count).inside
    func add(_ latents: [Float], _ place: Int, to predictor: Int, weight: Double) {
      let found = dreams.errors(latents, horizons[place])
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
    dreams.dream(.mean, action: dreams.trueAction) { add($1, $0, to: 0, weight: 1) }
    for number in 0..<samples {
      dreams.dream(
        .sample(number: number, rootSeed: dreams.rootSeed), action: dreams.trueAction
      ) {
        add($1, $0, to: 1, weight: 1 / Double(samples))
      }
    }
    for place in horizons.indices {
      repeatLast(place, &errors[2])
      add(dreams.truth(horizons[place]), place, to: 3, weight: 1)
      errors[3].latent[place] = starts.map { unsureness($0, horizons[place]) }
    }
    return OpenLoopStudy(
      horizons: horizons, errors: errors, insideCounts: regions == nil ? nil : counts,
      bootstrap: dreams.bootstrap("model/open-loop"))
  }

  private func frame(_ start: RollOut.Start, _ horizon: Int) -> Int {
    dreams.episodes[start.episode].firstFrame + start.frame + horizon
  }

  /// The share of the latents' variance that V is unsure of in a frame.
  private func unsureness(_ start: RollOut.Start, _ horizon: Int) -> Double {
    let episode = dreams.episodes[start.episode]
    let first = (start.frame + horizon) * episode.latentSize
    return episode.logVariances[first..<first + episode.latentSize].reduce(0) {
      $0 + Double($1).exponential
    } / dreams.totalVariance
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
    errors.latent[place] = dreams.errors(dreams.truth(0), horizons[place])
    for start in starts.indices {
      let last = [UInt8](dataset.frame(frame(starts[start], 0)))
      let error = error(last[...], start, place)
      errors.pixels[place][start] = error.mean
      errors.inside[place][start] = error.inside
    }
  }
}
