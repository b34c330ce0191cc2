/// A broken rule of the format: what was found and what to do.
package struct SafetensorsProblem: Error {
  package var cause: String
  package var remedy: String

  /// A file that is not, or not quite, of this format.
  package static func foreign(_ cause: String) -> Self {
    Self(cause: cause, remedy: "give a safetensors file that is intact")
  }
  /// A file that ends too early.
  package static func truncated(_ cause: String) -> Self {
    Self(cause: cause, remedy: "the file is cut short: copy or write it again")
  }
}

/// Reads the safetensors format and refuses whatever breaks its rules.
package enum SafetensorsReader {
  /// The reference reader's limit.
  package static let largestHeader = 100_000_000

  package static func read(
    _ bytes: [UInt8]
  ) throws(SafetensorsProblem) -> ([String: String], [String: TensorEntry]) {
    let headerEnd = try headerEnd(bytes)
    var scanner = SafetensorsHeaderScanner(bytes[8..<headerEnd])
    let header = try scanner.scan()
    try checkCoverage(header.tensors, of: bytes.count - headerEnd)
    var entries: [String: TensorEntry] = [:]
    for tensor in header.tensors {
      let range = headerEnd + tensor.begin..<headerEnd + tensor.end
      entries[tensor.name] = TensorEntry(
        elementType: tensor.elementType, shape: tensor.shape, bytes: [UInt8](bytes[range]))
    }
    return (header.metadata, entries)
  }

  private static func headerEnd(_ bytes: [UInt8]) throws(SafetensorsProblem) -> Int {
    guard bytes.count >= 8 else {
      throw .truncated("the file has \(bytes.count) bytes, fewer than the 8 of its header's length")
    }
    let length = bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length <= largestHeader else {
      throw .foreign("the header would have \(length) bytes, more than \(largestHeader)")
    }
    let end = 8 + Int(length)
    guard end <= bytes.count else {
      throw .truncated("the header should end at byte \(end), the file has \(bytes.count)")
    }
    guard length > 0, bytes[8] == UInt8(ascii: "{") else {
      throw .foreign("the header does not begin with '{'")
    }
    return end
  }

  /// The tensors must fill the buffer from its first to its last byte, without gap or overlap.
  private static func checkCoverage(
    _ tensors: [SafetensorsHeader.Tensor], of size: Int
  ) throws(SafetensorsProblem) {
    var covered = 0
    for tensor in tensors.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      guard tensor.begin == covered else {
        let what = tensor.begin > covered ? "a gap before it" : "an overlap with the one before"
        throw .foreign(
          "tensor '\(tensor.name)' begins at byte \(tensor.begin) of the data, not at \(covered):"
            + " \(what)")
      }
      covered = tensor.end
    }
    guard covered <= size else {
      throw .truncated("the tensors need \(covered) bytes of data, the file has \(size)")
    }
    guard covered == size else {
      throw .foreign("\(size - covered) bytes follow after the last tensor")
    }
  }
}
