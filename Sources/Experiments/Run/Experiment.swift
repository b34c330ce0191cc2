import Controllers
import Datasets
import EnvironmentKit
import LongWork
import Ranks
import Settings
import WorldModels

/// The one loop, on one page: collect, fit the model, improve the policy; then evaluate, then report.
///
/// World Models is one long pass of it, or a few; an agent that learns online from its dreams is
/// thousands of short ones. Nothing here knows which model or which learner it holds. Every stage looks
/// in the run folder how far it is, goes on from there, and saves at fixed counts; so the same call on
/// the same folder resumes. A run of recorded episodes is the same loop: nothing is collected, and nobody plays.
public struct Experiment {
  private let room: WorldRoom

  /// Names what is run; nothing is made yet.
  ///
  /// - Parameter ranks: the processes that run it together, each with the same arguments.
  /// - Throws: where a setting does not fit the world.
  public init(
    _ configuration: RunConfiguration, entry: CatalogEntry, folder: RunFolder,
    progress: ProgressReporter, observer: (any RunObserver)? = nil,
    ranks: any Communicator = SoleProcess()
  ) throws {
    try configuration.check(in: entry)
    room = try WorldRoom(
      configuration, entry: entry, folder: folder, progress: progress, observer: observer,
      ranks: ranks)
  }

  /// Runs every stage that is not done yet.
  ///
  /// - Returns: the table of results, as lines of text.
  public func run() throws -> [String] {
    try room.hold {
      try room.noteEpisodes()
      let agent = try Self.learn(in: room)
      let lines = try room.leaderAlone {
        let scores =
          room.entry.canBePlayed ? try room.run(EvaluateStage(agent: agent)) : .unplayed(room)
        return try room.run(ReportStage(agent: agent, scores: scores))
      }
      return lines ?? []
    }
  }

  /// The loop.
  static func learn(in room: WorldRoom, passes: Int? = nil) throws -> LearnedAgent {
    let loop = room.configuration.loop
    let model = try ModelTraining(in: room)
    var last: LearnedAgent?
    let count = passes ?? loop.passes
    if loop.hasShortPasses {
      room.loopPhase = room.progress.phase("passes", total: count, done: 0, unit: "passes")
    }
    defer { room.loopPhase = nil }
    for pass in 1...count {
      let data = try room.run(CollectStage(pass: pass, actor: last))
      let frozen = try room.run(
        ModelStage(pass: pass, training: model, data: room.trainingData(data)))
      let environments = room.environments(frozen)
      let learner =
        try last.flatMap { loop.newLearner ? nil : $0.learner }
        ?? LearnerTraining(environments, data, name: room.learnerName(ofPass: pass), in: room)
      let policy = try room.run(
        LearnerStage(pass: pass, training: learner, environments: environments, dataset: data))
      let agent = LearnedAgent(
        environments: environments, policy: policy, model: model, learner: learner, dataset: data)
      if loop.newLearner, pass < loop.passes {
        try room.leaderAlone { try room.run(PassStage(pass: pass, agent: agent)) }
      }
      last = agent
      room.loopPhase?.update(done: pass, terms: [])
    }
    room.loopPhase?.finish(done: count)
    guard let last else { preconditionFailure("learn: \(loop.passes) passes; give 1 or more") }
    return last
  }

  /// The loop without its last learner: what a sweep trains many learners on.
  static func learnModel(in room: WorldRoom) throws -> (ModelTraining, EpisodeDataset) {
    var before: LearnedAgent?
    let passes = room.configuration.loop.passes
    if passes > 1 { before = try learn(in: room, passes: passes - 1) }
    let model = try before?.model ?? ModelTraining(in: room)
    let data = try room.run(CollectStage(pass: passes, actor: before))
    _ = try room.run(
      ModelStage(pass: passes, training: model, data: room.trainingData(data)))
    return (model, data)
  }
}
