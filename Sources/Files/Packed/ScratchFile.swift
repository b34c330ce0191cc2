import Foundation

/// A file without a name, to write to and then to read from: it is gone with the process, whatever ends it.
package final class ScratchFile {
  private let path: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private var size = 0

  private static let bufferBytes = 1 << 20

  /// Creates a file on the disk of a folder.
  package init(in folder: URL) throws(FileError) {
    path = folder.path
    var template = Array((folder.path + "/.umwelt-scratch-XXXXXX").utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw FileError(operation: "create a file in", path: path) }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
    buffer.reserveCapacity(Self.bufferBytes)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Appends bytes.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if buffer.count + bytes.count > Self.bufferBytes { try flush() }
    buffer.append(contentsOf: bytes)
  }

  /// Ends the writing.
  package func finish() throws(FileError) -> RegularFile {
    try flush()
    defer { descriptor = -1 }
    return RegularFile(adopting: descriptor, size: size)
  }

  private func flush() throws(FileError) {
    try buffer.withUnsafeBufferPointer { bytes throws(FileError) in
      try writeFully(UnsafeRawBufferPointer(bytes), to: descriptor, path: path)
    }
    size += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }
}
