import Datasets
import EnvironmentKit
import Files
import LongWork
import Ranks
import Settings
import WorldModels

/// The loop with only its middle: V alone fits frames from anywhere, then a report.
///
/// Every stage is that of a run in a world, looks in the run folder how far it is, and goes on from there.
public struct VisionExperiment {
  private let room: RunRoom
  private let input: FrameInput

  /// Names what is run; nothing is made yet.
  public init(
    _ input: FrameInput, folder: RunFolder, progress: ProgressReporter,
    observer: (any RunObserver)? = nil, ranks: any Communicator = SoleProcess()
  ) throws {
    self.input = input
    let command = ShellCommand.text("train", "vision", "--run-dir", folder.url.relativePath)
    if let world = input.world {
      room = try WorldRoom(
        input.configuration, entry: world, folder: folder, progress: progress, observer: observer,
        resumeCommand: command, modelRoom: input.modelRoom, ranks: ranks)
    } else {
      let frames = input.opened?.source.contentHash ?? ""
      room = try RunRoom(
        input.configuration, subject: input.configuration.subject, modelRoom: input.modelRoom,
        identity: RunIdentity(input.configuration, nil, part: frames), folder: folder,
        progress: progress, observer: observer, resumeCommand: command, ranks: ranks)
    }
  }

  /// Runs every stage that is not done yet.
  ///
  /// - Returns: the results, as lines of text.
  public func run() throws -> [String] {
    if let (source, split) = input.opened {
      try note(source, split).check(input.configuration)
    }
    return try room.hold {
      for note in input.notes where room.ranks.isLeader {
        StandardStream.error.tell("note: \(note)\n")
      }
      let (source, split) = try frames()
      try room.leaderAlone { try note(source, split).write() }
      let training = try ModelTraining(in: room)
      let data = room.trainingData(source, split)
      let model = try room.run(ModelStage(pass: 1, training: training, data: data))
      return try room.leaderAlone {
        try room.run(VisionReportStage(model: model, training: training, data: data))
      } ?? []
    }
  }

  private func note(_ source: any FrameSource, _ split: FrameSplit) -> FrameNote {
    FrameNote(source, split, notes: input.notes, in: room.folder)
  }

  /// The frames of the files, or those collected from the world.
  private func frames() throws -> (any FrameSource, FrameSplit) {
    if let opened = input.opened { return opened }
    guard let world = room as? WorldRoom else {
      preconditionFailure("frames: neither file nor world")
    }
    let episodes = try world.run(CollectStage(pass: 1, actor: nil))
    let source = try input.sized(episodes, room)
    return (source, try FrameInput.split(source, input.configuration))
  }
}
