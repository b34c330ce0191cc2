import Foundation

/// A file of one JSON value a line that is only appended to, and survives being killed.
///
/// A line is whole or absent: opening cuts a last line that was half written, and a failed append is
/// taken back.
public final class JSONLines {
  /// Lines that are in the file.
  public private(set) var count: Int
  private let file: AppendedFile

  /// The file.
  public var url: URL { file.url }

  /// Opens a file, or creates it.
  ///
  /// - Throws: `FileError` where it cannot be opened, read or mended.
  public init(at url: URL) throws {
    var lines = 0
    file = try AppendedFile(at: url) { bytes in
      lines = bytes.count { $0 == UInt8(ascii: "\n") }
      return (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    }
    count = lines
  }

  /// Appends values, one a line.
  ///
  /// - Throws: `FileError` such as for a full disk; the file is then as it was.
  public func append(_ values: JSONValue...) throws {
    try append(values)
  }

  /// Appends values, one a line.
  public func append(_ values: [JSONValue]) throws {
    try file.append(values.flatMap { [UInt8](($0.line + "\n").utf8) })
    count += values.count
  }
}
