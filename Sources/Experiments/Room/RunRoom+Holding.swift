import Ranks
import Settings

extension RunRoom {
  /// Does work while holding the folder, and notes how it ended.
  ///
  /// - Returns: what the work gives; a remark where the run was finished before.
  func hold(_ work: () throws -> [String]) throws -> [String] {
    guard ranks.isLeader else { return try follow(work) }
    try folder.checkHoldsNothingElse()
    return try FolderLock.hold(folder) {
      let resumed = try folder.prepare(for: configuration, in: world)
      if resumed { try folder.checkIdentity(identity) }
      if try folder.isFinished(configuration) {
        _ = ranks.share([0])
        return ["this run was finished before; nothing is left to do"]
      }
      var metadata = try RunMetadata.begin(self, resumed: resumed)
      do {
        try checkpoints.recover()
        _ = ranks.share([1])
        let lines = try work()
        try metadata.end("finished", self)
        return lines
      } catch {
        let isStop = (error as? ExperimentError)?.kind == .interrupted
        if !resumed, !isStop, folder.isBare {
          // What failed before it came to anything, as in a world without levels, claims no folder.
          try? folder.letGo()
        } else {
          try? metadata.end(isStop ? "interrupted" : "failed: \(error)", self)
        }
        throw error
      }
    }
  }

  /// Works along once the leader holds the folder and has something left to do.
  private func follow(_ work: () throws -> [String]) throws -> [String] {
    guard ranks.share([]) == [1] else { return [] }
    return try work()
  }
}
