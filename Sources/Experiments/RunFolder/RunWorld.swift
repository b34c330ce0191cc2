import EnvironmentKit
import Files
import Foundation
import Settings
import Synchronization

/// The world of a run; of one in a user's file the folder keeps a copy, so that the run stays whole.
extension RunFolder {
  /// The copy of the file that describes the world, where it is a user's.
  public var worldFile: URL { url.appendingPathComponent("world.yaml") }

  /// The copy's text; nil where there is none.
  private var worldText: String? {
    let bytes = try? readFile(worldFile.path, atMost: 1 << 26)
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether the user's file is another one now than it was when the run was begun.
  public func worldHasChanged(_ world: String, in worlds: WorldCatalog) -> Bool {
    guard let copy = worldText, let now = try? worlds.find(world).text else { return false }
    return now != copy
  }

  /// The world of the run: that of the copy where there is one, whatever became of the file.
  ///
  /// A file that has changed since is told on standard error, once.
  ///
  /// - Parameter tellsChange: whether it is; not where the caller refuses such a file, or lists many runs.
  /// - Throws: where there is neither such an id, nor a copy, nor the file, or it has mistakes.
  public func entry(
    ofWorld world: String, in worlds: WorldCatalog, tellsChange: Bool = true
  ) throws -> CatalogEntry {
    guard let copy = worldText else {
      let isFile = world.contains(".y") && !world.hasPrefix(WorldSource.gymnasiumPrefix)
      let isLost = holdsRun && isFile && !worlds.entries.contains { $0.id == world }
      guard isLost, !FileManager.default.fileExists(atPath: world) else {
        return try worlds.find(world)
      }
      throw ExperimentError(
        .usage, place: world,
        cause: "the world's file is not there, nor a copy in \(worldFile.path)",
        remedy: "put the file back, or copy it to \(worldFile.path)")
    }
    if tellsChange, worldHasChanged(world, in: worlds) { warnOfChange(world) }
    return try worlds.find(world, copy: copy)
  }

  /// Copies the user's file into the folder, where that is not done yet.
  func keepWorld(_ entry: CatalogEntry?) throws {
    guard let entry, entry.canBePlayed, let text = entry.text, worldText == nil else { return }
    try DurableFile.write(text, to: worldFile)
  }

  /// Whether the folder keeps a copy of another world's file than is asked for.
  func holdsOther(_ entry: CatalogEntry) -> Bool {
    worldText.map { entry.text != $0 } ?? false
  }

  /// Copies of worlds of which a change was told.
  private static let told = Mutex<Set<String>>([])

  private func warnOfChange(_ path: String) {
    guard Self.told.withLock({ $0.insert(worldFile.path).inserted }) else { return }
    let text =
      "warning: \(path) has changed since the run was begun; the run keeps to its copy, "
      + "\(worldFile.path). Start a new run for the changed world.\n"
    StandardStream.error.tell(text)
  }
}
