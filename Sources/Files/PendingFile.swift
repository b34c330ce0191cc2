import Glibc

/// A file that takes its name only when it is complete and on disk.
///
/// Bytes go to a hidden temporary name in the same folder; `commit` syncs and renames, so that a
/// reader sees the old file or the whole new one. A pending file that is let go leaves nothing.
package final class PendingFile {
  package let path: String
  private let operation: String
  private let temporaryPath: String
  private var stream: UnsafeMutablePointer<FILE>?
  private var firstFailure: Int32 = 0

  package init(path: String, operation: String) throws(FileError) {
    self.path = path
    self.operation = operation
    let (folder, name) = Self.split(path)
    // Always the same name: what a killed process left, the next write of the file takes over.
    temporaryPath = "\(folder)/.\(name).partial"
    stream = fopen(temporaryPath, "wb")
    if stream == nil { throw failure(errno, remedy: "give a path in a folder that can be written") }
  }

  deinit { discard() }

  /// Appends bytes; a failure is kept for `commit`.
  package func write(_ bytes: UnsafeRawBufferPointer) {
    guard let stream, firstFailure == 0, let base = bytes.baseAddress else { return }
    if fwrite(base, 1, bytes.count, stream) != bytes.count { firstFailure = errno }
  }

  /// The reason why a write failed, where one did.
  package var writeFailure: FileError? {
    firstFailure == 0
      ? nil : failure(firstFailure, remedy: "free some space or give another folder")
  }

  /// Syncs the bytes and gives the file its name.
  package func commit() throws(FileError) {
    guard let stream else { return }
    if firstFailure == 0, fflush(stream) != 0 || fsync(fileno(stream)) != 0 { firstFailure = errno }
    self.stream = nil
    if fclose(stream) != 0, firstFailure == 0 { firstFailure = errno }
    if firstFailure == 0, rename(temporaryPath, path) != 0 { firstFailure = errno }
    if let writeFailure {
      unlink(temporaryPath)
      throw writeFailure
    }
    syncFolder()
  }

  private func discard() {
    guard let stream else { return }
    fclose(stream)
    unlink(temporaryPath)
    self.stream = nil
  }

  /// Makes the new name itself last; some file systems cannot, which is no failure.
  private func syncFolder() {
    let folder = open(Self.split(path).folder, O_RDONLY | O_DIRECTORY)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  private func failure(_ code: Int32, remedy: String) -> FileError {
    FileError(
      operation: operation, place: path, cause: String(cString: strerror(code)), remedy: remedy)
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
  }
}

/// Reads a whole file.
package func readFile(_ path: String, operation: String) throws(FileError) -> [UInt8] {
  func failure() -> FileError {
    FileError(
      operation: operation, place: path, cause: String(cString: strerror(errno)),
      remedy: "give the path of a file that can be read")
  }
  guard let stream = fopen(path, "rb") else { throw failure() }
  defer { fclose(stream) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&chunk, 1, chunk.count, stream)
    if count == 0 { break }
    bytes += chunk[..<count]
  }
  if ferror(stream) != 0 { throw failure() }
  return bytes
}
