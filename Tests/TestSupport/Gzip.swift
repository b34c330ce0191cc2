import CZlib

/// Why a recorded file cannot be read.
public struct UnreadableFile: Error, CustomStringConvertible {
  /// Where it should be.
  public let path: String
  /// What is wrong.
  public let description: String
}

/// Files packed with gzip.
public enum Gzip {
  /// The unpacked bytes of a file; one that is not packed comes as it is.
  public static func contents(of path: String) throws -> [UInt8] {
    guard let file = gzopen(path, "rb") else {
      throw UnreadableFile(path: path, description: "\(path): cannot be opened")
    }
    defer { gzclose(file) }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Int(gzread(file, &part, UInt32(part.count)))
      if count < 0 { throw UnreadableFile(path: path, description: "\(path): damaged gzip") }
      if count == 0 { return bytes }
      bytes += part[..<count]
    }
  }

  /// The CRC-32 of bytes.
  public static func checksum(of bytes: [UInt8]) -> UInt32 {
    UInt32(truncatingIfNeeded: crc32(0, bytes, UInt32(bytes.count)))
  }

  /// The lines of a text file, without empty ones.
  public static func lines(of path: String) throws -> [[UInt8]] {
    try contents(of: path).split(separator: UInt8(ascii: "\n")).map(Array.init)
  }
}
