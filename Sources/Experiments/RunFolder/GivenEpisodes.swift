import Datasets
import EnvironmentKit
import Files
import Foundation
import Settings

/// Recorded episodes in the place of a world, opened and checked before anything is made.
public struct GivenEpisodes: Sendable {
  /// The episodes.
  package let dataset: EpisodeDataset
  /// The same as an entry that looks like a world's.
  public let entry: CatalogEntry

  /// Opens a data set, or that of a run.
  ///
  /// - Throws: where there is none, a file is missing or damaged, or the episodes are none that a model could learn from.
  public init(at path: String, id: String? = nil) throws {
    dataset = try EpisodeDataset(at: Self.place(path))
    var named = RunConfiguration()
    named.data.episodes = path
    entry = CatalogEntry(recorded: dataset, id: id ?? named.subject)
    try check(path)
  }

  /// Frames of all episodes together.
  public var frameCount: Int { dataset.frameCount }

  private static func place(_ path: String) throws -> URL {
    let folder = URL(fileURLWithPath: path)
    let places = [folder, folder.appending(path: "data")]
    if let found = places.first(where: {
      FileManager.default.fileExists(atPath: $0.appending(path: DatasetIndex.fileName).path)
    }) {
      return found
    }
    let exists = FileManager.default.fileExists(atPath: path)
    throw ExperimentError(
      .usage, place: path,
      cause: exists
        ? "holds no episodes: there is no \(DatasetIndex.fileName)" : "there is no such folder",
      remedy: "give the folder of a run, of '"
        + ShellCommand.text("rollout", "WORLD", "--save", "DIR")
        + "', or one that umwelt.data wrote in Python")
  }

  /// What a model and its dream could not do without.
  private func check(_ path: String) throws {
    func refused(_ cause: String, _ remedy: String) -> ExperimentError {
      ExperimentError(.usage, place: path, cause: cause, remedy: remedy)
    }
    let long = dataset.episodes.filter { $0.steps.count > 0 }.count
    guard dataset.episodes.count > 1, long > 1 else {
      throw refused(
        "has \(dataset.episodes.count) episodes, \(long) of them with actions in them: too few to learn from some "
          + "and judge by others", "give 2 episodes or more, of one step or more each")
    }
    for (number, span) in dataset.episodes.enumerated() {
      guard
        let step = span.steps.dropLast().first(where: {
          dataset.terminated($0) || dataset.truncated($0)
        })
      else { continue }
      throw refused(
        "episode \(number) ends at its step \(step - span.steps.lowerBound), and goes on for "
          + "\(span.steps.upperBound - 1 - step) more", "cut such episodes in two where they end")
    }
  }
}

extension RunFolder {
  /// What a run acts in, or has in the place of a world: recorded episodes, the same as when it was begun.
  ///
  /// - Throws: where they are not there, or others than the run was begun with; what finding a world throws.
  public func entry(
    of configuration: RunConfiguration, in worlds: WorldCatalog, tellsChange: Bool = true
  ) throws -> CatalogEntry {
    guard configuration.isOfEpisodes else {
      return try entry(ofWorld: configuration.world, in: worlds, tellsChange: tellsChange)
    }
    let given = try GivenEpisodes(at: configuration.data.episodes, id: configuration.subject)
    if holdsRun { try FrameNote(given, configuration, in: self).check(configuration) }
    return given.entry
  }

  /// The episodes that a run learns from: its own, or those that it was given.
  ///
  /// - Throws: where there are none, or they are of another run.
  package func dataset(
    of run: RunIdentity, _ configuration: RunConfiguration
  ) throws -> EpisodeDataset {
    guard configuration.isOfEpisodes else { return try dataset(of: run) }
    return try GivenEpisodes(at: configuration.data.episodes).dataset
      .prefix(frames: configuration.loop.frames)
  }
}

extension RunConfiguration {
  /// The world, or the recorded episodes in its place.
  ///
  /// - Throws: where there is neither.
  public func entry(in worlds: WorldCatalog) throws -> CatalogEntry {
    try isOfEpisodes
      ? GivenEpisodes(at: data.episodes, id: subject).entry : worlds.find(world)
  }

  /// Checks that there is a world where the settings ask for one, and episodes where they ask for those.
  func checkOrigin(_ entry: CatalogEntry, plays: Bool) throws {
    guard isOfEpisodes != entry.canBePlayed, entry.canBePlayed || !plays else {
      throw ExperimentError(
        .usage, place: "data.episodes",
        cause: isOfEpisodes
          ? "this works in a world, and recorded episodes are none"
          : "'\(entry.id)' are recorded episodes, no world",
        remedy: "train on recorded episodes by: " + ShellCommand.text("run", "--data", "DIR"))
    }
    guard isOfEpisodes else { return }
    func refused(_ place: String, _ cause: String, _ remedy: String) -> ExperimentError {
      ExperimentError(.usage, place: place, cause: cause, remedy: remedy)
    }
    guard loop.passes == 1 else {
      throw refused(
        "loop.passes=\(loop.passes)", "without a world nothing more can be collected",
        "set loop.passes=1, and more steps where more is to be learned")
    }
    guard learner.place == .dream else {
      throw refused(
        "learner.in=world", "there is no world, only recorded episodes", "set learner.in=dream")
    }
    guard model.imagines else {
      throw refused(
        "model.kind=\(model.kind)",
        "it imagines nothing, and without a world only a dream is left to learn in",
        "set model.kind=mixtureMemory, or give another preset, such as quick")
    }
  }
}
