import Foundation

/// A regular file that is open for reading; anything else, such as a pipe or a device, is refused.
///
/// Opening never waits, and the size is known before anything is read.
package final class RegularFile: Sendable {
  /// The file's path.
  package let path: String
  /// Its bytes when it was opened.
  package let size: Int
  /// The open file.
  package let descriptor: Int32
  private let operation: String

  /// Opens a file.
  ///
  /// - Parameter operation: what errors say was being done.
  package init(_ path: String, operation: String = "open") throws(FileError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw FileError(operation: operation, path: path) }
    (self.path, self.operation) = (path, operation)
    var status = stat()
    let isExamined = fstat(descriptor, &status) == 0
    size = Int(status.st_size)
    guard isExamined else { throw FileError(operation: operation, path: path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError(
        operation: operation, place: path,
        cause: "it is \(Self.name(ofKind: status.st_mode & S_IFMT)), not a file",
        remedy: "put the file there that belongs there")
    }
  }

  deinit { close(descriptor) }

  /// The bytes of a range.
  ///
  /// - Throws: also where the file has become shorter.
  package func read(_ range: Range<Int>) throws(FileError) -> [UInt8] {
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      count = 0
      while count < range.count {
        let got = pread(
          descriptor, buffer.baseAddress.map { $0 + count }, range.count - count,
          off_t(range.lowerBound + count))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failure = FileError(operation: operation, path: path) }
        if got <= 0 { break }
        count += got
      }
    }
    if let failure { throw failure }
    guard bytes.count == range.count else {
      throw FileError(
        operation: operation, place: path, cause: "the file became shorter while it was read",
        remedy: "let no other program write it, and try again")
    }
    return bytes
  }

  private static func name(ofKind kind: mode_t) -> String {
    switch kind {
    case S_IFDIR: "a folder"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }
}

/// Reads a whole file.
///
/// - Parameter limit: bytes beyond which it cannot be what is meant.
package func readFile(
  _ path: String, operation: String = "read", limit: Int = 1 << 30
) throws(FileError) -> [UInt8] {
  let file = try RegularFile(path, operation: operation)
  guard file.size <= limit else {
    throw FileError(
      operation: operation, place: path,
      cause: "it has \(file.size) bytes, more than \(limit)",
      remedy: "give the file that belongs there")
  }
  return try file.read(0..<file.size)
}
