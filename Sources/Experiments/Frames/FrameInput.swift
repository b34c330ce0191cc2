import Datasets
import EnvironmentKit
import Files
import Foundation
import LongWork
import Settings
import WorldModels

/// The frames of a run of V alone, opened and checked before anything is made.
public struct FrameInput: Sendable {
  let configuration: RunConfiguration
  /// What frames are collected from; nil where they lie in files.
  let world: CatalogEntry?
  /// The frames and their groups; nil where they are still to be collected.
  package let opened: (source: any FrameSource, split: FrameSplit)?
  /// How frames were taken, a sentence each.
  package let notes: [String]

  /// Whether a path is one of a file or folder, rather than the name of a world.
  public static func isFile(_ path: String) -> Bool {
    !isWorldFile(path) && FrameSources.isFile(path)
  }

  /// Opens what a configuration names.
  ///
  /// - Parameters:
  ///   - folder: of the run, where one is named; nothing is made in it.
  ///   - progress: where longer looking is told.
  /// - Throws: the first thing that is wrong with files or settings.
  public init(
    _ configuration: RunConfiguration, folder: RunFolder?, _ toolkit: Toolkit,
    progress: ProgressReporter
  ) throws {
    self.configuration = configuration
    let data = configuration.data
    if data.frames.count == 1, !Self.isFile(data.frames[0]) {
      world = try Self.world(data.frames[0], folder, toolkit)
      (opened, notes) = (nil, [])
      guard data.labels.isEmpty else {
        throw ExperimentError(
          .usage, place: "data.labels", cause: "a world brings facts of its own",
          remedy: "leave --labels out")
      }
    } else {
      world = nil
      if let name = data.frames.first(where: { !Self.isFile($0) }) {
        throw Self.noFile(name, toolkit)
      }
      var said: [String] = []
      var preparation = Self.preparation(configuration, near: folder, progress)
      preparation.note = { said.append($0) }
      let source = try FrameSources.open(data.frames, labels: data.labels, preparation)
      opened = (source, try Self.split(source, configuration))
      notes = said
    }
    try checkModel()
  }

  /// How the configuration has frames made ready.
  package static func preparation(
    _ configuration: RunConfiguration, near folder: RunFolder?, _ progress: ProgressReporter
  ) -> FramePreparation {
    let data = configuration.data
    var preparation = FramePreparation(scratch: scratch(near: folder))
    (preparation.size, preparation.fit, preparation.range) = (data.size, data.fit, data.numbers)
    let isWorld = data.frames.isEmpty || (data.frames.count == 1 && !isFile(data.frames[0]))
    preparation.takesPicture = isWorld && configuration.takesPicture
    (preparation.kind, preparation.vocabulary) = (data.kind, data.vocabulary)
    preparation.classes = isWorld ? data.classes(of: configuration.agent.observation) : data.classes
    var phase: ProgressPhase?
    preparation.progress = { done, total in
      if phase == nil || done == 1 {
        phase = progress.phase("read frames", total: total, done: 0, unit: "frames")
      }
      guard done.isMultiple(of: 256) || done == total else { return }
      phase?.update(done: done, terms: [])
      if done == total { phase?.finish(done: done) }
      guard !Interruption.isRequested else {
        throw ExperimentError(
          .interrupted, place: "stopped", cause: "nothing was trained yet",
          remedy: "give the same command again")
      }
    }
    return preparation
  }

  /// A folder that is there, on the disk that the run will lie on.
  private static func scratch(near folder: RunFolder?) -> URL {
    var url = folder?.url.standardizedFileURL ?? URL(fileURLWithPath: ".")
    while url.path != "/", !FileManager.default.fileExists(atPath: url.path) {
      url.deleteLastPathComponent()
    }
    return url
  }

  /// What is said of a path where there is neither a file nor a folder, and no world's frames are collected.
  package static func noFile(_ name: String, _ toolkit: Toolkit) -> ExperimentError {
    guard isWorld(name, toolkit) else {
      return ExperimentError(
        .usage, place: name, cause: "there is no such file or folder", remedy: "check the path")
    }
    return ExperimentError(
      .usage, place: name,
      cause: "is a world, whose frames are collected only to train on it alone",
      remedy: "make frames of it first: "
        + ShellCommand.text("rollout", name, "--episodes", "20", "--save", "frames")
        + ", then give frames")
  }

  private static func world(
    _ name: String, _ folder: RunFolder?, _ toolkit: Toolkit
  ) throws -> CatalogEntry {
    guard isWorld(name, toolkit) else {
      let ids = toolkit.worlds.entries.map(\.id)
      let near = NearestName.find(name, among: ids).map { "did you mean the world '\($0)'?" }
      throw ExperimentError(
        .usage, place: name, cause: "there is no such file or folder, nor a world of that name",
        remedy: near ?? "check the path; worlds are listed by: \(ShellCommand.text("envs"))")
    }
    guard let folder, folder.holdsRun else { return try toolkit.worlds.find(name) }
    return try folder.entry(ofWorld: name, in: toolkit.worlds)
  }

  private static func isWorld(_ name: String, _ toolkit: Toolkit) -> Bool {
    isWorldFile(name) || name.hasPrefix(WorldSource.gymnasiumPrefix)
      || toolkit.worlds.entries.contains { $0.id == name }
  }

  /// Whether a name is that of a world's file, `my.yaml` or `my.yaml:Variant`.
  private static func isWorldFile(_ name: String) -> Bool {
    let file = name.split(separator: ":").first.map { $0.lowercased() } ?? ""
    return file.hasSuffix(".yaml") || file.hasSuffix(".yml")
  }

  /// Which frames are learnt from.
  package static func split(
    _ source: any FrameSource, _ configuration: RunConfiguration
  ) throws -> FrameSplit {
    let without = configuration.data.without
    func refused(_ cause: String, _ remedy: String) -> ExperimentError {
      ExperimentError(.usage, place: "data.without=\(without)", cause: cause, remedy: remedy)
    }
    guard without.isEmpty || !source.frameFacts.isEmpty else {
      throw refused("the frames have no labels", "give them with --labels PATH")
    }
    let split = try FrameSplit(
      source, heldOutEvery: configuration.collect.heldOutEvery,
      without: Set(without.map(Float.init)))
    guard without.isEmpty || !split.leftOut.isEmpty else {
      throw refused(
        "no frame has such a label", "give labels that \(source.frameFacts[0].name) has")
    }
    guard split.training.count > 1 || without.isEmpty else {
      throw refused("one frame or none is left to learn from", "leave fewer labels out")
    }
    guard split.training.count > 1 else {
      throw ExperimentError(
        .usage, place: configuration.data.frames.joined(separator: ", "),
        cause: "there are too few frames to learn from: \(source.frameCount)",
        remedy: "give 3 frames or more")
    }
    return split
  }

  /// Collected frames at the size that is asked for.
  func sized(_ episodes: EpisodeDataset, _ room: RunRoom) throws -> any FrameSource {
    try FrameSources.sized(
      episodes, path: configuration.data.frames[0],
      Self.preparation(configuration, near: room.folder, room.progress))
  }

  /// What a frame is.
  private var frames: FrameFormat {
    opened?.source.frameFormat ?? configuration.frames(of: world)
  }

  /// What the model is made for.
  package var modelRoom: ModelRoom {
    ModelRoom(
      frames: frames, actions: world?.actions ?? .discrete([]),
      rootSeed: UInt64(configuration.seed))
  }

  private func checkModel() throws {
    let model = configuration.model
    guard !model.imagines else {
      throw ExperimentError(
        .usage, place: "model.kind=\(model.kind)",
        cause: "it foretells frames from actions, and frames alone have none",
        remedy: "give a kind that only sees: model.kind=autoencoder")
    }
    if let world { try configuration.checkObservation(in: world) }
    if let problem = model.furtherProblems(in: modelRoom).first {
      throw ExperimentError(
        .usage, place: configuration.data.frames.joined(separator: ", "), cause: problem.cause,
        remedy: problem.key == "kind"
          ? "bring the frames to another size, such as with --size 64"
          : problem.remedy)
    }
    try configuration.checkMemory(model.memoryNeeds(in: modelRoom).map { ("model.", $0) })
  }
}
