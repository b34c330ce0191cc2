import Controllers
import Datasets
import WorldModels

/// What a controller would see along collected episodes.
struct ObservedInputs {
  private let batches: AgentBatches
  private let dataset: EpisodeDataset
  private let latents: LatentStore

  init(_ batches: AgentBatches, _ dataset: EpisodeDataset, _ latents: LatentStore) {
    (self.batches, self.dataset, self.latents) = (batches, dataset, latents)
  }

  /// Observations of frames spread evenly over whole episodes, `[frame, observation]`, and which frames
  /// they are.
  ///
  /// Frames that follow a step are taken: M has then seen what led to them.
  ///
  /// - Parameter shape: which numbers of an observation are read.
  func rows(
    of episodes: [EpisodeSpan], atMost most: Int, read shape: ControllerShape
  ) -> (values: [Float], frames: [Int]) {
    let (values, frames) = rows(of: episodes, atMost: most)
    let width = values.count / max(1, frames.count)
    guard shape.inputRanges != [0..<width] else { return (values, frames) }
    var read: [Float] = []
    for row in frames.indices {
      for range in shape.inputRanges {
        read += values[row * width + range.lowerBound..<row * width + range.upperBound]
      }
    }
    return (read, frames)
  }

  private func rows(of episodes: [EpisodeSpan], atMost most: Int) -> (
    values: [Float], frames: [Int]
  ) {
    let input = batches.configuration.agent.input
    guard batches.view == nil, input != .latent, let memory = batches.memory else {
      let frames = FrameSelection.spread(episodes.flatMap(\.frames), most)
      guard let view = batches.view else {
        return (frames.flatMap { latents.mean($0) }, frames)
      }
      return (frames.flatMap { view.numbers(of: dataset.facts($0)) }, frames)
    }
    let steps = episodes.reduce(0) { $0 + $1.steps.count }
    let stride = max(1, (steps + most - 1) / most)
    var (rows, frames) = ([Float](), [Int]())
    let forcing = TeacherForcing(
      memory: memory, dataset: dataset, latents: latents, actions: batches.entry.actions,
      encoding: batches.configuration.agent.actionEncoding)
    forcing.run(episodes) { step, frame, state, slot in
      guard step.isMultiple(of: stride) else { return }
      frames.append(frame + 1)
      rows += latents.mean(frame + 1)
      if input == .latentCellHidden { rows += state.cell(of: slot) }
      rows += state.hidden(of: slot)
    }
    return (rows, frames)
  }
}

extension LatentStore {
  /// The first latents of episodes, from which dreams begin.
  func starts(of episodes: [EpisodeSpan], reading: LatentReading) -> DreamStarts {
    DreamStarts(
      means: episodes.flatMap { means.row($0.frames.lowerBound) },
      logVariances: episodes.flatMap { logVariances.row($0.frames.lowerBound) },
      latentSize: latentSize, reading: reading)
  }
}
