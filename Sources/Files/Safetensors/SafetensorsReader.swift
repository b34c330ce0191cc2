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
  /// A file whose contents are not those that were written.
  static func damaged(_ cause: String) -> Self {
    Self(cause: cause, remedy: "the file is damaged: restore it from a copy, or make it anew")
  }
}

/// Reads the safetensors format and refuses whatever breaks its rules.
package enum SafetensorsReader {
  /// The reference reader's limit.
  package static let largestHeader = 100_000_000

  /// What a file holds.
  struct Contents {
    var metadata: [String: String]
    var entries: [String: TensorEntry]
    /// Whether a checksum was there, and is right.
    var isSealed: Bool
  }

  /// Reads a file of a size piece by piece: what the header says is checked before the data are read.
  ///
  /// - Parameter bytes: reads a range of the file.
  static func read(
    size: Int, _ bytes: (Range<Int>) throws(SafetensorsProblem) -> [UInt8]
  ) throws(SafetensorsProblem) -> Contents {
    let headerEnd = try headerEnd(size, bytes)
    let headerBytes = try bytes(8..<headerEnd)
    guard headerBytes.first == UInt8(ascii: "{") else {
      throw .foreign("the header does not begin with '{'")
    }
    let header = try SafetensorsHeader(headerBytes)
    try checkCoverage(header.tensors, of: size - headerEnd)
    var contents = Contents(metadata: header.metadata, entries: [:], isSealed: false)
    var data = Checksum()
    let checksum = contents.metadata.removeValue(forKey: SafetensorsChecksum.name)
    for tensor in header.tensors.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      let content = try bytes(headerEnd + tensor.begin..<headerEnd + tensor.end)
      if checksum != nil { content.withUnsafeBytes { data.add($0) } }
      contents.entries[tensor.name] = TensorEntry(
        elementType: tensor.elementType, shape: tensor.shape, bytes: content)
    }
    guard let checksum else { return contents }
    guard checksum == SafetensorsChecksum.expected(headerBytes, data: data) else {
      throw .damaged("its contents are not those that its checksum was made of")
    }
    contents.isSealed = true
    return contents
  }

  private static func headerEnd(
    _ size: Int, _ bytes: (Range<Int>) throws(SafetensorsProblem) -> [UInt8]
  ) throws(SafetensorsProblem) -> Int {
    guard size >= 8 else {
      throw .truncated("the file has \(size) bytes, fewer than the 8 of its header's length")
    }
    let length = try bytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= largestHeader else {
      throw .foreign("the header would have \(length) bytes, more than \(largestHeader)")
    }
    let end = 8 + Int(length)
    guard end <= size else {
      throw .truncated("the header should end at byte \(end), the file has \(size)")
    }
    guard length > 0 else { throw .foreign("the header does not begin with '{'") }
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
