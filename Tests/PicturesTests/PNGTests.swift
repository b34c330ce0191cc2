import EnvironmentKit
import Files
import Glibc
import Pictures
import Testing

@Suite struct PNGTests {
  static func noise(_ width: Int, _ height: Int, seed: UInt64) -> Frame {
    var source = Arbitrary(seed)
    let bytes = (0..<width * height * 3).map { _ in UInt8(source.next(256)) }
    return Frame(width: width, height: height, pixels: bytes)
  }

  @Test(
    "a picture comes back from PNG as it went, by memory and by file",
    arguments: [(1, 1), (64, 64), (3, 200), (257, 31)])
  func roundTrip(_ width: Int, _ height: Int) throws {
    let folder = try TemporaryFolder()
    let frame = Self.noise(width, height, seed: UInt64(width))
    #expect(try PNG.decode(PNG.encode(frame)) == frame)
    try PNG.write(frame, to: "\(folder.path)/a.png")
    #expect(try PNG.read("\(folder.path)/a.png") == frame)
    #expect(folder.names == ["a.png"])
  }

  @Test("the same picture gives the same bytes")
  func determinism() throws {
    let frame = Self.noise(90, 70, seed: 4)
    #expect(try PNG.encode(frame) == PNG.encode(frame))
  }

  @Test("a truncated, foreign or missing file is an error that names it", arguments: 0..<3)
  func badFiles(_ kind: Int) throws {
    let folder = try TemporaryFolder()
    let whole = try PNG.encode(Self.noise(40, 40, seed: 1))
    if kind == 0 { folder.write(Array(whole[..<(whole.count / 2)]), to: "bad.png") }
    if kind == 1 { folder.write(Array("not a picture".utf8), to: "bad.png") }
    let error = #expect(throws: FileError.self) { try PNG.read("\(folder.path)/bad.png") }
    #expect(error?.place.hasSuffix("bad.png") == true)
    #expect(error?.cause.isEmpty == false && error?.remedy.isEmpty == false)
  }

  @Test("a file that cannot be written leaves what was there, and nothing beside it")
  func failedWrite() throws {
    let folder = try TemporaryFolder()
    mkdir("\(folder.path)/taken", 0o755)
    #expect(throws: FileError.self) {
      try PNG.write(Frame(width: 2, height: 2), to: "\(folder.path)/taken")
    }
    #expect(folder.names == ["taken"])
    rmdir("\(folder.path)/taken")
    #expect(throws: FileError.self) {
      try PNG.write(Frame(width: 2, height: 2), to: "\(folder.path)/no/such/folder.png")
    }
  }
}
