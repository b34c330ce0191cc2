import DataWorlds
import EnvironmentKit
import Environments
import Foundation

/// The world of a run; of one in a user's file the folder keeps a copy, so that the run stays whole.
extension RunFolder {
  /// The copy of the file that describes the world, where it is a user's.
  public var worldFile: URL { url.appendingPathComponent("world.yaml") }

  /// The user's file that a run's world is named after; nil for an id of the catalogue.
  private func original(_ world: String) -> WorldFile? {
    Catalog.entries.contains { $0.id == world } ? nil : WorldFile(world)
  }

  /// Whether the user's file is another one now than it was when the run was begun.
  public func worldHasChanged(_ world: String) -> Bool {
    guard let original = original(world),
      let copy = FileManager.default.contents(atPath: worldFile.path),
      let now = FileManager.default.contents(atPath: original.path)
    else { return false }
    return now != copy
  }

  /// The world of the run: that of the copy where there is one, whatever became of the file.
  ///
  /// A file that has changed since is told on standard error.
  ///
  /// - Parameter world: the configuration's world.
  /// - Throws: where there is neither such an id, nor a copy, nor the file, or it has mistakes.
  public func entry(ofWorld world: String) throws -> CatalogEntry {
    do {
      if let original = original(world), FileManager.default.fileExists(atPath: worldFile.path) {
        if worldHasChanged(world) { warnOfChange(original.path) }
        return try original.entry(copiedTo: worldFile.path)
      }
      if let entry = try Catalog.find(world) { return entry }
    } catch let error as DataWorldError {
      throw failure(world, error)
    }
    throw ExperimentError(
      .usage, place: "world '\(world)'", cause: "there is no such world",
      remedy: NearestName.hint(world, among: Catalog.entries.map(\.id)))
  }

  /// Copies the user's file into the folder, where that is not done yet.
  func keepWorld(_ world: String) throws {
    guard let original = original(world), !FileManager.default.fileExists(atPath: worldFile.path),
      let data = FileManager.default.contents(atPath: original.path)
    else { return }
    try DurableFile.write([UInt8](data), to: worldFile)
  }

  private func warnOfChange(_ path: String) {
    let text =
      "warning: \(path) has changed since the run was begun; the run keeps to its copy, "
      + "\(worldFile.path). Start a new run for the changed world.\n"
    FileHandle.standardError.write(Data(text.utf8))
  }

  private func failure(_ world: String, _ error: DataWorldError) -> ExperimentError {
    guard let original = original(world), FileManager.default.fileExists(atPath: error.place) else {
      return ExperimentError(
        .usage, place: world,
        cause: "the world's file is not there, nor a copy in \(worldFile.path)",
        remedy: "put the file back, or copy it to \(worldFile.path)")
    }
    let problem = error.problems.first
    return ExperimentError(
      .usage, place: problem?.place(in: error.place) ?? error.place,
      cause: problem?.cause ?? error.cause,
      remedy: "\(problem?.remedy ?? error.remedy) (umwelt check \(original.path))")
  }
}
