import Foundation

/// A file of one JSON value a line that is only appended to, and survives being killed.
///
/// A line is whole or absent: opening cuts a last line that was half written, and a failed append is
/// taken back.
public final class JSONLines {
  /// The file.
  public let url: URL
  /// Lines that are in the file.
  public private(set) var count: Int
  private let descriptor: Int32
  private var size: Int

  /// Opens a file, or creates it.
  ///
  /// - Throws: `FileError` where it cannot be opened, read or mended.
  public init(at url: URL) throws {
    let descriptor = open(
      url.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
    guard descriptor >= 0 else {
      throw FileError(operation: "open", path: url.path)
    }
    do {
      let ends = try Self.lineEnds(of: url)
      (count, size) = (ends.count, ends.last ?? 0)
      guard ftruncate(descriptor, off_t(size)) == 0 else {
        throw FileError(operation: "cut", path: url.path)
      }
    } catch {
      close(descriptor)
      throw error
    }
    self.url = url
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  /// Appends values, one a line.
  ///
  /// - Throws: `FileError` such as for a full disk; the file is then as it was.
  public func append(_ values: JSONValue...) throws {
    try append(values)
  }

  /// Appends values, one a line.
  public func append(_ values: [JSONValue]) throws {
    let bytes = values.flatMap { [UInt8](($0.line + "\n").utf8) }
    do {
      try bytes.withUnsafeBytes { try writeFully($0, to: descriptor, path: url.path) }
    } catch {
      ftruncate(descriptor, off_t(size))
      throw error
    }
    size += bytes.count
    count += values.count
  }

  /// The byte after each line's end.
  private static func lineEnds(of url: URL) throws -> [Int] {
    let bytes = try readFile(url.path, atMost: .max)
    return bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
  }
}
