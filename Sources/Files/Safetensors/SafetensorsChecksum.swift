/// The checksum of a safetensors file, kept in its metadata as `checksum`: `xxh64:` and 16 digits.
///
/// It is the xxh64 of each tensor's bytes in the order of the file, each begun with the one before
/// as its seed (the first with 0), and last of the header with zeros in the place of the digits.
enum SafetensorsChecksum {
  /// The name in the metadata.
  static let name = "checksum"
  /// The value before the digits are known.
  static let blank = "xxh64:0000000000000000"

  private static let lead = Array("\"checksum\":\"xxh64:".utf8)
  private static let digitCount = 16

  /// Goes on with the bytes of a tensor, or of the header.
  static func add(_ bytes: [UInt8], to hash: UInt64) -> UInt64 {
    bytes.withUnsafeBytes { XXHash64.hash($0, seed: hash) }
  }

  /// A hash as it stands in the metadata.
  static func text(_ hash: UInt64) -> String {
    let digits = String(hash, radix: 16)
    return "xxh64:" + String(repeating: "0", count: digitCount - digits.count) + digits
  }

  /// Puts the hash of a whole file into a header that was written with a blank.
  static func seal(_ header: inout [UInt8], data hash: UInt64) {
    guard let digits = digits(in: header) else { return }
    header.replaceSubrange(digits, with: text(add(header, to: hash)).utf8.suffix(digitCount))
  }

  /// What the metadata of an intact file say, given its header and the hash of its data.
  static func expected(_ header: [UInt8], data hash: UInt64) -> String? {
    guard let digits = digits(in: header) else { return nil }
    var blank = header
    for place in digits { blank[place] = UInt8(ascii: "0") }
    return text(add(blank, to: hash))
  }

  private static func digits(in header: [UInt8]) -> Range<Int>? {
    let last = header.count - lead.count - digitCount
    guard last >= 0,
      let place = (0...last).first(where: { header[$0...].starts(with: lead) })
    else { return nil }
    return place + lead.count..<place + lead.count + digitCount
  }
}
