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
  /// - Throws: where the file is missing, cut short, of another format or breaks the format's rules.
  public init(contentsOf url: URL) throws(FileError) {
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      let exists = FileManager.default.fileExists(atPath: url.path)
      throw FileError(
        operation: "read", place: url.path,
        cause: exists ? "the file cannot be read" : "there is no such file",
        remedy: exists ? "check its permissions" : "check the path")
    }
    try self.init(bytes: [UInt8](data), place: url.path)
  }

  /// Reads a file's bytes.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - place: what messages call it.
  public init(bytes: [UInt8], place: String) throws(FileError) {
    self.place = place
    do {
      (metadata, entries) = try SafetensorsReader.read(bytes)
    } catch {
      throw FileError(
        operation: "read", place: place, cause: error.cause, remedy: error.remedy)
    }
  }

  /// The names of the tensors in the order of their UTF-8 bytes.
  public var names: [String] { entries.keys.sorted(by: utf8Precedes) }

  /// The elements of a tensor that must be there with a certain type and shape.
  ///
  /// - Throws: where it is missing, or has another type or shape, naming both.
  public func values<Element: TensorElement>(
    _ name: String, as type: Element.Type = Element.self, shape: [Int]? = nil
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
    return values
  }

  private func mismatch(_ name: String, _ cause: String) -> FileError {
    FileError(
      operation: "read", place: place, cause: "tensor '\(name)' \(cause)",
      remedy: "give a checkpoint that was written with the same configuration")
  }

  /// The bytes of the file.
  public func serialized() -> [UInt8] {
    SafetensorsWriter.bytes(metadata: metadata, entries: entries)
  }

  /// Writes the file whole or not at all: an older one stays until the new one is on disk.
  public func write(to url: URL) throws(FileError) {
    try writeDurably(serialized(), to: url.path)
  }
}

/// The order of Rust's and C's strings, which the format sorts by; Swift's own compares characters.
package func utf8Precedes(_ a: String, _ b: String) -> Bool {
  a.utf8.lexicographicallyPrecedes(b.utf8)
}
