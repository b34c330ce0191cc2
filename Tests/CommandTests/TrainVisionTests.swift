import Files
import Foundation
import Pictures
import TestSupport
import Testing

/// `umwelt train vision` on small pictures of its own.
@Suite("Training V on frames from anywhere", .serialized)
struct TrainVisionTests {
  /// Some pictures of 12×10 pixels in which a spot lies at another place each time.
  private struct Spots {
    let count = 160
    let height = 12
    let width = 10

    func label(_ frame: Int) -> UInt8 { UInt8(frame % 3) }

    /// `[frame, height, width, channel]`.
    func bytes(channels: Int) -> [UInt8] {
      (0..<count).flatMap { frame in
        (0..<height * width * channels).map { place in
          let (y, x) = (place / channels / width, place / channels % width)
          let isNear = abs(y - frame % height) < 2 && abs(x - frame * 7 % width) < 2
          return isNear ? UInt8(120 + 60 * (frame % 3)) : UInt8(20 * (place % channels))
        }
      }
    }
  }

  private let spots = Spots()
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try NpyWriter.write(
      spots.bytes(channels: 3), shape: [spots.count, spots.height, spots.width, 3],
      to: url("colour.npy"))
    try NpyWriter.write(
      spots.bytes(channels: 1), shape: [spots.count, spots.height, spots.width],
      to: url("grey.npy"))
    try NpyWriter.write(
      (0..<spots.count).map { Int64(spots.label($0)) }, shape: [spots.count], to: url("labels.npy"))
  }

  private func url(_ name: String) -> URL { folder.url.appending(path: name) }

  private func idx(_ bytes: [UInt8], extents: [Int], kind: UInt8 = 8) -> Data {
    Data(
      [0, 0, kind, UInt8(extents.count)]
        + extents.flatMap { extent in (0..<4).map { UInt8(extent >> (24 - 8 * $0) & 0xFF) } }
        + bytes)
  }

  /// Trains for a few steps in the test's folder.
  private func train(
    _ arguments: String..., run: String = "run", environment: [String: String?] = [:]
  ) throws -> Program.Outcome {
    try Program.run(
      ["train", "vision", "--preset", "tiny", "--steps", "4", "--run-dir", run, "--frames"]
        + arguments, environment: environment, in: folder.url)
  }

  private func json(_ file: String) throws -> JSONValue {
    try JSONValue(reading: [UInt8](Data(contentsOf: url(file))))
  }

  /// The hash of the frames that a training found, after which its folder is removed.
  private func hash(_ arguments: String...) throws -> String? {
    let outcome = try Program.run(
      ["train", "vision", "--preset", "tiny", "--steps", "1", "--run-dir", "run", "--frames"]
        + arguments, in: folder.url)
    try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
    defer { try? FileManager.default.removeItem(at: url("run")) }
    return try json("run/frames.json")["hash"]?.asString
  }

  @Test("the same pictures in bytes, floats, idx and PNG are the same frames") func formats() throws
  {
    let grey = try #require(try hash("grey.npy"))
    let bytes = spots.bytes(channels: 1)
    let extents = [spots.count, spots.height, spots.width]
    try idx(bytes, extents: extents).write(to: url("grey.idx"))
    #expect(try hash("grey.idx") == grey)
    #expect(try Program.shell("gzip -k grey.idx", in: folder.url).code == 0)
    #expect(try hash("grey.idx.gz") == grey)
    let floats = bytes.map { Float($0) / 255 }
    try NpyWriter.write(floats, shape: extents + [1], to: url("floats.npy"))
    #expect(try hash("floats.npy", "--set", "data.range=[0, 1]") == grey)
    try writePictures(3, to: "pictures")
    let colour = try #require(try hash("colour.npy"))
    #expect(try hash("pictures") == colour)
  }

  @Test(
    "arrays of NumPy's archives are found by name, packed or not", .enabled(if: Python.hasNumPy))
  func archives() throws {
    let text = """
      from numpy import arange, load, savez, savez_compressed
      x = load("grey.npy")
      savez("one.npz", x)
      savez_compressed("packed.npz", pictures=x.astype("float64"), labels=arange(160))
      savez("two.npz", a=x, b=x[:9])
      """
    #expect(try Python.run(["-c", text], in: folder.url).code == 0)
    let grey = try #require(try hash("grey.npy"))
    #expect(try hash("one.npz") == grey)
    #expect(try hash("packed.npz", "--set", "data.range=[0, 255]") == grey)
    #expect(try hash("two.npz:a") == grey)
    let several = try train("two.npz")
    #expect(
      several.errors.contains(
        "two.npz: holds several arrays; name one of them as two.npz:NAME: a, b"))
  }

  private func writePictures(_ channels: Int, to name: String) throws {
    try DurableFile.createFolder(url(name))
    let (bytes, size) = (spots.bytes(channels: 3), spots.height * spots.width * 3)
    for frame in 0..<spots.count {
      let text = String(1000 + frame)
      try PNG.write(
        .init(
          width: spots.width, height: spots.height,
          pixels: Array(bytes[frame * size..<(frame + 1) * size])),
        to: url("\(name)/\(text).png").path)
    }
  }

  @Test("what cannot be learned from is one error that names the file, and nothing is made")
  func badInput() throws {
    let extents = [spots.count, spots.height, spots.width]
    let bytes = spots.bytes(channels: 1)
    var floats = bytes.map { Float($0) / 255 }
    floats[3 * 120 + 5] = .nan
    try NpyWriter.write(floats, shape: extents, to: url("nan.npy"))
    try NpyWriter.write(bytes.map(Int64.init), shape: extents, to: url("long.npy"))
    try NpyWriter.write(bytes, shape: [spots.count, 120], to: url("flat.npy"))
    try NpyWriter.write([UInt8](), shape: [0, 12, 10], to: url("none.npy"))
    try NpyWriter.write(
      [UInt8](repeating: 0, count: 600), shape: [2, 3, 10, 10], to: url("first.npy"))
    try NpyWriter.write([Int64](repeating: 0, count: 9), shape: [9], to: url("few.npy"))
    try NpyWriter.write([UInt8](repeating: 9, count: 48), shape: [3, 4, 4], to: url("small.npy"))
    try NpyWriter.write([UInt8](repeating: 9, count: 240), shape: [2, 12, 10], to: url("two.npy"))
    let whole = try Data(contentsOf: url("grey.npy"))
    try whole.dropLast(50).write(to: url("cut.npy"))
    try (whole + Data([1])).write(to: url("long-tail.npy"))
    try idx(bytes, extents: extents).dropLast(9).write(to: url("cut.idx"))
    try idx(bytes, extents: extents, kind: 0x0D).write(to: url("floats.idx"))
    try Data("no numbers at all".utf8).write(to: url("text.npy"))
    try Data().write(to: url("void.npy"))
    try idx(bytes, extents: extents).write(to: url("all.idx"))
    _ = try Program.shell(
      "gzip all.idx; head -c 120 all.idx.gz > cut.gz; mkdir empty", in: folder.url)
    try writePictures(3, to: "mixed")
    try PNG.write(.init(width: 9, height: 9), to: url("mixed/1007.png").path)
    try writePictures(3, to: "damaged")
    try Data(contentsOf: url("damaged/1003.png")).dropLast(60).write(to: url("damaged/1003.png"))
    let cases: [([String], String)] = [
      (["nan.npy"], "nan.npy: frame 3 holds a number that is not finite"),
      (["long.npy"], "long.npy: holds 64-bit whole numbers (int64); pictures are uint8, float32"),
      (["flat.npy"], "flat.npy: has shape [160, 120]: these are no pictures"),
      (["none.npy"], "none.npy: has shape [0, 12, 10]: there are no frames in it"),
      (["first.npy"], "channels come last; save numpy.transpose(x, (0, 2, 3, 1))"),
      (["small.npy"], "bring the frames to another size, such as with --size 64"),
      (["two.npy"], "there are too few frames to learn from: 2; give 3 frames or more"),
      (["cut.npy"], "cut.npy: should have"), (["cut.idx"], "cut.idx: should have"),
      (["cut.gz"], "the file is cut short: copy it again whole"),
      (["long-tail.npy"], "has 1 bytes after its numbers"),
      (["floats.idx"], "is an idx file of kind 0xd, not of bytes"),
      (["text.npy"], "text.npy: is no file of frames"), (["void.npy"], "void.npy: is empty"),
      (["empty"], "empty: holds no frames: neither a data set (index.json) nor PNG files"),
      (["mixed"], "mixed/1007.png: is 9×9 pixels, 1000.png is 10×12; bring all to one size"),
      (["damaged"], "damaged/1003.png: read PNG"),
      (["absent.npy"], "absent.npy: there is no such file or folder, nor a world of that name"),
      (["grey.npy", "colour.npy"], "colour.npy: has frames of [12, 10, 3], grey.npy has"),
      (["grey.npy", "--labels", "few.npy"], "few.npy: has 9 labels, there are 160 frames"),
      (
        ["grey.npy", "--labels", "colour.npy"],
        "colour.npy: has shape [160, 12, 10, 3] where labels"
      ),
      (["grey.npy", "--without", "1"], "the frames have no labels; give them with --labels PATH"),
      (["grey.npy", "--labels", "labels.npy", "--without", "7"], "no frame has such a label"),
      (["grey.npy", "--size", "5"], "data.size: 5 is out of range; give 0, or 8 to 256"),
      (
        ["grey.npy", "--kind", "sounds"],
        "data.kind: there is no such choice; give one of: pictures"
      ),
      (
        ["grey.npy", "--set", "data.range=[1, 0]"], "give a list of two rising numbers, or nothing"
      ),
      (["grey.npy", "--set", "model.kind=mixtureMemory"], "give a kind that only sees"),
      (["grey.npy", "--run-dir", ""], "--run-dir: the name is empty; give a folder's path"),
      (["grey.npy", "Catch"], "Catch: is a world, whose frames are collected only to train on it"),
      (["grey.npy", "--preset", "ppo"], "--preset ppo: it has no autoencoder to train"),
    ]
    let before = folder.contents
    for (arguments, words) in cases {
      let outcome = try Program.run(
        ["train", "vision", "--preset", "tiny", "--run-dir", "run", "--frames"] + arguments,
        in: folder.url)
      #expect(outcome.code == 1 || outcome.code == 2, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.components(separatedBy: "error:").count == 2, "\(outcome.errors)")
      #expect(folder.contents == before, "\(arguments)")
    }
  }

  @Test("sizes that the memory cannot hold are refused before anything is made") func memory()
    throws
  {
    let before = folder.contents
    let outcome = try Program.shell(
      "ulimit -v 6000000; \"$UMWELT\" train vision --preset tiny --frames grey.npy --run-dir run "
        + "--set model.width=512 --set model.batchSize=100000", in: folder.url)
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("training would take about"), "\(outcome.errors)")
    #expect(folder.contents == before)
  }

  @Test("labels are told from latents, and those left out are measured apart") func labels() throws
  {
    let outcome = try train(
      "colour.npy", "--labels", "labels.npy", "--without", "1", "--set", "collect.heldOutEvery=2")
    try #require(outcome.code == 0, "\(outcome.errors)")
    let summary = try json("run/summary.json")
    let data = try #require(summary["data"])
    #expect(data["frames"]?.asInteger == 160)
    #expect(data["leftOut"]?.asInteger == 53)
    #expect(data["training"]?.asInteger == 53)
    #expect(data["heldOut"]?.asInteger == 54)
    #expect(summary["vision"]?["leftOut"] != nil)
    #expect(summary["returns"] == nil)
    #expect(try folder.text("run/report.html").contains("left out"))
    for name in ["reconstruction", "traversal", "samples", "learning"] {
      #expect(FileManager.default.fileExists(atPath: url("run/media/\(name).png").path))
    }
  }

  @Test(
    "a stopped training goes on to the same bytes, by its folder alone; other frames are refused")
  func goesOn() throws {
    let more = ["--steps", "30", "--set", "model.checkpointEvery=2"]
    func command(_ run: String) -> [String] {
      ["train", "vision", "--preset", "tiny", "--frames", "colour.npy", "--run-dir", run] + more
    }
    #expect(try Program.run(command("whole"), in: folder.url).code == 0)
    let errors = url("errors")
    let process = try Program.start(
      command("run"), in: folder.url, output: url("output"), errors: errors)
    while process.isRunning, try !String(contentsOf: errors, encoding: .utf8).contains("train V") {
      Thread.sleep(forTimeInterval: 0.002)
    }
    process.interrupt()
    process.waitUntilExit()
    let said = try String(contentsOf: errors, encoding: .utf8)
    #expect(process.terminationStatus == 130, "\(said)")
    #expect(said.contains("train vision --run-dir run"), "\(said)")
    let colour = try Data(contentsOf: url("colour.npy"))
    try (colour.dropLast(1) + Data([77])).write(to: url("colour.npy"))
    let other = try Program.run("train", "vision", "--run-dir", "run", in: folder.url)
    #expect(other.errors.contains("the frames or labels have changed since the run"))
    try colour.write(to: url("colour.npy"))
    let rest = try Program.run("train", "vision", "--run-dir", "run", in: folder.url)
    #expect(rest.code == 0, "\(rest.errors)")
    let different = differences(
      try comparableFiles(folder.path("run")), try comparableFiles(folder.path("whole")))
    #expect(different == [])
    let again = try Program.run("train", "vision", "--run-dir", "run", in: folder.url)
    #expect(again.output.contains("finished before"))
  }

  @Test("frames of a world are collected; a window changes no byte") func world() throws {
    let arguments = ["Catch", "--set", "loop.frames=200", "--set", "collect.shardFrames=100"]
    func command(_ run: String, _ more: [String] = []) -> [String] {
      ["train", "vision", "--preset", "tiny", "--steps", "3", "--run-dir", run, "--frames"]
        + arguments
        + more
    }
    let first = try Program.run(command("plain"), in: folder.url)
    try #require(first.code == 0, "\(first.errors)")
    let second = try Program.run(
      command("window", ["--window"]), environment: ["SDL_VIDEODRIVER": "dummy"], in: folder.url)
    #expect(second.code == 0, "\(second.errors)")
    let different = differences(
      try comparableFiles(folder.path("plain")), try comparableFiles(folder.path("window")))
    #expect(different == [])
    // The data set that lies there now is a source of its own.
    let third = try train("plain", "--size", "24", run: "again")
    #expect(third.code == 0, "\(third.errors)")
    #expect(try json("again/summary.json")["data"]?["shape"]?.asArray?.first?.asInteger == 24)
    let watched = try Program.run("watch", "plain", in: folder.url)
    #expect(watched.code == 2)
    #expect(watched.errors.contains("there is no agent and no world in it"))
    let run = try Program.run("run", "--run-dir", "plain", in: folder.url)
    #expect(run.errors.contains("go on with: \(Program.url.path) train vision --run-dir plain"))
  }

  @Test("a file larger than the memory that the program takes is no matter") func largeFile() throws
  {
    let (count, side) = (330_000, 16)
    let head = NpyHeader(description: UInt8.npyDescription, shape: [count, side, side, 3]).bytes
    try Data(head).write(to: url("large.npy"))
    #expect(truncate(url("large.npy").path, off_t(head.count + count * side * side * 3)) == 0)
    let outcome = try train("large.npy")
    try #require(outcome.code == 0, "\(outcome.errors)")
    let peak = try json("run/summary.json")["timing"]?["peakMemoryBytes"]?.asInteger ?? .max
    #expect(peak < count * side * side * 3, "\(peak)")
  }
}
