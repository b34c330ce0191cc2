import Files
import Foundation
import TestSupport
import Testing

@Suite("umwelt sample", .serialized)
struct SampleTests {
  private let folder: TemporaryFolder
  private static let side = 12

  /// A run of the usual latents, trained once; every test has a copy.
  private static let trained = Result { try SampleTests(["--steps", "400"]).folder }

  /// Pictures of a bar at one of four heights, with its height and how bright it is.
  private init(_ more: [String]) throws {
    folder = try TemporaryFolder()
    let count = 600
    let bytes = (0..<count).flatMap { frame in
      (0..<Self.side * Self.side).map { pixel -> UInt8 in
        pixel / Self.side / 3 == Self.height(frame)
          ? UInt8(Self.brightness(frame)) : UInt8(10 + (frame * 3 + pixel) % 30)
      }
    }
    try NpyWriter.write(bytes, shape: [count, Self.side, Self.side], to: url("x.npy"))
    try NpyWriter.write(
      (0..<count).flatMap { [Float(Self.height($0)), Float(Self.brightness($0))] },
      shape: [count, 2], to: url("y.npy"))
    let made = try Program.run(
      [
        "train", "vision", "--preset", "tiny", "--run-dir", "run", "--frames", "x.npy", "--labels",
        "y.npy", "--set", "model.latentSize=4", "--set", "collect.heldOutEvery=3",
      ] + more, in: folder.url)
    try #require(made.code == 0, "\(made.errors)")
  }

  init() throws {
    folder = try TemporaryFolder()
    for name in ["x.npy", "y.npy", "run"] {
      try FileManager.default.copyItem(
        atPath: Self.trained.get().path(name), toPath: folder.path(name))
    }
  }

  private static func height(_ frame: Int) -> Int { frame * 7 % 13 % 4 }
  private static func brightness(_ frame: Int) -> Int { 100 + frame * 37 % 150 }

  private func url(_ name: String) -> URL { folder.url.appending(path: name) }

  private func sample(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(["sample", "run"] + arguments, in: folder.url)
  }

  /// What was made, as JSON, and again the same bytes on one thread.
  private func made(_ arguments: [String], _ way: String) throws -> JSONValue {
    let first = try sample(arguments + ["--json"])
    try #require(first.code == 0, "\(first.errors)")
    let json = try JSONValue(reading: [UInt8](first.output.utf8))
    #expect(json["mode"]?.asString == way)
    let files = try #require(json["files"]?.asObject)
    let names = files.compactMap(\.value.asString)
    func contents() throws -> [Data] {
      try (names + ["sample.json"]).map { name in
        let inRun = url("run/\(name)")
        return try Data(
          contentsOf: FileManager.default.fileExists(atPath: inRun.path) ? inRun : url(name))
      }
    }
    let before = try contents()
    #expect(String(decoding: before[before.count - 1], as: UTF8.self) == first.output)
    let again = try sample(arguments + ["--threads", "1"])
    #expect(again.code == 0 && again.output.contains("wrote "), "\(again.errors)")
    #expect(try contents() == before, "\(arguments)")
    return json
  }

  private func floats(_ name: String) throws -> (shape: [Int], values: [Float]) {
    let file = try NpyFile<Float>(at: url(name))
    return (file.shape, Array(file.elements))
  }

  private func numbers(_ json: JSONValue?) -> [Double] {
    (json?.asArray ?? []).map { $0.asNumber ?? .nan }
  }

  @Test("draws of the prior: as many as asked, at a temperature; at 0 the mean")
  func prior() throws {
    let cold = try made(["--prior", "standard", "--temperature", "0", "--count", "5"], "prior")
    #expect(cold["prior"]?.asString == "standard normal" && cold["count"]?.asInteger == 5)
    let latents = try floats("run/samples.npy")
    #expect(latents.shape == [5, 4] && latents.values.allSatisfy { $0 == 0 })
    let fitted = try made([], "prior")
    #expect(fitted["prior"]?.asString?.hasPrefix("fitted") == true)
    let density = try #require(fitted["logDensity"]?["standard normal"])
    #expect(density["low"]?.asNumber ?? 1 <= density["high"]?.asNumber ?? 0)
    let one = try floats("run/samples.npy")
    #expect(one.shape == [32, 4])
    _ = try made(["--seed", "2"], "prior")
    #expect(try floats("run/samples.npy").values != one.values)
    #expect(try NpyFile<UInt8>(at: url("run/sample-frames.npy")).shape == [32, 12, 12, 1])
  }

  @Test("around a frame, between two, and one latent at a time")
  func ways() throws {
    let near = try made(["--near", "7", "--spread", "0", "--count", "3"], "near")
    let mean = Array(try floats("run/samples.npy").values.prefix(4))
    #expect(try floats("run/samples.npy").values == mean + mean + mean && near["frame"] == 7)
    _ = try made(["--near", "7", "--count", "3"], "near")
    #expect(try floats("run/samples.npy").values.prefix(4) != mean[...])
    let between = try made(["--between", "7", "8", "--steps", "5"], "between")
    #expect(numbers(between["paths"]?["spherical"]?["lengths"]).count == 5)
    let way = try floats("run/samples.npy")
    #expect(way.shape == [10, 4])
    for path in 0..<2 { #expect(Array(way.values[path * 20..<path * 20 + 4]) == mean) }
    let straight = try made(
      ["--between", "7", "8", "--path", "straight", "--steps", "3"], "between")
    #expect(straight["paths"]?.asObject?.map(\.name) == ["straight"])
    let moved = try made(
      ["--traverse", "--latents", "2", "0", "--of", "7", "--prior", "standard", "--steps", "3"],
      "traverse")
    let rows = try floats("run/samples.npy")
    #expect(rows.shape == [6, 4] && moved["latents"]?.asArray?[0]["latent"] == 2)
    for row in 0..<3 {
      var wanted = mean
      wanted[2] = [-2.3263479, 0, 2.3263479][row]
      for (found, value) in zip(rows.values[row * 4..<row * 4 + 4], wanted) {
        #expect(abs(found - value) < 1e-5)
      }
    }
  }

  @Test("draws by facts come of frames that fulfil them, and are read again")
  func conditioned() throws {
    let json = try made(["--where", "label 0=2", "label 1=200"], "where")
    let fulfilled = (0..<600).filter {
      // The range of brightness is 149, a twentieth of it 7.45.
      Self.height($0) == 2 && abs(Self.brightness($0) - 200) <= 7
    }
    #expect(json["fulfilled"]?.asInteger == fulfilled.count)
    let frames = numbers(json["frames"]).map { Int($0) }
    #expect(frames.count == 32 && Set(frames).isSubset(of: fulfilled))
    let read = try #require(json["read"]?.asArray)
    #expect(read[0]["probe"]?["measure"]?.asString == "accuracy")
    #expect(read[0]["share"]?["value"]?.asNumber ?? 0 > 0.7, "\(read[0])")
    #expect(read[1]["probe"]?["measure"]?.asString == "explainedVariance")
    let exact = try made(["--where", "label 1=101", "--tolerance", "0.5"], "where")
    #expect(exact["fulfilled"]?.asInteger == (0..<600).count { Self.brightness($0) == 101 })
  }

  @Test("an edit leads to where the reader flips, not before, and says how well it reads")
  func edit() throws {
    let json = try made(["--edit", "label 0=1", "--steps", "5"], "edit")
    let frame = try #require(json["frame"]?.asInteger)
    #expect(frame % 3 == 0 && Self.height(frame) != 1)
    #expect(json["known"]?.asNumber == Double(Self.height(frame)))
    #expect(json["probe"]?["quality"]?["value"]?.asNumber ?? 0 > 0.7)
    let steps = try #require(json["steps"]?.asArray)
    let (told, flip) = (
      steps.map { $0["told"]?.asNumber }, try #require(json["flip"]?.asNumber)
    )
    #expect(told.count == 5 && told[0] != 1 && told[1] != 1 && told[2...] == [1, 1, 1])
    #expect(abs((steps[4]["strength"]?.asNumber ?? 0) - 2 * flip) < 1e-9)
    let brighter = try made(["--edit", "label 1=240", "--of", "3"], "edit")
    let guesses = (brighter["steps"]?.asArray ?? []).map { $0["told"]?.asNumber ?? .nan }
    #expect(abs(guesses[4] - 240) < 0.1 && guesses == guesses.sorted(), "\(guesses)")
  }

  @Test("labelled frames that training takes back, and what a reader gains by such")
  func augment() throws {
    let json = try made(
      ["--augment", "130", "--save", "more", "--few", "20", "40"], "augment")
    #expect(json["count"]?.asInteger == 130 && json["madeOf"]?.asInteger == 400)
    #expect(try NpyFile<UInt8>(at: url("more/frames.npy")).shape == [130, 12, 12, 1])
    let labels = try floats("more/labels.npy")
    #expect(labels.shape == [130, 2])
    // Frames are judged by: none of them has been held out.
    let known = Set(
      (0..<600).filter { $0 % 3 != 0 }.map { [Float(Self.height($0)), Float(Self.brightness($0))] })
    for row in 0..<130 { #expect(known.contains(Array(labels.values[2 * row..<2 * row + 2]))) }
    let few = try #require(json["few"]?.asArray)
    // Two facts, two numbers of frames, two views.
    #expect(few.count == 8 && few[3]["few"] == 40 && few[3]["view"] == "latent")
    #expect(few.map { $0["fact"] } == (0..<8).map { .string("label \($0 / 4)") })
    let named = try made(
      ["--augment", "13", "--save", "other", "--few", "20", "40", "--fact", "label 1"], "augment")
    // Each fact is read of the same few frames, whichever others are.
    #expect(named["few"]?.asArray == Array(few[4...]))
    for outcome in few {
      let gain = try #require(outcome["gain"])
      #expect(gain["low"]?.asNumber ?? 1 <= gain["high"]?.asNumber ?? 0)
    }
    let taken = try Program.run(
      [
        "train", "vision", "--preset", "tiny", "--steps", "3", "--run-dir", "again", "--frames",
        "more/frames.npy", "--labels", "more/labels.npy",
      ], in: folder.url)
    #expect(taken.code == 0, "\(taken.errors)")
  }

  @Test("what does not fit is one clear error, and nothing is written")
  func badInput() throws {
    try FileManager.default.createDirectory(at: url("full"), withIntermediateDirectories: true)
    try Data("x".utf8).write(to: url("full/x.txt"))
    try NpyWriter.write(
      [UInt8](repeating: 1, count: 144 * 30), shape: [30, 12, 12], to: url("z.npy"))
    let cases: [([String], String)] = [
      (["--near", "1", "--traverse"], "--near --traverse: only one way goes at a time"),
      (["--near", "600"], "--near 600: there is no such frame; there are 600: give 0 to 599"),
      (["--near", "1", "--spread", "1", "--temperature", "2"], "give one of them"),
      (["--spread", "1"], "--spread: says nothing of draws from the prior; it goes with --near"),
      (["--edit", "label 0=1", "--count", "3"], "--count: says nothing beside --edit"),
      (["--between", "4"], "--between 4: names 1 frame; name two"),
      (["--between", "1", "2", "--path", "round"], "give straight or spherical"),
      (["--between", "1", "2", "--steps", "1"], "--steps 1: out of range; give 2 to 1000"),
      (["--traverse", "--latents", "4"], "--latents 4: there is no such latent"),
      (["--temperature", "-1"], "--temperature -1.0: out of range"),
      (["--count", "0"], "--count 0: out of range"),
      (["--prior", "best"], "give standard or fitted"),
      (["--where", "label 0"], "--where label 0: is no FACT=VALUE; write it as label=3"),
      (["--where", "label 0=x"], "is no FACT=VALUE"),
      (["--where", "lable 0=1"], "there is no such fact; did you mean 'label 0'?"),
      (
        ["--where", "label 0=9"],
        "none of 600 frames fulfils it; their facts: label 0 0…3 (whole numbers), label 1 100…249"
      ),
      (
        ["--edit", "label 0=9"],
        "or no latent makes it tell so; give another frame or value; there is label 0 0…3"
      ),
      (["--frames", "z.npy"], "--frames: says nothing of draws from the prior"),
      (["--frames", "z.npy", "--where", "label=1"], "nothing is known of the frames"),
      (["--frames", "z.npy", "--augment", "5", "--save", "d"], "nothing is known of the frames"),
      (["--augment", "5"], "name it with --save DIR"),
      (["--augment", "5", "--save", "full"], "--save full: the folder holds other things"),
      (
        ["--augment", "5", "--save", "d", "--few", "500"],
        "--few 500: there are 400 frames to draw from"
      ),
      (["--augment", "5", "--save", "d", "--fact", "label 0"], "say from how many with --few N"),
      (["--fact", "label 0"], "--fact: says nothing of draws from the prior"),
      (
        ["--augment", "5", "--save", "d", "--few", "20", "--fact", "label 0", "lable 1"],
        "--fact lable 1: there is no such fact; did you mean 'label 1'?"
      ),
    ]
    for (arguments, words) in cases {
      let outcome = try sample(arguments)
      #expect(outcome.code == 2, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.components(separatedBy: "error:").count == 2, "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: url("run/sample.json").path))
      #expect(!FileManager.default.fileExists(atPath: url("d").path))
    }
  }

  @Test(
    "latents that are codes are drawn and moved; what makes no sense of them is told",
    arguments: ["quantised", "categorical"])
  func codes(_ kind: String) throws {
    let test = try SampleTests(
      CodesRunTests.settings(kind) + ["--steps", "40", "--set", "model.prior.kind=standardNormal"])
    _ = try test.made([], "prior")
    _ = try test.made(["--traverse"], "traverse")
    _ = try test.made(["--where", "label 0=2"], "where")
    var refused: [([String], String)] = [
      (["--between", "1", "2"], "--between: the run's latents are 5 codes of 4 values"),
      (["--edit", "label 0=1"], "--edit: the run's latents are"),
      (["--near", "1", "--spread", "1"], "--spread: the run's latents are"),
      (["--temperature", "0.5"], "--temperature: the run's latents are"),
      (["--traverse", "--prior", "standard"], "--prior: the run's latents are"),
      (["--prior", "fitted"], "no prior was fitted to the run's latents"),
    ]
    if kind == "quantised" {
      refused.append((["--near", "1"], "--near: the run's latents are"))
    } else {
      _ = try test.made(["--near", "1"], "near")
    }
    for (arguments, words) in refused {
      let outcome = try test.sample(arguments)
      #expect(outcome.code == 2 && outcome.errors.contains(words), "\(outcome.errors)")
    }
  }
}
