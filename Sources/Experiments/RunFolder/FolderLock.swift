import Files
import Foundation
import Settings

/// Keeps two processes from writing one folder at the same time.
///
/// Whoever writes takes the lock first; the system lets go of it when the process ends, however.
package enum FolderLock {
  /// The file that is locked; it stays.
  package static let name = ".lock"

  /// Runs work while holding the folder of a run.
  package static func hold<Result>(_ folder: RunFolder, _ work: () throws -> Result) throws
    -> Result
  {
    try hold(folder.url, work: "run", option: "--run-dir", work)
  }

  /// Makes a folder where it is lacking, and runs work while holding it.
  ///
  /// - Parameters:
  ///   - name: what another process would be working on.
  ///   - option: which option names another folder.
  package static func hold<Result>(
    _ folder: URL, work name: String, option: String, _ work: () throws -> Result
  ) throws -> Result {
    try DurableFile.createFolder(folder)
    let descriptor = try take(
      path(folder),
      busy: ExperimentError(
        place: folder.path, cause: "another process is working on this \(name)",
        remedy: "wait for it or stop it, or choose another folder with \(option)"),
      remedy: "choose a folder on another disk with \(option): this one may not know locks")
    defer { close(descriptor) }
    return try work()
  }

  /// Makes a file where it is lacking, and locks it.
  ///
  /// - Parameters:
  ///   - busy: what is thrown where another process holds it.
  ///   - remedy: what to do where it cannot be locked at all.
  /// - Returns: the open file: whoever closes it lets go.
  static func take(
    _ path: String, busy: @autoclosure () -> ExperimentError, remedy: String
  ) throws -> Int32 {
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
    guard descriptor >= 0 else { throw FileError(operation: "lock", path: path) }
    guard let code = take(LOCK_EX, descriptor) else { return descriptor }
    close(descriptor)
    guard code != EWOULDBLOCK else { throw busy() }
    throw ExperimentError(
      place: path, cause: "cannot be locked: \(String(cString: strerror(code)))", remedy: remedy)
  }

  /// Whether a process works on the folder of a run now.
  package static func isHeld(_ folder: RunFolder) -> Bool {
    let descriptor = open(path(folder.url), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return take(LOCK_SH, descriptor) == EWOULDBLOCK
  }

  /// Takes a lock without waiting; returns the system's error number where that fails.
  private static func take(_ kind: Int32, _ descriptor: Int32) -> Int32? {
    while flock(descriptor, kind | LOCK_NB) != 0 {
      if errno != EINTR { return errno }
    }
    return nil
  }

  private static func path(_ folder: URL) -> String {
    folder.appendingPathComponent(name).path
  }
}
