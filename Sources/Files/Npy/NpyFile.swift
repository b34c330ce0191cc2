import Foundation

/// A `.npy` file mapped into memory: only what is read is loaded, and nothing is copied.
///
/// Where the file is shortened while it is open, reading it ends the program with a message.
public final class NpyFile<Element: NpyElement>: Sendable {
  /// Extents, row-major.
  public let shape: [Int]
  private let mapping: FileMapping
  private let start: Int

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - shape: the extents it must have; nil accepts any.
  ///   - checksum: that of its elements, as `NpyWriter.checksum` gave it; nil checks nothing.
  /// - Throws: `FileError` where it is missing, no regular file, cut short, damaged, of another
  ///   format, element type or shape.
  public init(at url: URL, shape expected: [Int]? = nil, checksum: String? = nil) throws {
    let file = try RegularFile(url)
    let mapping = try FileMapping(file, path: url.path)
    do throws(NpyProblem) {
      let (header, start) = try NpyHeader.read(mapping.bytes)
      let data = UnsafeRawBufferPointer(rebasing: mapping.bytes[start...])
      try Self.check(header, expected, dataSize: data.count)
      // A Bool whose byte is neither 0 nor 1 would break the language's rules.
      if Element.self == Bool.self, data.contains(where: { $0 > 1 }) {
        throw NpyProblem("has bytes that are neither true nor false", .foreign)
      }
      shape = header.shape
      self.start = start
    } catch {
      throw FileError(place: url.path, cause: error.cause, remedy: error.remedy)
    }
    self.mapping = mapping
    guard let checksum, try file.checksum(from: start, path: url.path).text != checksum else {
      return
    }
    throw FileError(
      place: url.path, cause: "is damaged: its checksum is not the one it was written with",
      remedy: "copy it again from where it came, or collect the data again")
  }

  private static func check(
    _ header: NpyHeader, _ expected: [Int]?, dataSize: Int
  ) throws(NpyProblem) {
    guard header.description == Element.npyDescription else {
      throw NpyProblem(
        "holds \(NpyHeader.words(header.description)) where "
          + "\(NpyHeader.words(Element.npyDescription)) are needed", .foreign)
    }
    if let expected, expected != header.shape {
      throw NpyProblem("has shape \(header.shape) where \(expected) is needed", .foreign)
    }
    guard let size = header.dataSize(elementSize: MemoryLayout<Element>.size) else {
      throw NpyProblem("has a shape beyond all sizes: \(header.shape)", .foreign)
    }
    guard size <= dataSize else {
      throw NpyProblem("should have \(size) bytes of data, has \(dataSize)", .truncated)
    }
    guard size == dataSize else {
      throw NpyProblem("has \(dataSize - size) bytes after its data", .foreign)
    }
  }

  /// The elements, row-major; valid as long as the file is open.
  public var elements: UnsafeBufferPointer<Element> {
    let bytes = UnsafeRawBufferPointer(rebasing: mapping.bytes[start...])
    return bytes.assumingMemoryBound(to: Element.self)
  }

  /// Elements of one row: the product of all extents but the first.
  public var rowSize: Int { shape.dropFirst().reduce(1, *) }

  /// One row; valid as long as the file is open.
  public func row(_ index: Int) -> UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(rebasing: elements[index * rowSize..<(index + 1) * rowSize])
  }
}

/// A whole file as read-only memory: mapped, or copied where it is small.
///
/// A mapping takes a page whatever its size, and a process may have some ten thousand of them: a data set
/// of many small shards would use them up.
private final class FileMapping: @unchecked Sendable {
  // Unchecked, because a pointer is not Sendable: the memory behind this one is never written.
  let bytes: UnsafeRawBufferPointer
  private let place: Int?
  private let isCopy: Bool

  private static let largestCopy = 4096

  init(_ file: borrowing RegularFile, path: String) throws(FileError) {
    // An empty mapping is refused by the system; an empty file is refused by who reads it.
    guard file.size > 0 else {
      (bytes, place, isCopy) = (UnsafeRawBufferPointer(start: nil, count: 0), nil, false)
      return
    }
    guard file.size > Self.largestCopy else {
      let contents = try file.read(0..<file.size, path: path)
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: file.size, alignment: 64)
      memory.copyBytes(from: contents)
      (bytes, place, isCopy) = (UnsafeRawBufferPointer(memory), nil, true)
      return
    }
    isCopy = false
    let base = mmap(nil, file.size, PROT_READ, MAP_SHARED, file.descriptor, 0)
    guard base != MAP_FAILED else { throw FileError(operation: "map", path: path) }
    bytes = UnsafeRawBufferPointer(start: base, count: file.size)
    place = MappedFiles.add(bytes, path: path)
  }

  deinit {
    guard let base = bytes.baseAddress else { return }
    guard !isCopy else { return bytes.deallocate() }
    MappedFiles.remove(place)
    munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
  }
}
