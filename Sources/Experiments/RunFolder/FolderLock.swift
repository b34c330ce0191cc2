import Foundation

/// Keeps two processes from writing one run folder at the same time.
enum FolderLock {
  /// Runs work while holding the folder; the system lets go of it when the process ends, however.
  static func hold<Result>(_ folder: RunFolder, _ work: () throws -> Result) throws -> Result {
    let path = folder.url.appendingPathComponent(".lock").path
    let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ExperimentError(
        place: path, cause: "cannot be made: \(String(cString: strerror(errno)))",
        remedy: "make the folder writable, or choose another with --run-dir")
    }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw ExperimentError(
        place: folder.url.path, cause: "another process is working on this run",
        remedy: "wait for it or stop it, or choose another folder with --run-dir")
    }
    return try work()
  }
}
