import Foundation

/// Writes a `.npy` file row by row; how many rows there will be need not be known.
///
/// Until `finish()` the file's head says that it has no rows.
public final class NpyWriter<Element: NpyElement> {
  /// The file.
  public let url: URL
  /// Extents of one row; empty where a row is one element.
  public let rowShape: [Int]
  /// Rows written.
  public private(set) var rows = 0
  private let descriptor: Int32
  private var sum = Checksum()

  /// The checksum of all elements so far, in 16 hexadecimal digits: XXH64 of what follows the head.
  public var checksum: String { sum.text }

  /// Creates the file, replacing one of that name.
  public init(at url: URL, rowShape: [Int] = []) throws {
    precondition(
      Self.head(rows: 0, rowShape).count == Self.head(rows: .max, rowShape).count,
      "NpyWriter: a row shape of \(rowShape.count) extents leaves no room for the number of rows")
    self.url = url
    self.rowShape = rowShape
    // Whatever stands there, a planted link included, is not written to.
    unlink(url.path)
    descriptor = open(url.path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw FileError(operation: "create", path: url.path)
    }
    try writeHead(rows: 0)
  }

  deinit {
    close(descriptor)
  }

  /// Writes an array whole.
  ///
  /// - Precondition: the shape holds as many elements as there are.
  public static func write(_ elements: [Element], shape: [Int], to url: URL) throws {
    precondition(
      shape.reduce(1, *) == elements.count,
      "NpyWriter: \(elements.count) elements for shape \(shape)")
    let header = NpyHeader(description: Element.npyDescription, shape: shape)
    try DurableFile.write(header.bytes + elements.withUnsafeBytes { [UInt8]($0) }, to: url)
  }

  /// Appends rows.
  ///
  /// - Precondition: the elements make whole rows.
  public func append(_ elements: [Element]) throws {
    let size = rowShape.reduce(1, *)
    precondition(
      size > 0 && elements.count % size == 0,
      "NpyWriter.append: \(elements.count) elements are no whole rows of shape \(rowShape)")
    try elements.withUnsafeBytes {
      try writeFully($0, to: descriptor, path: url.path)
      sum.add($0)
    }
    rows += elements.count / size
  }

  /// Writes the head with the number of rows, and waits until everything is on disk.
  public func finish() throws {
    guard lseek(descriptor, 0, SEEK_SET) == 0 else {
      throw FileError(operation: "seek", path: url.path)
    }
    try writeHead(rows: rows)
    guard fsync(descriptor) == 0 else {
      throw FileError(operation: "sync", path: url.path)
    }
    lseek(descriptor, 0, SEEK_END)
  }

  /// The padding makes the head equally long for any number of rows, unless there are many extents.
  private static func head(rows: Int, _ rowShape: [Int]) -> [UInt8] {
    NpyHeader(description: Element.npyDescription, shape: [rows] + rowShape).bytes
  }

  private func writeHead(rows: Int) throws {
    try Self.head(rows: rows, rowShape).withUnsafeBytes {
      try writeFully($0, to: descriptor, path: url.path)
    }
  }
}
