import WorldModels

/// What M foretells along episodes of a data set, the real latents as its input: of every frame but the first of an
/// episode.
package struct Foresight {
  private let forecaster: Forecaster
  /// The moment before each frame that is foretold.
  private var steps: [Int: ForetoldStep] = [:]

  /// Leads M along episodes.
  ///
  /// - Parameters:
  ///   - episodes: each knows where its first frame lies in the data set.
  ///   - actions: what else might be done, as M reads it.
  package init(_ memory: FrozenMemory, _ episodes: [LatentEpisode], otherActions actions: [[Float]])
  {
    forecaster = Forecaster(memory, otherActions: actions)
    var steps: [Int: ForetoldStep] = [:]
    MemoryWalk(memory).along(
      episodes,
      before: { moments, state in
        for moment in moments {
          let episode = episodes[moment.episode]
          steps[episode.firstFrame + moment.step + 1] = ForetoldStep(
            memory: state.snapshot(of: moment.slot), latent: Array(episode.latent(moment.step)),
            action: Array(episode.action(moment.step)))
        }
      })
    self.steps = steps
  }

  /// Whether a frame is foretold: it lies in one of the episodes, and is not its first.
  package func foretells(_ frame: Int) -> Bool { steps[frame] != nil }

  /// What was known of frames before they came.
  ///
  /// - Parameter frames: that are foretold.
  package func foretold(_ frames: some Collection<Int>) -> Foretold {
    let found = frames.compactMap { steps[$0] }
    precondition(
      found.count == frames.count,
      "Foresight: \(frames.count - found.count) frames are not foretold; leave them out")
    return forecaster.foretold(found)
  }
}
