import Foundation

/// The bytes of a file, or of a part of it, read from front to back and unpacked on the way.
///
/// Only a piece of them is in memory at a time.
package final class FileBytes {
  /// How bytes are packed.
  package enum Packing: Sendable {
    /// Not at all.
    case none
    /// As `gzip` packs them.
    case gzip
    /// As zip files pack them.
    case deflate
  }

  /// The file, for messages.
  package let path: String
  private let file: RegularFile
  private let end: Int
  private var place: Int
  private let inflation: Inflation?
  private var packed: [UInt8] = []

  private static let pieceBytes = 1 << 17

  /// Opens a file.
  ///
  /// - Parameter range: the part that is read; nil for all of it.
  package init(_ url: URL, range: Range<Int>? = nil, packing: Packing = .none) throws(FileError) {
    file = try RegularFile(url)
    path = url.path
    let whole = range ?? 0..<file.size
    guard whole.upperBound <= file.size else {
      throw Self.cutShort(url.path, "has \(file.size) bytes where \(whole.upperBound) are needed")
    }
    (place, end) = (whole.lowerBound, whole.upperBound)
    inflation =
      switch packing {
      case .none: nil
      case .gzip: try Inflation(isGzip: true, path: url.path)
      case .deflate: try Inflation(isGzip: false, path: url.path)
      }
  }

  /// Bytes of the whole file, as it lies on disk.
  package var fileSize: Int { file.size }

  /// Reads on.
  ///
  /// - Returns: how many bytes were read: fewer than fit only at the end.
  /// - Throws: also where packed bytes are damaged or end too early.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    guard let inflation else { return try readPlain(into: buffer) }
    var done = 0
    while done < buffer.count && !inflation.isAtEnd {
      if inflation.isHungry { try feed(inflation) }
      done += try inflation.inflate(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[done...]), path: path)
    }
    return done
  }

  /// Reads on, exactly so many bytes.
  ///
  /// - Throws: where there are fewer.
  package func readFully(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
    let count = try read(into: buffer)
    guard count == buffer.count else {
      throw Self.cutShort(path, "ends \(buffer.count - count) bytes too early")
    }
  }

  /// Reads on, exactly so many bytes.
  package func bytes(_ count: Int) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBufferPointer { buffer throws(FileError) in
      try readFully(into: UnsafeMutableRawBufferPointer(buffer))
    }
    return bytes
  }

  /// Whether nothing follows.
  package func isAtEnd() throws(FileError) -> Bool {
    var byte: [UInt8] = [0]
    return try byte.withUnsafeMutableBufferPointer { buffer throws(FileError) in
      try read(into: UnsafeMutableRawBufferPointer(buffer)) == 0
    }
  }

  private func readPlain(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    let most = min(buffer.count, end - place)
    let count = try file.read(
      into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<most]), from: place, path: path)
    place += count
    return count
  }

  private func feed(_ inflation: Inflation) throws(FileError) {
    packed = [UInt8](repeating: 0, count: Self.pieceBytes)
    let count = try packed.withUnsafeMutableBufferPointer { buffer throws(FileError) in
      try readPlain(into: UnsafeMutableRawBufferPointer(buffer))
    }
    guard count > 0 else { throw Self.cutShort(path, "its packed bytes end too early") }
    inflation.feed(packed[..<count])
  }

  /// An error of a file that is too short.
  package static func cutShort(_ path: String, _ cause: String) -> FileError {
    FileError(place: path, cause: cause, remedy: "the file is cut short: copy it again whole")
  }
}
