import Foundation

/// Replaces a file so that at every moment either the old or the new content is there, whole.
///
/// The bytes go to `.NAME.partial` in the same folder, are synced, renamed over the file, and the
/// folder is synced. Where a step fails the old file is as it was and nothing is left behind; what
/// a killed process leaves, the next write of the same file takes over.
package func writeDurably(_ bytes: [UInt8], to path: String) throws(FileError) {
  let url = URL(fileURLWithPath: path)
  let folder = url.deletingLastPathComponent().path
  let partial = folder + "/." + url.lastPathComponent + ".partial"
  do throws(FileError) {
    try writeAndSync(bytes, to: partial)
    guard rename(partial, url.path) == 0 else {
      throw FileError(operation: "rename", path: url.path)
    }
  } catch {
    unlink(partial)
    throw FileError(operation: error.operation, path: url.path, code: error.code)
  }
  try syncFolder(folder)
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
  _ bytes: [UInt8], to descriptor: Int32, path: String
) throws(FileError) {
  var done = 0
  while done < bytes.count {
    let written = bytes.withUnsafeBytes { buffer in
      write(
        descriptor, UnsafeRawBufferPointer(rebasing: buffer[done...]).baseAddress,
        bytes.count - done)
    }
    if written < 0 && errno == EINTR { continue }
    guard written > 0 else { throw FileError(operation: "write", path: path) }
    done += written
  }
}

private func writeAndSync(_ bytes: [UInt8], to path: String) throws(FileError) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw FileError(operation: "create", path: path) }
  do throws(FileError) {
    try writeFully(bytes, to: descriptor, path: path)
    guard fsync(descriptor) == 0 else { throw FileError(operation: "sync", path: path) }
  } catch {
    close(descriptor)
    throw error
  }
  guard close(descriptor) == 0 else { throw FileError(operation: "close", path: path) }
}
