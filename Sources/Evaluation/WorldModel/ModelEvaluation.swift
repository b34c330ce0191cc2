import Datasets
import EnvironmentKit
import Randomness
import WorldModels

/// Measures what a world model knows, on episodes that no stage has learned from.
package struct ModelEvaluation {
  /// How much is looked at.
  package struct Extent: Sendable {
    /// Moments from which M dreams.
    package var starts = 128
    /// Draws a moment at τ = 1.
    package var samples = 4
    /// Frames from which probes learn and by which they are judged, together.
    package var probeRows = 7_000
    /// Gradient steps of the small networks that probe.
    package var networkSteps = 1_000

    /// The defaults.
    package init() {}
  }

  /// Steps that the prior looks ahead in judging the end and the reward.
  package static let priorSteps = 4
  /// Steps dreamt before a latent is probed.
  package static let probedDreams = [8, 16]

  package let memory: FrozenMemory
  package let untrained: FrozenMemory
  package let vision: FrozenVision
  package let dataset: EpisodeDataset
  package let entry: CatalogEntry
  package let rootSeed: UInt64
  package let extent: Extent
  private let action: ActionRow

  /// Prepares an evaluation.
  ///
  /// - Parameters:
  ///   - memory: M.
  ///   - untrained: M with fresh weights, to compare with.
  ///   - vision: V, whose latents M predicts.
  ///   - dataset: the episodes to judge by.
  ///   - entry: the world.
  ///   - action: an action's index as the numbers that M takes.
  ///   - rootSeed: root of all streams `model/…`.
  package init(
    memory: FrozenMemory, untrained: FrozenMemory, vision: FrozenVision, dataset: EpisodeDataset,
    entry: CatalogEntry, rootSeed: UInt64, extent: Extent = Extent(), action: @escaping ActionRow
  ) {
    precondition(
      memory.configuration.latentSize == vision.latentSize,
      "ModelEvaluation: M takes latents of \(memory.configuration.latentSize), "
        + "V gives \(vision.latentSize); give an M trained on this V")
    self.memory = memory
    self.untrained = untrained
    self.vision = vision
    self.dataset = dataset
    self.entry = entry
    self.rootSeed = rootSeed
    self.extent = extent
    self.action = action
  }

  /// Measures everything.
  ///
  /// - Parameters:
  ///   - parts: called with the number of parts done, of `partCount`; may throw to stop.
  ///   - beat: called now and then inside a part.
  package func run(
    parts: (Int) throws -> Void = { _ in }, beat: () -> Void = {}
  ) rethrows -> ModelStudies {
    let episodes = encoded(beat)
    try parts(1)
    let walked = Walked(memory, episodes)
    try parts(2)
    let run = openLoop(episodes, walked)
    let openLoop = run.study(samples: extent.samples, beat: beat)
    try parts(3)
    let actionUse = run.dreams.actionUse()
    try parts(4)
    let probes = probes(episodes, walked)
    try parts(5)
    let events = ModelEvents(memory, episodes, walked, priorSteps: Self.priorSteps)
    try parts(6)
    let calibration = CalibrationStudy(memory, episodes, rootSeed: rootSeed)
    try parts(Self.partCount)
    return ModelStudies(
      openLoop: openLoop, actionUse: actionUse, probes: probes, events: events,
      calibration: calibration, episodes: episodes.count,
      steps: episodes.reduce(0) { $0 + $1.steps }, ends: episodes.count { $0.terminated },
      scenes: run.scenes())
  }

  /// Episodes below which no fact can be probed: half are learned from, half are judged by.
  package static let episodesForProbes = 2 * ProbeTargets.leastGroups

  /// Parts of the work.
  package static let partCount = 7

  private func encoded(_ beat: () -> Void) -> [LatentEpisode] {
    dataset.episodes.indices.map { episode in
      beat()
      return LatentEpisode(
        dataset, episode, through: vision, actionSize: memory.configuration.actionSize,
        action: action)
    }.filter { $0.steps > 0 }
  }

  private func openLoop(_ episodes: [LatentEpisode], _ walked: Walked) -> OpenLoopRun {
    OpenLoopRun(
      dreams: LatentDreams(
        memory, episodes, states: walked.states, count: extent.starts, rootSeed: rootSeed),
      vision: vision, dataset: dataset,
      regions: entry.regions(inFramesOf: dataset.index.frameShape))
  }
}

/// What M's state was before every step of episodes, and what it then said.
package struct Walked {
  /// `[episode][step]`: the state that saw the frames before.
  package let states: [[FrozenMemory.Snapshot]]
  /// `[episode][step]`: the probability of the end with the step; empty where M predicts none.
  package let endProbabilities: [[Double]]
  /// `[episode][step]`: the reward of the step; empty where M predicts none.
  package let rewards: [[Double]]

  /// Leads M along episodes.
  package init(_ memory: FrozenMemory, _ episodes: [LatentEpisode]) {
    let reading = MixtureReading(memory.configuration)
    var states = [[FrozenMemory.Snapshot]](repeating: [], count: episodes.count)
    var ends = [[Double]](repeating: [], count: episodes.count)
    var rewards = ends
    MemoryWalk(memory).along(
      episodes,
      before: { moments, state in
        for moment in moments { states[moment.episode].append(state.snapshot(of: moment.slot)) }
      },
      after: { moments, state in
        let rows = memory.outputs(of: moments.map(\.slot), state)
        for (index, moment) in moments.enumerated() {
          let row = rows[index * reading.columns..<(index + 1) * reading.columns]
          if let end = reading.endProbability(row) { ends[moment.episode].append(end) }
          if let reward = reading.reward(row) { rewards[moment.episode].append(reward) }
        }
      })
    (self.states, endProbabilities, self.rewards) = (states, ends, rewards)
  }

  /// A dream's start at a frame.
  package func start(_ episode: Int, _ frame: Int) -> RollOut.Start {
    RollOut.Start(episode: episode, frame: frame, state: states[episode][frame])
  }
}

/// Everything that was measured of a world model.
package struct ModelStudies {
  /// Prediction over many steps.
  package let openLoop: OpenLoopStudy
  /// True against wrong actions.
  package let actionUse: ActionUseStudy
  /// What latents and states know.
  package let probes: ProbeStudy
  /// The end and the reward.
  package let events: ModelEvents
  /// Whether M is as sure as it is right.
  package let calibration: CalibrationStudy
  /// Episodes judged by.
  package let episodes: Int
  /// Their steps.
  package let steps: Int
  /// Those that ended by the task's rules.
  package let ends: Int
  /// Some dreams, to be looked at.
  package let scenes: [OpenLoopScene]
}
