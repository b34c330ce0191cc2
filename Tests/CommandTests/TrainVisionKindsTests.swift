import Files
import Foundation
import TestSupport
import Testing

/// `umwelt train vision` and `evaluate vision` on what is no picture, and on pictures of zeros and ones.
@Suite("Training V on vectors, cells, counts and digits", .serialized)
struct TrainVisionKindsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func url(_ name: String) -> URL { folder.url.appending(path: name) }

  private func train(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(
      ["train", "vision", "--run-dir", "run", "--steps", "30", "--frames"] + arguments,
      in: folder.url)
  }

  /// Trains, goes on from the whole run, and judges it; its summary's part on V and its numbers.
  private func judged(_ arguments: [String]) throws -> (vision: JSONValue, numbers: JSONValue) {
    let made = try train(arguments)
    try #require(made.code == 0, "\(made.errors)")
    let again = try Program.run(["train", "vision", "--run-dir", "run"], in: folder.url)
    #expect(again.code == 0 && again.output.contains("finished before"), "\(again.errors)")
    let found = try Program.run(
      ["evaluate", "vision", "run", "--samples", "20", "--json"], in: folder.url)
    try #require(found.code == 0, "\(found.errors)")
    let summary = try JSONValue(reading: [UInt8](Data(contentsOf: url("run/summary.json"))))
    let numbers = try JSONValue(reading: [UInt8](found.output.utf8))
    #expect(try folder.text("run/report.html").contains("What the autoencoder is worth"))
    return (try #require(summary["vision"]), numbers)
  }

  /// Whether one number is less than another, or as good as equal: where no latent is in use both are.
  private func isLess(_ low: String, _ high: String, in numbers: JSONValue) -> Bool {
    guard let low = numbers[low]?["value"]?.asNumber,
      let high = numbers[high]?["value"]?.asNumber
    else { return false }
    return low < high + 0.05
  }

  @Test("vectors") func vectors() throws {
    let rows = (0..<400).flatMap { row -> [Double] in
      let (a, b) = (sin(Double(row)), cos(Double(row) * 1.7))
      return [a + b, a - b, 2 * a, 0.5 * b, a * b]
    }
    try NpyWriter.write(rows.map { Float($0) }, shape: [400, 5], to: url("x.npy"))
    let (vision, numbers) = try judged(
      ["x.npy", "--kind", "vectors", "--set", "model.latentSize=3"])
    #expect(vision["reconstructionIs"]?.asString == "squared error of a frame")
    #expect(isLess("nll.iw.10", "nll.iw.1", in: numbers))
    #expect(numbers["psnr"] == nil)
  }

  @Test("cells of a world") func cells() throws {
    let (vision, numbers) = try judged([
      "MiniGrid-Empty-5x5-v0", "--kind", "cells", "--preset", "tiny", "--set",
      "agent.observation=grid",
    ])
    #expect(vision["reconstructionIs"]?.asString == "wrong codes of a frame")
    #expect(isLess("nll.iw.10", "nll.iw.1", in: numbers))
    let few = try Program.run(
      [
        "train", "vision", "--run-dir", "few", "--frames", "run", "--kind", "cells", "--set",
        "data.classes=4",
      ], in: folder.url)
    #expect(few.code == 1 && few.errors.contains("data.classes="), "\(few.errors)")
    let ofWorld = try Program.run(
      [
        "train", "vision", "--run-dir", "early", "--frames", "MiniGrid-Empty-5x5-v0", "--kind",
        "cells", "--set", "data.classes=4",
      ], in: folder.url)
    #expect(ofWorld.code == 2, "\(ofWorld.errors)")
    #expect(ofWorld.errors.contains("data.classes=4: MiniGrid-Empty-5x5-v0 shows the code"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("early")), "it claims a folder")
  }

  @Test("a grid under the preset for it, of many levels") func grid() throws {
    let (_, numbers) = try judged([
      "MiniGrid-DoorKey-5x5-v0", "--preset", "grid", "--set", "loop.frames=900", "--set",
      "model.width=4", "--set", "model.latentSize=4",
    ])
    // Half of the cells are walls.
    #expect(numbers["cellRecall.2"] != nil && numbers["psnr"] == nil)
    let index = try JSONValue(reading: [UInt8](Data(contentsOf: url("run/data/index.json"))))
    let shards = try #require(index["shards"]?.asArray)
    let episodes = shards.reduce(0) { $0 + ($1["episodes"]?.asInteger ?? 0) }
    #expect(episodes >= 900 / 4)
    let refused = try train([
      "MiniGrid-DoorKey-5x5-v0", "--preset", "grid", "--set", "collect.episodeSteps=0",
    ])
    #expect(
      refused.code == 2 && refused.errors.contains("collect.unseenSteps"), "\(refused.errors)")
    let stages = try Program.run(
      [
        "train", "vision", "--run-dir", "stages", "--frames", "MiniGrid-DoorKey-5x5-v0", "--preset",
        "grid", "--set", "model.network=convolutional",
      ], in: folder.url)
    #expect(
      stages.code == 2 && stages.errors.contains("model.network=residual"), "\(stages.errors)")
  }

  @Test("the picture of a grid, in patches") func patches() throws {
    let (_, numbers) = try judged([
      "MiniGrid-DoorKey-5x5-v0", "--preset", "grid", "--kind", "pictures", "--set",
      "loop.frames=400", "--set", "model.width=4", "--set", "model.latentSize=4",
    ])
    #expect(numbers["psnr"] != nil && numbers["cellRecall.2"] == nil)
    let summary = try JSONValue(reading: [UInt8](Data(contentsOf: url("run/summary.json"))))
    #expect(summary["data"]?["shape"]?.asArray?.compactMap(\.asInteger) == [40, 40, 3])
  }

  @Test("documents") func documents() throws {
    try FileManager.default.createDirectory(
      at: url("texts"), withIntermediateDirectories: true)
    let subjects = [["storm", "sails", "harbour"], ["bread", "flour", "oven"]]
    for document in 0..<60 {
      let words = (0..<20).map { subjects[document % 2][($0 * 7 + document) % 3] }
      try Data(words.joined(separator: " ").utf8)
        .write(to: url("texts/\(document).txt"))
    }
    let (vision, numbers) = try judged(
      ["texts", "--kind", "counts", "--set", "model.latentSize=2"])
    #expect(vision["reconstructionIs"]?.asString == "nats of a document, its length given")
    // Eight documents are too few for bounds to be told apart.
    #expect(numbers["nll.iw.10"] != nil && numbers["probe.label.latent"] == nil)
  }

  @Test("digits of zeros and ones") func digits() throws {
    let bytes = (0..<300).flatMap { frame in
      (0..<8 * 8).map { UInt8(($0 / 8 + frame) % 4 == 0 ? 220 : 20) }
    }
    try NpyWriter.write(bytes, shape: [300, 8, 8], to: url("x.npy"))
    let (_, numbers) = try judged(
      ["x.npy", "--preset", "mnist", "--set", "model.batchSize=16"])
    #expect(isLess("nll.iw.10", "nll.iw.1", in: numbers))
    #expect(numbers["psnr"] != nil)
  }

  @Test("a world has neither vectors nor counts, and symbols are no pictures") func worlds() throws
  {
    let world = ["MiniGrid-Empty-5x5-v0", "--preset", "tiny"]
    let dense = ["--set", "model.network=dense", "--set", "agent.observation=symbols"]
    for (command, more, words) in [
      (["train", "vision", "--frames"], ["--kind", "vectors"], "shows pictures or symbols"),
      (["run"], ["--set", "data.kind=counts"], "shows pictures or symbols"),
      (["train", "vision", "--frames"], dense, "data.kind=cells"),
      (["run"], dense, "data.kind=cells"),
    ] {
      let refused = try Program.run(
        command + world + more + ["--run-dir", "w"], in: folder.url)
      #expect(refused.code == 2 && refused.errors.contains(words), "\(refused.errors)")
      #expect(!FileManager.default.fileExists(atPath: url("w").path))
    }
  }

  @Test("one frame and two are too few", arguments: [1, 2]) func few(_ count: Int) throws {
    try NpyWriter.write(
      (0..<count * 3).map { Float($0) }, shape: [count, 3], to: url("x.npy"))
    let refused = try train(["x.npy", "--kind", "vectors"])
    #expect(refused.code == 2 && refused.errors.contains("too few frames"), "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: url("run").path))
  }

  @Test("a damaged note of frames is one error") func damagedNote() throws {
    try NpyWriter.write((0..<80).map { Float($0) / 7 }, shape: [40, 2], to: url("x.npy"))
    let made = try train(["x.npy", "--kind", "vectors", "--set", "model.latentSize=2"])
    try #require(made.code == 0, "\(made.errors)")
    let note = try folder.text("run/frames.json")
    for shape in ["[]", "[-2]", "[9000000000000000000, 9]", "[3]"] {
      let damaged = note.replacing(/"shape":\s*\[[^\]]*\]/, with: "\"shape\": \(shape)")
      try #require(damaged != note)
      try Data(damaged.utf8).write(to: url("run/frames.json"))
      let found = try Program.run(["evaluate", "vision", "run"], in: folder.url)
      #expect([1, 2].contains(found.code) && found.errors.hasPrefix("error: "), "\(found.errors)")
    }
  }

  @Test(
    "what does not go together is one error, before anything is made",
    arguments: [
      (["--set", "model.network=convolutional"], "set model.network=dense"),
      (["--set", "model.likelihood=bernoulli"], "gaussianLearned"),
      (["--set", "model.binarises=true"], "model.binarises=false"),
      (["--size", "16"], "leave --size out"),
      (["--kind", "counts"], "which is no count"),
    ])
  func together(_ arguments: [String], _ words: String) throws {
    try NpyWriter.write((0..<40).map { Float($0) / 7 }, shape: [20, 2], to: url("x.npy"))
    let refused = try train(["x.npy", "--kind", "vectors"] + arguments)
    #expect(refused.code == 1 || refused.code == 2)
    #expect(refused.errors.contains(words), "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: url("run").path))
  }
}
