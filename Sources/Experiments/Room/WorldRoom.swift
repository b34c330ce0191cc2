import Datasets
import EnvironmentKit
import LongWork
import Ranks
import Settings
import WorldModels

/// What the stages of a run in a world work with.
package final class WorldRoom: RunRoom {
  /// The world.
  let entry: CatalogEntry
  private var openedEpisodes: CollectedEpisodes?
  private var givenEpisodes: EpisodeDataset?

  /// Joins what a run works with.
  ///
  /// - Parameter modelRoom: what the model is made for, where it is not the world as it is observed.
  package init(
    _ configuration: RunConfiguration, entry: CatalogEntry, folder: RunFolder,
    progress: ProgressReporter, observer: (any RunObserver)? = nil, resumeCommand: String? = nil,
    keepsWork: Bool = true, modelRoom: ModelRoom? = nil, ranks: any Communicator = SoleProcess()
  ) throws {
    self.entry = entry
    super.init(
      configuration, subject: entry.id, modelRoom: modelRoom ?? configuration.modelRoom(in: entry),
      identity: try RunIdentity(configuration, entry), folder: folder, progress: progress,
      observer: observer, resumeCommand: resumeCommand, keepsWork: keepsWork, ranks: ranks)
  }

  override var world: CatalogEntry? { entry }

  /// What the world is, as the model sees it.
  var specification: WorldSpecification { entry.specification(configuration.agent.observation) }

  /// Runs a stage and keeps its time.
  func run<S: Stage>(_ stage: S) throws -> S.Output where S.Room == WorldRoom {
    try clock.time(S.name) { try stage.run(in: self) }
  }

  /// The episodes collected so far; opened when they are first asked for.
  func collected() throws -> CollectedEpisodes {
    if let openedEpisodes { return openedEpisodes }
    try folder.checkData(of: identity)
    let opened = try CollectedEpisodes(at: folder.data, dataDescription)
    openedEpisodes = opened
    return opened
  }

  /// The episodes whose shards are closed; in a process that does not own the folder, as they lie there now.
  func episodes() throws -> EpisodeDataset {
    ranks.isLeader ? try collected().dataset() : try EpisodeDataset(at: folder.data)
  }

  /// The episodes that the run was given in the place of a world; opened when they are first asked for.
  func given() throws -> EpisodeDataset {
    if let givenEpisodes { return givenEpisodes }
    let opened = try folder.dataset(of: identity, configuration)
    givenEpisodes = opened
    return opened
  }

  /// Notes what the run was given, so that it goes on with the same only.
  func noteEpisodes() throws {
    guard !entry.canBePlayed else { return }
    try leaderAlone {
      let given = try GivenEpisodes(at: configuration.data.episodes)
      try FrameNote(given, configuration, in: folder).write()
    }
  }

  /// What the run's data set consists of.
  var dataDescription: DatasetIndex {
    var description = DatasetIndex(
      world: specification.id, observation: specification.observation, actions: entry.actions,
      facts: specification.facts, framesPerShard: configuration.collect.shardFrames)
    description.run = identity.text
    return description
  }

  /// What a model learns from.
  func trainingData(_ dataset: EpisodeDataset) -> TrainingData {
    var data = TrainingData(
      dataset, split: configuration.split(dataset), actions: entry.actions, folder: folder.latents,
      rootSeed: rootSeed, progress: partProgress)
    data.ranks = ranks
    return data
  }

  /// The learner's checkpoint of a pass: the last one's is the run's.
  func learnerName(ofPass pass: Int) -> String {
    let loop = configuration.loop
    return loop.newLearner && pass < loop.passes ? "controller-pass-\(pass)" : "controller"
  }

  /// What the policy may act in, given a model.
  func environments(_ model: any WorldModel) -> AgentEnvironments {
    AgentEnvironments(entry: entry, configuration: configuration, model: model)
  }
}
