import Files
import Foundation
import TestSupport
import Testing

@Suite("Checksums") struct ChecksumTests {
  /// Made by the reference implementation, `xxhsum -H64`.
  @Test(
    "are those of XXH64",
    arguments: [("", "ef46db3751d8e999"), ("a", "d24ec4f1a98c6e5b"), ("abc", "44bc2cf5ad770999")])
  func vectors(text: String, sum: String) {
    #expect(Array(text.utf8).withUnsafeBytes { Checksum(of: $0).text } == sum)
  }

  @Test("of a thousand bytes are those of the reference implementation") func longVectors() {
    let sevens = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    #expect(sevens.withUnsafeBytes { Checksum(of: $0).text } == "25275608a9cfc168")
    #expect(
      Array(0..<45 as Range<UInt8>).withUnsafeBytes { Checksum(of: $0).text } == "10fdd84d6409abdf")
  }

  @Test("do not depend on the pieces in which bytes come") func pieces() {
    let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let whole = bytes.withUnsafeBytes { Checksum(of: $0).text }
    for size in [1, 3, 8, 31, 32, 33, 64, 999] {
      var sum = Checksum()
      bytes.withUnsafeBytes { bytes in
        for start in stride(from: 0, to: bytes.count, by: size) {
          sum.add(UnsafeRawBufferPointer(rebasing: bytes[start..<min(bytes.count, start + size)]))
        }
      }
      #expect(sum.text == whole)
    }
  }

  @Test("of a file are those of its bytes") func files() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 * 13 >> 3) }
    let url = folder.url.appending(path: "file")
    try Data(bytes).write(to: url)
    let sum = try RegularFile(url).checksum(from: 100, path: url.path)
    #expect(sum.text == bytes.dropFirst(100).withUnsafeBytes { Checksum(of: $0).text })
    #expect(try RegularFile.contents(of: url, atMost: 700_000) == bytes)
    #expect(throws: FileError.self) { try RegularFile.contents(of: url, atMost: 699_999) }
    #expect(try RegularFile.contents(of: folder.url.appending(path: "no"), atMost: 1) == nil)
  }
}
