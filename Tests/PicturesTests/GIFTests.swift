import EnvironmentKit
import Files
import Glibc
import Pictures
import Testing

@Suite struct GIFTests {
  /// Frames of a moving patch with no more than `colors` colours in all.
  static func frames(_ count: Int, colors: Int, seed: UInt64) -> [Frame] {
    var source = Arbitrary(seed)
    let palette = (0..<colors).map { _ in
      Color(UInt8(source.next(256)), UInt8(source.next(256)), UInt8(source.next(256)))
    }
    var frame = Frame(width: 47, height: 33)
    for y in 0..<33 { for x in 0..<47 { frame[x, y] = palette[(x * 33 + y) % colors] } }
    return (0..<count).map { _ in
      let (x, y) = (source.next(40), source.next(25))
      for dy in 0..<8 { for dx in 0..<7 { frame[x + dx, y + dy] = palette[source.next(colors)] } }
      return frame
    }
  }

  static func write(_ frames: [Frame], to path: String, rate: Double = 25) throws {
    let writer = try GIFWriter(path: path, framesPerSecond: rate)
    for frame in frames { try writer.append(frame) }
    try writer.finish()
  }

  @Test("frames of at most 256 colours come back as they went", arguments: [1, 2, 17, 255, 256])
  func exactRoundTrip(_ colors: Int) throws {
    let folder = try TemporaryFolder()
    let frames = Self.frames(12, colors: colors, seed: UInt64(colors))
    try Self.write(frames, to: "\(folder.path)/a.gif")
    #expect(try GIFAnimation(gif: "\(folder.path)/a.gif").frames == frames)
    #expect(folder.names == ["a.gif"])
  }

  @Test("a frame with 256 new colours at once stays exact")
  func wholeNewPalette() throws {
    let folder = try TemporaryFolder()
    var frames = [Frame(width: 16, height: 16)]
    for shift in 0..<2 {
      var frame = frames[0]
      for y in 0..<16 {
        for x in 0..<16 { frame[x, y] = Color(UInt8(y * 16 + x), UInt8(shift * 90), 7) }
      }
      frames.append(frame)
    }
    try Self.write(frames, to: "\(folder.path)/a.gif")
    #expect(try GIFAnimation(gif: "\(folder.path)/a.gif").frames == frames)
  }

  @Test("frames of thousands of colours come back close: within a few levels on average")
  func richFrames() throws {
    let folder = try TemporaryFolder()
    let frames = (0..<6).map { Scenery.agent(step: $0 * 7).frame() }
    try Self.write(frames, to: "\(folder.path)/a.gif")
    let back = try GIFAnimation(gif: "\(folder.path)/a.gif").frames
    #expect(back.count == frames.count)
    if let folder = getenv("UMWELT_GALLERY").map({ String(cString: $0) }) {
      try Self.write(frames, to: "\(folder)/agent.gif", rate: 5)
      try PNG.write(back[3], to: "\(folder)/agent-gif.png")
    }
    for (a, b) in zip(frames, back) {
      let error = zip(a.pixels, b.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
      // 255 colours for a smooth picture leave about one level; four would be seen as bands.
      #expect(Double(error) / Double(a.pixels.count) < 2)
    }
  }

  @Test("the same frames give the same bytes")
  func determinism() throws {
    let folder = try TemporaryFolder()
    let frames = (0..<4).map { Scenery.agent(step: $0 * 5).frame() }
    for name in ["a.gif", "b.gif"] { try Self.write(frames, to: "\(folder.path)/\(name)") }
    #expect(!folder.bytes(of: "a.gif").isEmpty)
    #expect(folder.bytes(of: "a.gif") == folder.bytes(of: "b.gif"))
  }

  @Test("delays add up to the rate, and no rate is above 50 a second")
  func delays() throws {
    let folder = try TemporaryFolder()
    let frames = Self.frames(30, colors: 5, seed: 3)
    try Self.write(frames, to: "\(folder.path)/a.gif", rate: 30)
    let slow = try GIFAnimation(gif: "\(folder.path)/a.gif").delays
    #expect(slow.reduce(0, +) == 100)
    #expect(Set(slow).isSubset(of: [3, 4]))
    try Self.write(frames, to: "\(folder.path)/a.gif", rate: 1000)
    #expect(try GIFAnimation(gif: "\(folder.path)/a.gif").delays == Array(repeating: 2, count: 30))
  }

  @Test("an animation that is not finished leaves nothing, an empty one is an error")
  func unfinished() throws {
    let folder = try TemporaryFolder()
    do {
      let writer = try GIFWriter(path: "\(folder.path)/a.gif", framesPerSecond: 10)
      try writer.append(Frame(width: 4, height: 4))
    }
    #expect(folder.names.isEmpty)
    let writer = try GIFWriter(path: "\(folder.path)/b.gif", framesPerSecond: 10)
    #expect(throws: FileError.self) { try writer.finish() }
    folder.write([1, 2, 3], to: "foreign.gif")
    #expect(throws: FileError.self) { try GIFAnimation(gif: "\(folder.path)/foreign.gif") }
  }
}
