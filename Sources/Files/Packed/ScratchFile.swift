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
    guard let descriptor = NamelessFile.open(in: path) else {
      throw FileError(operation: "create a file in", path: path)
    }
    self.descriptor = descriptor
    buffer.reserveCapacity(Self.bufferBytes)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Appends bytes.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if buffer.count + bytes.count > Self.bufferBytes { try flush() }
    buffer.append(contentsOf: bytes)
  }

  /// Appends bytes of an array.
  package func append(_ bytes: [UInt8]) throws(FileError) {
    try bytes.withUnsafeBufferPointer { bytes throws(FileError) in
      try append(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Makes the file longer: what was not written is zeros, which take no room on most disks.
  ///
  /// - Throws: where the disk has not the room that they would take on others.
  package func extend(to bytes: Int) throws(FileError) {
    try flush()
    var disk = statvfs()
    guard fstatvfs(descriptor, &disk) == 0 else {
      throw FileError(operation: "examine the disk of", path: path)
    }
    let free = Int(disk.f_bavail) * Int(disk.f_frsize)
    guard bytes <= free else {
      throw FileError(
        operation: "make room in", place: path,
        cause: "a file of \(bytes) bytes is wanted, \(free) are free",
        remedy: "free space there, or set TMPDIR to a folder on a disk with more")
    }
    guard ftruncate(descriptor, off_t(bytes)) == 0 else {
      throw FileError(operation: "make room in", path: path)
    }
    size = bytes
  }

  /// A path by which this process can open the file, as long as it is there.
  package var ownPath: String { "/proc/self/fd/\(descriptor)" }

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
