import Foundation

/// Keeps two processes from writing one folder at the same time.
enum FolderLock {
  /// The file that is locked; it stays.
  static let name = ".lock"

  /// Runs work while holding the folder of a run.
  static func hold<Result>(_ folder: RunFolder, _ work: () throws -> Result) throws -> Result {
    try hold(folder.url, work: "run", option: "--run-dir", work)
  }

  /// Runs work while holding a folder; the system lets go of it when the process ends, however.
  ///
  /// - Parameters:
  ///   - folder: an existing folder.
  ///   - name: what another process would be working on.
  ///   - option: which option names another folder.
  static func hold<Result>(
    _ folder: URL, work name: String, option: String, _ work: () throws -> Result
  ) throws -> Result {
    let path = folder.appendingPathComponent(Self.name).path
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ExperimentError(
        place: path, cause: "cannot be made: \(String(cString: strerror(errno)))",
        remedy: "make the folder writable, or choose another with \(option)")
    }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw ExperimentError(
        place: folder.path, cause: "another process is working on this \(name)",
        remedy: "wait for it or stop it, or choose another folder with \(option)")
    }
    return try work()
  }
}
