import Settings
import WorldModels

extension RunRoom {
  /// The learner's checkpoint of a pass: the last one's is the run's.
  func learnerName(ofPass pass: Int) -> String {
    let loop = configuration.loop
    return loop.newLearner && pass < loop.passes ? "controller-pass-\(pass)" : "controller"
  }

  /// What the policy may act in, given a model.
  func environments(_ model: any WorldModel) -> AgentEnvironments {
    AgentEnvironments(entry: entry, configuration: configuration, model: model)
  }

  /// Does work while holding the folder, and notes how it ended.
  ///
  /// - Returns: what the work gives; a remark where the run was finished before.
  func hold(_ work: () throws -> [String]) throws -> [String] {
    try folder.checkHoldsNothingElse()
    return try FolderLock.hold(folder) {
      let resumed = try folder.prepare(for: configuration, in: entry)
      if resumed { try folder.checkIdentity(identity) }
      if try folder.isFinished(configuration) {
        return ["this run was finished before; nothing is left to do"]
      }
      var metadata = try RunMetadata.begin(self, resumed: resumed)
      do {
        try checkpoints.recover()
        let lines = try work()
        try metadata.end("finished", self)
        return lines
      } catch {
        let isStop = (error as? ExperimentError)?.kind == .interrupted
        try? metadata.end(isStop ? "interrupted" : "failed: \(error)", self)
        throw error
      }
    }
  }
}
