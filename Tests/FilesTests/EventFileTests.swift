import Files
import Foundation
import TestSupport
import Testing

@Suite("Event files for TensorBoard") struct EventFileTests {
  /// What TensorBoard 2.21's own messages and record writer make of the same events at the time 1.5.
  private static let recorded = """
    220000000000000078113dfd09000000000000f83f1a0d627261696e2e4576656e743a3252080a06756d77656c740faa
    029b3e00000000000000d9d240e709000000000000f83f10ac022a300a100a09766973696f6e2f6b6c150000803e0a1c
    0a15766973696f6e2f7265636f6e737472756374696f6e15000040c012a3bf9f3b000000000000001a23ac5c09000000
    000000f83f10072a2e0a2c0a076d656469612f61222108820210031803221889504e470d0a1a0a0000000d4948445200
    00000300000102e93df39139000000000000008b0737f109000000000000f83f10072a2c0a2a0a076d656469612f6222
    1308021085021803220a474946383961050102004a0a0a080a06696d616765739e197d314500000000000000ebe668b0
    09000000000000f83f2a3a0a380a1a636f6e66696775726174696f6e2f746578745f73756d6d61727942100807120412
    0208014206ceba203d20314a080a060a0474657874b029d64353000000000000000d7d4e9109000000000000f83f2a48
    0a460a145f68706172616d735f2f6578706572696d656e744a2e0a2c0a0768706172616d731221121f220e0a0a6d6f64
    656c2e6265746120032a0d0a0b1209726573756c742f6b6ce784eaaa5e00000000000000d8b06ebc09000000000000f8
    3f2a530a510a1c5f68706172616d735f2f73657373696f6e5f73746172745f696e666f4a310a2f0a0768706172616d73
    12241a220a170a0a6d6f64656c2e62657461120911000000000000e03f29000000000000f83f9137d376450000000000
    0000ebe668b009000000000000f83f2a3a0a380a1a5f68706172616d735f2f73657373696f6e5f656e645f696e666f4a
    1a0a180a0768706172616d73120d220b080111000000000000f83f767b53fd
    """.filter { !$0.isWhitespace }

  private func write(to url: URL) throws {
    let file = try EventFile(at: url) { 1.5 }
    #expect(file.isNew)
    let steps = [
      Metric("vision/kl", 0.25), Metric("vision/none", .nan), Metric("vision/reconstruction", -3),
    ]
    try file.add(steps, step: 300)
    try file.add([Metric("vision/none", .infinity)], step: 301)
    let png: [UInt8] = [
      0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 3, 0, 0, 1, 2,
    ]
    try file.add("media/a", try #require(EventFile.Picture(png)), step: 7)
    let gif = try #require(EventFile.Picture(Array("GIF89a".utf8) + [5, 1, 2, 0]))
    try file.add("media/b", gif, step: 7)
    try file.add("configuration", text: "κ = 1", step: 0)
    try file.add(settings: [("model.beta", "0.5")], results: ["result/kl"])
    try file.addEnd()
  }

  @Test("numbers, pictures, text and settings are written as TensorBoard writes them")
  func recorded() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "events.out.tfevents.test")
    try write(to: url)
    let bytes = try Data(contentsOf: url)
    #expect(bytes.map { String(format: "%02x", $0) }.joined() == Self.recorded)
    #expect(EventFile.wholeRecords([UInt8](bytes)) == bytes.count)
  }

  @Test("a file that was cut or damaged anywhere is mended to its last whole record, and goes on")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "events.out.tfevents.test")
    try write(to: url)
    let bytes = [UInt8](try Data(contentsOf: url))
    var ends = [0]
    for end in 1...bytes.count where EventFile.wholeRecords(Array(bytes[..<end])) == end {
      ends.append(end)
    }
    #expect(ends.count == 9)
    for length in stride(from: 0, through: bytes.count, by: 7) {
      try Data(bytes[..<length]).write(to: url)
      let file = try EventFile(at: url) { 1.5 }
      let kept = ends.last { $0 <= length } ?? 0
      #expect(file.isNew == (kept == 0))
      try file.add([Metric("a", 1)], step: 1)
      let now = [UInt8](try Data(contentsOf: url))
      #expect(now.starts(with: bytes[..<kept]) && EventFile.wholeRecords(now) == now.count)
    }
    for place in stride(from: 0, to: bytes.count, by: 5) {
      var spoiled = bytes
      spoiled[place] ^= 64
      let kept = ends.last { $0 <= place } ?? 0
      #expect(EventFile.wholeRecords(spoiled) == kept, "byte \(place)")
    }
  }

  @Test("checksums are Castagnoli's, masked as in records") func checksums() {
    #expect(CRC32C.checksum("123456789".utf8) == 0xE306_9283)
    let masked = CRC32C.masked([0x18, 0, 0, 0, 0, 0, 0, 0] as [UInt8])
    #expect(masked.littleEndianBytes == [0xA3, 0x7F, 0x4B, 0x22])
  }

  @Test("what is neither PNG nor GIF, or cut before its extents, is no picture") func noPictures() {
    for bytes: [UInt8] in [[], [1, 2, 3], [0x89, 0x50, 0x4E, 0x47], Array("GIF89a".utf8)] {
      #expect(EventFile.Picture(bytes) == nil)
    }
  }
}
