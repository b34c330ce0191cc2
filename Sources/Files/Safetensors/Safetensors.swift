import Foundation

#if !_endian(little)
  #error("safetensors are little-endian and copied as they are; this machine is big-endian")
#endif

/// Named tensors and text that lie together in one safetensors file.
///
/// The same content always gives the same bytes. The format: 8 bytes little-endian length of a JSON
/// header, the header, padded with spaces to a multiple of 8, then the tensors' bytes without gaps.
///
/// - SeeAlso: https://github.com/huggingface/safetensors
public struct TensorFile: Hashable, Sendable {
  /// Free text by name: step, configuration, version.
  public var metadata: [String: String] = [:]
  /// The tensors by name.
  public var entries: [String: TensorEntry] = [:]
  /// Where it was read from, for messages.
  public private(set) var place = "new tensor file"

  /// Creates an empty file in memory.
  public init() {}

  /// Reads a file.
  ///
  /// - Parameter isSealed: whether it must hold a checksum, as all files do that this type writes.
  /// - Throws: where the file is missing, cut short, damaged, of another format or breaks the
  ///   format's rules.
  public init(contentsOf url: URL, isSealed: Bool = false) throws(FileError) {
    let file = try Self.open(url)
    try self.init(size: file.size, place: url.path, isSealed: isSealed) {
      range throws(SafetensorsProblem) in
      do throws(FileError) {
        return try file.read(range, path: url.path)
      } catch {
        throw SafetensorsProblem(cause: error.cause, remedy: error.remedy)
      }
    }
  }

  private static func open(_ url: URL) throws(FileError) -> RegularFile {
    do throws(FileError) {
      return try RegularFile(url)
    } catch {
      guard error.code == ENOENT else { throw error }
      throw FileError(
        operation: "read", place: url.path, cause: "there is no such file",
        remedy: "check the path", code: ENOENT)
    }
  }

  /// Reads a file's bytes.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - place: what messages call it.
  ///   - isSealed: whether it must hold a checksum.
  public init(bytes: [UInt8], place: String, isSealed: Bool = false) throws(FileError) {
    try self.init(size: bytes.count, place: place, isSealed: isSealed) {
      range throws(SafetensorsProblem) in Array(bytes[range])
    }
  }

  private init(
    size: Int, place: String, isSealed: Bool,
    _ bytes: (Range<Int>) throws(SafetensorsProblem) -> [UInt8]
  ) throws(FileError) {
    self.place = place
    do throws(SafetensorsProblem) {
      let contents = try SafetensorsReader.read(size: size, bytes)
      (metadata, entries) = (contents.metadata, contents.entries)
      guard contents.isSealed || !isSealed else {
        throw .damaged("it has no checksum")
      }
    } catch {
      throw FileError(
        operation: "read", place: place, cause: error.cause, remedy: error.remedy)
    }
  }

  /// The names of the tensors in the order of their UTF-8 bytes.
  public var names: [String] { entries.keys.sorted(by: utf8Precedes) }

  /// The elements of a tensor that must be there with a certain type and shape.
  ///
  /// - Parameter finite: whether NaN and the infinities are refused.
  /// - Throws: where it is missing, or has another type or shape, naming both.
  public func values<Element: TensorElement>(
    _ name: String, as type: Element.Type = Element.self, shape: [Int]? = nil,
    finite: Bool = false
  ) throws(FileError) -> [Element] {
    guard let entry = entries[name] else {
      throw mismatch(name, "is missing; the file has \(entries.count) tensors")
    }
    if let shape, shape != entry.shape {
      throw mismatch(name, "has shape \(entry.shape) where \(shape) is needed")
    }
    guard let values = entry.values(as: type) else {
      throw mismatch(
        name, "is \(entry.elementType.rawValue) where \(type.elementType.rawValue) is needed")
    }
    if finite, let wrong = values.first(where: { !$0.isFiniteNumber }) {
      throw mismatch(name, "holds \(wrong) where every number must be finite")
    }
    return values
  }

  /// A whole number that must be there and lie in a range.
  ///
  /// - Throws: where it is missing, of another kind, or outside.
  public func counter(
    _ name: String, in range: ClosedRange<Int64> = 0...1 << 48
  ) throws(FileError) -> Int {
    let value = try values(name, as: Int64.self, shape: [1])[0]
    guard range.contains(value) else {
      throw mismatch(name, "holds \(value) where \(range.lowerBound) to \(range.upperBound) can be")
    }
    return Int(value)
  }

  private func mismatch(_ name: String, _ cause: String) -> FileError {
    FileError(
      operation: "read", place: place, cause: "tensor '\(name)' \(cause)",
      remedy: "give a checkpoint that was written with the same configuration")
  }

  /// The bytes of the file.
  ///
  /// - Parameter isSealed: whether a checksum of all of it stands in its metadata, as `checksum`.
  public func serialized(isSealed: Bool = false) -> [UInt8] {
    SafetensorsWriter.bytes(metadata: metadata, entries: entries, isSealed: isSealed)
  }

  /// Writes the file with its checksum, whole or not at all: an older one stays until the new one is
  /// on disk.
  public func write(to url: URL) throws(FileError) {
    try writeDurably(serialized(isSealed: true), to: url.path)
  }
}

/// The order of Rust's and C's strings, which the format sorts by; Swift's own compares characters.
package func utf8Precedes(_ a: String, _ b: String) -> Bool {
  a.utf8.lexicographicallyPrecedes(b.utf8)
}
