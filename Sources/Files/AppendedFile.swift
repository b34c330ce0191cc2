import Foundation

/// A file that is only appended to, and survives being killed: a piece is whole or absent.
///
/// Opening cuts what was half written, and a failed append is taken back.
final class AppendedFile {
  let url: URL
  /// Bytes in the file.
  private(set) var size: Int
  private let descriptor: Int32

  /// Opens a file, or creates it.
  ///
  /// - Parameter whole: how many of the bytes in the file, from its beginning, are whole pieces.
  /// - Throws: `FileError` where it cannot be opened, read or mended.
  init(at url: URL, keeping whole: ([UInt8]) -> Int) throws {
    let descriptor = open(
      url.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
    guard descriptor >= 0 else {
      throw FileError(operation: "open", path: url.path)
    }
    do {
      size = whole(try readFile(url.path, atMost: .max))
      guard ftruncate(descriptor, off_t(size)) == 0 else {
        throw FileError(operation: "cut", path: url.path)
      }
    } catch {
      close(descriptor)
      throw error
    }
    (self.url, self.descriptor) = (url, descriptor)
  }

  deinit {
    close(descriptor)
  }

  /// Appends bytes.
  ///
  /// - Throws: `FileError` such as for a full disk; the file is then as it was.
  func append(_ bytes: [UInt8]) throws {
    do {
      try bytes.withUnsafeBytes { try writeFully($0, to: descriptor, path: url.path) }
    } catch {
      ftruncate(descriptor, off_t(size))
      throw error
    }
    size += bytes.count
  }
}
