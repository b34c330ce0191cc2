/// The checksum of a safetensors file, kept in its metadata as `checksum`: `xxh64:` and 16 digits.
///
/// It is the XXH64 of the tensors' bytes in the order of the file, and then of the header with zeros in
/// the place of the digits.
enum SafetensorsChecksum {
  /// The name in the metadata.
  static let name = "checksum"
  /// The value before the digits are known.
  static let blank = "xxh64:0000000000000000"

  private static let lead = Array("\"checksum\":\"xxh64:".utf8)
  private static let digitCount = 16

  /// Puts the checksum of a whole file into a header that was written with a blank.
  static func seal(_ header: inout [UInt8], data: Checksum) {
    guard let digits = digits(in: header) else { return }
    header.replaceSubrange(digits, with: text(data, header).utf8.suffix(digitCount))
  }

  /// What the metadata of an intact file say, given its header and the checksum of its data.
  static func expected(_ header: [UInt8], data: Checksum) -> String? {
    guard let digits = digits(in: header) else { return nil }
    var blank = header
    for place in digits { blank[place] = UInt8(ascii: "0") }
    return text(data, blank)
  }

  private static func text(_ data: Checksum, _ header: [UInt8]) -> String {
    var checksum = data
    header.withUnsafeBytes { checksum.add($0) }
    return "xxh64:" + checksum.text
  }

  private static func digits(in header: [UInt8]) -> Range<Int>? {
    let last = header.count - lead.count - digitCount
    guard last >= 0,
      let place = (0...last).first(where: { header[$0...].starts(with: lead) })
    else { return nil }
    return place + lead.count..<place + lead.count + digitCount
  }
}

extension TensorFile {
  /// A checksum of the tensors' names and bytes: what two processes compare to see that they hold the same.
  package var contentHash: UInt64 {
    var checksum = Checksum()
    for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
      Array(name.utf8).withUnsafeBytes { checksum.add($0) }
      entry.bytes.withUnsafeBytes { checksum.add($0) }
    }
    return checksum.value
  }
}
