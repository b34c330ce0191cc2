import Files
import Foundation
import TestSupport
import Testing

@Suite("umwelt evaluate vision")
struct EvaluateVisionTests {
  private let folder: TemporaryFolder
  private static let (count, side) = (600, 12)

  init() throws {
    folder = try TemporaryFolder()
    try write(0..<Self.count, "x.npy", "labels.npy")
  }

  private func url(_ name: String) -> URL { folder.url.appending(path: name) }

  /// Pictures of a bar at one of four places, and the places.
  private func write(_ frames: Range<Int>, _ pictures: String, _ labels: String) throws {
    let place = { (frame: Int) in frame * 7 % 13 % 4 }
    let bytes = frames.flatMap { frame in
      (0..<Self.side * Self.side).map { pixel in
        pixel / Self.side / 3 == place(frame) ? UInt8(200 + frame % 40) : UInt8(10 + frame * 3 % 30)
      }
    }
    try NpyWriter.write(bytes, shape: [frames.count, Self.side, Self.side], to: url(pictures))
    try NpyWriter.write(
      frames.map { Int64(place($0)) }, shape: [frames.count], to: url(labels))
  }

  private func train(_ more: [String] = []) throws {
    let made = try Program.run(
      [
        "train", "vision", "--preset", "tiny", "--steps", "60", "--run-dir", "run", "--frames",
        "x.npy", "--labels", "labels.npy", "--set", "collect.heldOutEvery=2",
      ] + more, in: folder.url)
    try #require(made.code == 0, "\(made.errors)")
  }

  private func evaluate(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(["evaluate", "vision"] + arguments, in: folder.url)
  }

  /// The values of an outcome of `--json`.
  private func values(_ outcome: Program.Outcome) throws -> [String: Double] {
    try #require(outcome.code == 0, "\(outcome.errors)")
    let json = try JSONValue(reading: [UInt8](outcome.output.utf8))
    let members = try #require(json.asObject)
    for member in members {
      let keys = try #require(member.value.asObject).map(\.name)
      #expect(keys == ["value", "low", "high", "unit"])
    }
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let numbers = try #require(object as? [String: [String: Any]])
    return numbers.mapValues { $0["value"] as? Double ?? .nan }
  }

  @Test("measures a run of V alone, the same bytes again on one thread, and renews the report")
  func ownFrames() throws {
    try train()
    let first = try evaluate("run", "--samples", "10", "--json")
    let found = try values(first)
    let names = [
      "elbo", "nll.iw.1", "nll.iw.10", "iw.ess", "elbo.fitted", "nll.iw.10.fitted",
      "reconstruction", "kl", "psnr", "ssim",
      "activeUnits", "mutualInformation", "mutualInformation.cap", "totalCorrelation", "mig",
      "dci.completeness", "dci.informativeness", "sap", "samples.precision", "samples.recall",
      "samples.density", "samples.coverage", "entityRecall.label", "probe.label.latent",
      "probe.label.pca", "probe.label.untrained", "probe.label.latent.network",
      "probe.label.pca.network", "probe.label.untrained.network",
    ]
    for name in names { #expect(found[name]?.isFinite == true, "\(name)") }
    #expect(found["nll.iw.100"] == nil)
    // Which numbers come with an interval.
    let document = try JSONValue(reading: [UInt8](first.output.utf8))
    for name in ["nll.iw.10.fitted", "dci.informativeness", "probe.label.latent", "mig"] {
      let ends = ["low", "value", "high"].compactMap { document[name]?[$0]?.asNumber }
      #expect(ends.count == 3 && ends == ends.sorted(), "\(name): \(ends)")
    }
    func value(_ name: String) -> Double { found[name] ?? .nan }
    #expect(abs(value("elbo") + value("reconstruction") + value("kl")) < 1e-6)
    // Other draws of one latent a frame: what they differ by is less than what frames do.
    #expect(abs(value("nll.iw.1") + value("elbo")) < 0.03 * abs(value("elbo")))
    #expect(value("nll.iw.10") < value("nll.iw.1"))
    #expect(value("iw.ess") >= 1 && value("iw.ess") <= 10)
    #expect(value("mutualInformation") <= value("mutualInformation.cap") + 1e-9)
    #expect(abs(value("mutualInformation.cap") - log(300)) < 1e-9)
    // Four bars are told apart by a linear reader without any training.
    #expect(value("probe.label.pca") > 0.95)
    let files = [
      "vision.json", "media/vision-bound.png", "media/vision-frames.png",
      "media/vision-latents.png", "media/vision-samples.png",
    ]
    func contents() throws -> [Data] { try files.map { try Data(contentsOf: url("run/\($0)")) } }
    let before = try contents()
    #expect(String(decoding: before[0], as: UTF8.self) == first.output)
    #expect(try folder.text("run/report.html").contains("What the autoencoder is worth"))
    let again = try evaluate("run", "--samples", "10", "--threads", "1")
    #expect(again.code == 0 && again.output.contains("samples.coverage"), "\(again.errors)")
    #expect(try contents() == before)
  }

  @Test("measures on other frames, and says what does not fit")
  func otherFrames() throws {
    try train()
    try write(700..<1_000, "y.npy", "y-labels.npy")
    let other = try values(
      try evaluate(
        "run", "--frames", "y.npy", "--labels", "y-labels.npy", "--samples", "1", "--json"))
    #expect(abs((other["mutualInformation.cap"] ?? 0) - log(300)) < 1e-9)
    #expect(other["probe.label.latent"] != nil)
    let plain = try values(try evaluate("run", "--frames", "y.npy", "--samples", "1", "--json"))
    #expect(plain["mig"] == nil && plain["elbo"] == other["elbo"])
    try NpyWriter.write([UInt8](repeating: 1, count: 640), shape: [10, 8, 8], to: url("small.npy"))
    let cases: [([String], Int32, String)] = [
      (["run", "--samples", "0"], 2, "--samples 0: out of range; give 1 to 100000"),
      (["run", "--labels", "labels.npy"], 2, "name them with --frames PATH"),
      (["nowhere"], 2, "nowhere: there is no such folder"),
      (["run", "--frames", "small.npy"], 1, "small.npy: has frames of [8, 8, 1]"),
      (["run", "--frames", "absent.npy"], 2, "absent.npy: there is no such file or folder"),
      (["run", "--frames", "Catch"], 2, "make frames of it first"),
      (
        ["run", "--frames", "y.npy", "--labels", "labels.npy"], 1,
        "labels.npy: has 600 labels, there are 300 frames"
      ),
    ]
    for (arguments, code, words) in cases {
      let outcome = try Program.run(["evaluate", "vision"] + arguments, in: folder.url)
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.components(separatedBy: "error:").count == 2, "\(outcome.errors)")
    }
    try write(1..<Self.count + 1, "x.npy", "labels.npy")
    let changed = try evaluate("run")
    #expect(changed.code == 2 && changed.errors.contains("have changed since the run"))
  }

  @Test("measures the autoencoder of a run in a world, by the facts of its frames")
  func world() throws {
    let made = try Program.run(
      smallRun + ["--run-dir", "run", "--set", "collect.heldOutEvery=2"], in: folder.url)
    try #require(made.code == 0, "\(made.errors)")
    let found = try values(try evaluate("run", "--samples", "1", "--json"))
    #expect(found["elbo"]?.isFinite == true && found["samples.density"]?.isFinite == true)
    #expect(found.keys.contains { $0.hasPrefix("probe.") })
    #expect(try folder.text("run/report.html").contains("What the autoencoder is worth"))
  }
}
