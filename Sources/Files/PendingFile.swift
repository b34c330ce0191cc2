import Foundation

/// A file that takes its name only when it is complete and on disk.
///
/// Bytes go to `.NAME.partial` in the same folder; `commit` syncs them, renames the file over that of
/// the name, and syncs the folder, so that a reader sees the old file or the whole new one. A pending
/// file that is let go leaves nothing; what a killed process leaves, the next one takes the place of.
package final class PendingFile {
  /// Where the file will be.
  package let path: String
  private let operation: String?
  private let folder: String
  private let partial: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private var failure: FileError?

  private static let bufferSize = 1 << 16

  /// Begins a file.
  ///
  /// - Parameter operation: what errors say was being done; nil says which step it was.
  package init(path: String, operation: String? = nil) throws(FileError) {
    (self.path, self.operation) = (path, operation)
    let url = URL(fileURLWithPath: path)
    folder = url.deletingLastPathComponent().path
    partial = folder + "/." + url.lastPathComponent + ".partial"
    // Whatever stands there, a planted link included, is not written to.
    unlink(partial)
    descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw FileError(operation: operation ?? "create", path: path) }
  }

  deinit { discard() }

  /// Appends bytes; a failure is kept for `commit`.
  package func write(_ bytes: UnsafeRawBufferPointer) {
    guard descriptor >= 0, failure == nil else { return }
    if buffer.count + bytes.count > Self.bufferSize { flush() }
    if bytes.count < Self.bufferSize {
      buffer.append(contentsOf: bytes)
    } else {
      writeOut(bytes)
    }
  }

  /// The reason why a write failed, where one did.
  package var writeFailure: FileError? { failure }

  /// Syncs the bytes and gives the file its name.
  package func commit() throws(FileError) {
    guard descriptor >= 0 else { return }
    flush()
    if failure == nil, fsync(descriptor) != 0 { fail("sync") }
    if close(descriptor) != 0 { fail("close") }
    descriptor = -1
    if failure == nil, rename(partial, path) != 0 { fail("rename") }
    if let failure {
      unlink(partial)
      throw failure
    }
    try syncFolder(folder)
  }

  private func flush() {
    buffer.withUnsafeBytes { writeOut($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeOut(_ bytes: UnsafeRawBufferPointer) {
    guard failure == nil else { return }
    do throws(FileError) {
      try writeFully(bytes, to: descriptor, path: path)
    } catch {
      fail("write", error.code)
    }
  }

  private func fail(_ step: String, _ code: Int32 = errno) {
    if failure == nil {
      failure = FileError(operation: operation ?? step, path: path, code: code)
    }
  }

  private func discard() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(partial)
    descriptor = -1
  }
}

/// Replaces a file so that at every moment either the old or the new content is there, whole.
package func writeDurably(_ bytes: [UInt8], to path: String) throws(FileError) {
  let file = try PendingFile(path: path)
  bytes.withUnsafeBytes { file.write($0) }
  try file.commit()
}

/// Makes the entries of a folder durable: new names and renames.
package func syncFolder(_ folder: String) throws(FileError) {
  let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileError(operation: "open", path: folder) }
  defer { close(descriptor) }
  // Some file systems cannot sync a folder and say EINVAL; there is nothing more to be done there.
  guard fsync(descriptor) == 0 || errno == EINVAL else {
    throw FileError(operation: "sync", path: folder)
  }
}

/// Writes all bytes to an open file, however many calls it takes.
package func writeFully(
  _ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String
) throws(FileError) {
  var done = 0
  while done < bytes.count {
    let written = write(
      descriptor, UnsafeRawBufferPointer(rebasing: bytes[done...]).baseAddress, bytes.count - done)
    if written >= 0 {
      done += written
    } else if errno == EAGAIN {
      var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      poll(&waiting, 1, -1)
    } else if errno != EINTR {
      throw FileError(operation: "write", path: path)
    }
  }
}
