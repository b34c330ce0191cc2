import Datasets
import EnvironmentKit
import WorldModels

/// One dream beside what really came, frame by frame.
package struct OpenLoopScene {
  /// What the world showed, in order.
  package let truth: [Frame]
  /// What V made of each while M saw, then what M dreamt, decoded.
  package let prediction: [Frame]
  /// Frames that M saw.
  package let seen: Int
}

extension OpenLoopRun {
  /// Some dreams of the mixtures' mean, evenly spread over the starts.
  package func scenes(count: Int = 6) -> [OpenLoopScene] {
    let starts = dreams.starts
    let chosen = FrameSelection.spread(Array(starts.indices), count)
    var dreamt = [[Float]](repeating: [], count: chosen.count)
    let size = vision.latentSize
    RollOut(dreams.memory).run(
      chosen.map { starts[$0] }, in: dreams.episodes, horizon: dreams.longest, mode: .mean,
      action: { dreams.trueAction(chosen[$0], $1) },
      visit: { step in
        for (place, start) in step.starts.enumerated() {
          dreamt[start] += step.latents[place * size..<(place + 1) * size]
        }
      })
    return zip(chosen, dreamt).map { scene(starts[$0], $1) }
  }

  private func scene(_ start: RollOut.Start, _ dream: [Float]) -> OpenLoopScene {
    let episode = dreams.episodes[start.episode]
    let first = start.frame - LatentDreams.context + 1
    let shape = dataset.index.frameShape
    let truth = (first...start.frame + dreams.longest).map { frame in
      Frame(
        width: shape[1], height: shape[0],
        pixels: [UInt8](dataset.frame(episode.firstFrame + frame)))
    }
    let seen = (first...start.frame).flatMap { episode.latent($0) }
    let pictures = vision.pictures(of: seen + dream)
    let bytes = vision.frameBytes
    let prediction = truth.indices.map {
      Frame(
        width: shape[1], height: shape[0], pixels: Array(pictures[$0 * bytes..<($0 + 1) * bytes]))
    }
    return OpenLoopScene(truth: truth, prediction: prediction, seen: LatentDreams.context)
  }
}
