import Files
import Foundation
import Settings

/// A study of a run while it writes into the run's folder: one at a time, and only where something can be written.
///
/// Both are found out before anything is measured. Training is not kept out: it writes other files.
package final class RunStudy {
  /// The file that is locked; it stays.
  package static let lockName = ".study.lock"

  private let descriptor: Int32

  fileprivate init(_ folder: RunFolder) throws {
    descriptor = try FolderLock.take(
      folder.url.appending(path: Self.lockName).path,
      busy: ExperimentError(
        place: folder.url.relativePath,
        cause: "another process is making a study of this run, and both would write the same files",
        remedy: "wait for it or stop it"),
      remedy: "copy the run to another disk: this one may not know locks")
  }

  /// Lets another study begin.
  package func end() { close(descriptor) }
}

extension RunFolder {
  /// Begins a study that writes into the folder; to be ended.
  ///
  /// - Parameter configuration: the run's, where the study renews the report at its end; the summary that this is made
  ///   of is looked at now.
  /// - Throws: where nothing can be written, another study is being made, or the summary is damaged.
  package func beginStudy(renewing configuration: RunConfiguration? = nil) throws -> RunStudy {
    for place in [url, media] {
      let code = access(place.path, W_OK) == 0 ? 0 : errno
      guard code != 0, code != ENOENT else { continue }
      throw ExperimentError(
        place: place.relativePath,
        cause: "nothing can be written there: \(String(cString: strerror(code)))",
        remedy: "copy the run to where it can be written, or mend its permissions")
    }
    if let configuration { _ = try isFinished(configuration) }
    return try RunStudy(self)
  }
}
