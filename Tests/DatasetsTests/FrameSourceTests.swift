import Datasets
import EnvironmentKit
import Files
import Foundation
import TestSupport
import Testing

@Suite("Sources of frames")
struct FrameSourceTests {
  private let folder: TemporaryFolder
  private var preparation: FramePreparation

  init() throws {
    folder = try TemporaryFolder()
    preparation = FramePreparation(scratch: folder.url)
  }

  private func write(_ bytes: [UInt8], _ shape: [Int], _ name: String = "x.npy") throws -> String {
    try NpyWriter.write(bytes, shape: shape, to: folder.url.appending(path: name))
    return folder.path(name)
  }

  @Test("a frame is the bytes that the file has at its place") func bytes() throws {
    let bytes = (0..<2 * 8 * 9 * 3).map { UInt8($0 % 251) }
    let source = try FrameSources.open([write(bytes, [2, 8, 9, 3])], preparation)
    #expect(source.frameShape == [8, 9, 3])
    #expect(source.frameCount == 2)
    #expect(try source.frames([1, 0]) == Array(bytes[216...]) + Array(bytes[..<216]))
  }

  @Test("a smaller picture has the means of what its pixels cover") func scaling() throws {
    // Columns of 10, 20, 30, … in 16×16; a half has their means two by two.
    let bytes = (0..<256).map { UInt8(10 * ($0 % 16)) }
    var half = preparation
    half.size = 8
    let source = try FrameSources.open([write(bytes, [1, 16, 16])], half)
    #expect(source.frameShape == [8, 8, 1])
    let expected = (0..<64).map { UInt8(20 * ($0 % 8) + 5) }
    #expect(try source.frames([0]) == expected)
  }

  @Test("the largest square in the middle is taken, or all of it stretched") func fitting() throws {
    // 8 rows of 24 columns: black, white, black thirds.
    let bytes = (0..<8 * 24).map { (8..<16).contains($0 % 24) ? UInt8(255) : 0 }
    let path = try write(bytes, [1, 8, 24])
    var cropped = preparation
    cropped.size = 8
    #expect(try FrameSources.open([path], cropped).frames([0]).allSatisfy { $0 == 255 })
    cropped.fit = .stretch
    let row = try FrameSources.open([path], cropped).frames([0])[..<8]
    #expect(row.first == 0 && row.last == 0 && row[3] == 255)
  }

  @Test("floats become bytes by the range that is stated, or found and said") func ranges() throws {
    let floats = (0..<64).map { Float($0) / 63 * 2 - 1 }
    try NpyWriter.write(floats, shape: [1, 8, 8], to: folder.url.appending(path: "f.npy"))
    var said: [String] = []
    var found = preparation
    found.note = { said.append($0) }
    let source = try FrameSources.open([folder.path("f.npy")], found)
    let bytes = try source.frames([0])
    #expect(bytes.first == 0 && bytes.last == 255)
    #expect(said.count == 1 && said[0].contains("-1.0 is taken for black and 1.0 for white"))
    found.range = -3...1
    #expect(try FrameSources.open([folder.path("f.npy")], found).frames([0]).first == 128)
    found.range = 0...1
    #expect(throws: FileError.self) { try FrameSources.open([folder.path("f.npy")], found) }
  }

  @Test("frames without a label are those that are left out; groups are held out together")
  func splitting() throws {
    let bytes = [UInt8](repeating: 3, count: 12 * 64)
    let path = try write(bytes, [12, 8, 8])
    let labels = try write((0..<12).map { UInt8($0 % 3) }, [12], "labels.npy")
    let source = try FrameSources.open([path], labels: labels, preparation)
    #expect(source.frameFacts == [Fact("label", .category)])
    let split = try FrameSplit(source, heldOutEvery: 4, without: [1])
    #expect(split.leftOut == [1, 4, 7, 10])
    #expect(split.heldOut == [0, 8])
    #expect(split.training == [2, 3, 5, 6, 9, 11])
    let joined = try FrameSources.open([path, path], preparation)
    #expect(joined.frameCount == 24)
    #expect(try FrameSplit(joined, heldOutEvery: 12).heldOut == [0, 12])
  }

  @Test(
    "of frames that begin with a picture it may be taken alone, and taken as cells they keep its grid"
  )
  func fields() throws {
    let observation = ObservationSpace([
      ObservationField("image", shape: [2, 2, 3]), ObservationField("direction", shape: [1]),
    ])
    let writer = try DatasetWriter(
      at: folder.url.appending(path: "data"),
      DatasetIndex(
        world: "Small", observation: observation, actions: .discrete(["wait"]), facts: []))
    try writer.append(
      Episode(
        seed: 1, frames: [UInt8](0..<26), actions: [0], rewards: [0], truncated: true))
    try writer.close()
    let dataset = try EpisodeDataset(at: folder.url.appending(path: "data"))
    var preparation = FramePreparation(scratch: folder.url)
    #expect(throws: FileError.self) { try FrameSources.sized(dataset, path: "data", preparation) }
    let shown = Frame([UInt8](0..<13), format: dataset.frameFormat)
    #expect(shown == Frame([UInt8](0..<12), shape: [2, 2, 3]))
    preparation.takesPicture = true
    let pictures = try FrameSources.sized(dataset, path: "data", preparation)
    #expect(pictures.frameFormat == FrameFormat(shape: [2, 2, 3]) && pictures.frameCount == 2)
    #expect(try pictures.frames([1]) == [UInt8](13..<25))
    (preparation.kind, preparation.classes) = (.cells, 30)
    let cells = try FrameSources.sized(dataset, path: "data", preparation)
    let format = FrameFormat(.cells, shape: [13], classes: 30, grid: [2, 2, 3])
    #expect(cells.frameFormat == format)
    let frame = Frame(try cells.frames([1]), format: format)
    // Two rows of the grid, and one for what stands beside it.
    #expect(frame.width == 16 && frame.height == 24)
  }

  @Test(
    "a grid whose columns come first is remembered as such and drawn upright",
    arguments: [true, false])
  func upright(hasDirection: Bool) throws {
    let direction = hasDirection ? [ObservationField("direction", shape: [1])] : []
    func source(_ order: GridOrder, _ frame: [UInt8]) throws -> any FrameSource {
      let shape = order == .columns ? [3, 2, 1] : [2, 3, 1]
      let observation = ObservationSpace(
        [ObservationField("image", shape: shape, order: order)] + direction)
      let path = folder.url.appending(path: order.rawValue)
      let index = DatasetIndex(
        world: "Small", observation: observation, actions: .discrete(["wait"]), facts: [])
      let writer = try DatasetWriter(at: path, index)
      try writer.append(Episode(seed: 1, frames: frame + (hasDirection ? [3] : [])))
      try writer.close()
      let dataset = try EpisodeDataset(at: path)
      #expect(RecordedWorld(dataset, id: "Small").specification.observation == observation)
      _ = try DatasetWriter(at: path, index)
      var preparation = FramePreparation(scratch: folder.url)
      preparation.kind = .cells
      return try FrameSources.sized(dataset, path: "data", preparation)
    }
    let rows = try source(.rows, [1, 2, 3, 4, 5, 6])
    let columns = try source(.columns, [1, 4, 2, 5, 3, 6])
    #expect(rows.frameFormat.order == .rows && columns.frameFormat.order == .columns)
    let pictures = try [rows, columns].map {
      Frame(try $0.frames([0]), format: $0.frameFormat)
    }
    #expect(pictures[0].width == 24 && pictures[0].height == (hasDirection ? 24 : 16))
    #expect(pictures[0].pixels == pictures[1].pixels)
  }

  @Test("episodes whose index says no order of its fields are gone on with", arguments: [1, 2])
  func withoutOrder(fields: Int) throws {
    let extra = fields > 1 ? [ObservationField("direction", shape: [1])] : []
    let index = DatasetIndex(
      world: "Small",
      observation: ObservationSpace(
        [ObservationField("image", shape: [3, 2, 1], order: .columns)] + extra),
      actions: .discrete(["wait"]), facts: [])
    let path = folder.url.appending(path: "data")
    var old = index
    old.fields = fields > 1 ? [ObservationField("image", shape: [3, 2, 1])] + extra : nil
    let writer = try DatasetWriter(at: path, old)
    try writer.append(Episode(seed: 1, frames: [UInt8](repeating: 1, count: index.frameSize)))
    try writer.close()
    let text = try String(contentsOf: path.appending(path: "index.json"), encoding: .utf8)
    #expect(!text.contains("order"))
    #expect(try DatasetWriter(at: path, index).episodeCount == 1)
  }

  @Test("nothing stays of what had to be converted") func scratch() throws {
    let path = try write([UInt8](repeating: 7, count: 256), [1, 16, 16])
    var small = preparation
    small.size = 8
    let source = try FrameSources.open([path], small)
    #expect(folder.contents == ["x.npy"])
    #expect(try source.frames([0]).allSatisfy { $0 == 7 })
  }

  @Test(
    "numbers without a range that bytes could stand for are an error",
    arguments: [[1e308, -1e308], [0, .leastNonzeroMagnitude], [1e300, 1e300], [-1e308, 1e308]]
      as [[Double]])
  func absurdRange(numbers: [Double]) throws {
    let head = NpyHeader(description: "<f8", shape: [2, 8, 8]).bytes
    let values = numbers.flatMap { [Double](repeating: $0, count: 64) }
    try (Data(head) + values.withUnsafeBytes { Data($0) })
      .write(to: folder.url.appending(path: "f.npy"))
    for stated in [nil, -1e308...1e308] as [ClosedRange<Double>?] {
      var asked = preparation
      asked.range = stated
      let error = #expect(throws: FileError.self) {
        try FrameSources.open([folder.path("f.npy")], asked)
      }
      #expect(error?.cause.contains("cannot be made bytes of") == true, "\(error?.cause ?? "")")
    }
  }

  @Test("a PNG file that claims absurd extents is an error", arguments: [0, 0xFFFF_FFFF, 1 << 20])
  func absurdPicture(side: Int) throws {
    let pictures = folder.url.appending(path: "pictures")
    try FileManager.default.createDirectory(at: pictures, withIntermediateDirectories: false)
    let extent = (0..<4).map { UInt8(side >> (24 - 8 * $0) & 0xFF) }
    let bytes: [UInt8] =
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
      + extent + extent + [8, 2, 0, 0, 0]
    try Data(bytes).write(to: pictures.appending(path: "a.png"))
    let error = #expect(throws: FileError.self) {
      try FrameSources.open([pictures.path], preparation)
    }
    #expect(error?.place.hasSuffix("a.png") == true)
  }

  @Test("a zip file that claims absurd sizes is an error") func absurdZip() throws {
    func number(_ value: Int, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let name = Array("x.npy".utf8)
    let head = number(0x0403_4b50, 4) + number(0, 22) + number(name.count, 2) + number(0, 2) + name
    // The long form of the sizes: both as large as numbers go.
    let extra = number(1, 2) + number(16, 2) + number(.max, 8) + number(.max, 8)
    let entry =
      number(0x0201_4b50, 4) + number(0, 16) + number(0xFFFF_FFFF, 4) + number(0xFFFF_FFFF, 4)
      + number(name.count, 2) + number(extra.count, 2) + number(0, 14) + name + extra
    let end =
      number(0x0605_4b50, 4) + number(0, 6) + number(1, 2) + number(entry.count, 4)
      + number(head.count, 4) + number(0, 2)
    try Data(head + entry + end).write(to: folder.url.appending(path: "x.npz"))
    let error = #expect(throws: FileError.self) {
      try FrameSources.open([folder.path("x.npz")], preparation)
    }
    #expect(error?.cause == "its file 'x.npy' is damaged", "\(error?.cause ?? "")")
  }
}
