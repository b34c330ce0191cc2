import Files
import Foundation
import TestSupport
import Testing

@Suite("umwelt anomaly")
struct AnomalyTests {
  private let folder: TemporaryFolder
  private static let side = 12

  /// Pictures of a horizontal bar at one of four places, and of an upright one.
  init() throws {
    folder = try TemporaryFolder()
    try write((0..<800).map { ($0, false) }, "x.npy", nil)
    try write((800..<1_000).map { ($0, $0 % 5 == 0) }, "y.npy", "y-labels.npy")
    let made = try Program.run(
      [
        "train", "vision", "--preset", "tiny", "--steps", "150", "--run-dir", "run", "--frames",
        "x.npy", "--set", "collect.heldOutEvery=2",
      ], in: folder.url)
    try #require(made.code == 0, "\(made.errors)")
  }

  private func url(_ name: String) -> URL { folder.url.appending(path: name) }

  private func write(_ frames: [(Int, Bool)], _ pictures: String, _ labels: String?) throws {
    let bytes = frames.flatMap { frame, isUpright in
      (0..<Self.side * Self.side).map { pixel -> UInt8 in
        let line = isUpright ? pixel % Self.side : pixel / Self.side
        return line / 3 == frame * 7 % 13 % 4
          ? UInt8(200 + frame % 40) : UInt8(10 + (frame * 3 + pixel) % 30)
      }
    }
    try NpyWriter.write(bytes, shape: [frames.count, Self.side, Self.side], to: url(pictures))
    guard let labels else { return }
    try NpyWriter.write(
      frames.map { Int64($0.1 ? 1 : 0) }, shape: [frames.count], to: url(labels))
  }

  private func look(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(["anomaly", "run"] + arguments, in: folder.url)
  }

  @Test("finds what is unlike the rest, the same bytes again on one thread")
  func found() throws {
    let known = [
      "--frames", "y.npy", "--labels", "y-labels.npy", "--abnormal", "1", "--alpha", "0.05",
    ]
    let outcome = try Program.run(["anomaly", "run", "--json"] + known, in: folder.url)
    try #require(outcome.code == 0, "\(outcome.errors)")
    let json = try JSONValue(reading: [UInt8](outcome.output.utf8))
    #expect(json["frames"]?.asInteger == 200)
    let recommended = try #require(json["recommended"]?.asString)
    let names = try #require(json["scores"]?.asObject).map(\.name)
    #expect(names.contains("regret") && names.contains("latentDistance") && names.count == 10)
    func quality(_ name: String, _ key: String) -> Double {
      json["scores"]?[name]?[key]?.asNumber ?? .nan
    }
    for name in names {
      #expect(quality(name, "low") <= quality(name, "auroc"), "\(name)")
      #expect(quality(name, "auroc") <= quality(name, "high"), "\(name)")
      #expect((0...1).contains(quality(name, "auprc")) && (0...1).contains(quality(name, "fpr95")))
      #expect(json["threshold"]?[name]?["alpha"]?.asNumber == 0.05)
    }
    #expect(quality(recommended, "auroc") > 0.95, "\(recommended)")
    // A share of 0.05 of 160 normal frames; four standard errors more.
    #expect(json["alarms"]?[recommended]?.asNumber ?? 1 < 0.12)
    let first = try #require(json["strangest"]?.asArray?.first?["frame"]?.asInteger)
    #expect((800 + first) % 5 == 0)
    let files = ["anomaly.json", "anomaly.npy", "media/anomaly.png"]
    func contents() throws -> [Data] { try files.map { try Data(contentsOf: url("run/\($0)")) } }
    let before = try contents()
    #expect(String(decoding: before[0], as: UTF8.self) == outcome.output)
    let again = try Program.run(
      ["anomaly", "run", "--threads", "1"] + known, in: folder.url)
    #expect(again.code == 0 && again.output.contains("* \(recommended)"), "\(again.errors)")
    #expect(try contents() == before)
  }

  @Test("without labels looks at frames alone, at the run's own by default")
  func unknown() throws {
    let outcome = try look("--json")
    let json = try JSONValue(reading: [UInt8](outcome.output.utf8))
    #expect(outcome.code == 0 && json["frames"]?.asInteger == 400, "\(outcome.errors)")
    #expect(json["scores"]?.asObject?.isEmpty == true)
    // No more than a share of 0.01, since thresholds are by these frames themselves; and half as many again.
    #expect(json["alarms"]?["reconstruction"]?.asNumber ?? 1 <= 0.015)
  }

  @Test("what does not fit is one clear error")
  func badInput() throws {
    try NpyWriter.write([UInt8](repeating: 1, count: 640), shape: [10, 8, 8], to: url("small.npy"))
    let cases: [([String], Int32, String)] = [
      (["run", "--alpha", "1"], 2, "--alpha 1.0: out of range; give a share above 0"),
      (["run", "--labels", "y-labels.npy"], 2, "name them with --frames PATH"),
      (["run", "--abnormal", "1"], 2, "--abnormal: the frames have no labels"),
      (["nowhere"], 2, "nowhere: there is no such folder"),
      (["run", "--frames", "small.npy"], 1, "small.npy: has frames of [8, 8, 1]"),
      (
        ["run", "--frames", "y.npy", "--labels", "y-labels.npy", "--abnormal", "7"], 2,
        "--abnormal: no frame has such a label"
      ),
      (
        ["run", "--frames", "y.npy", "--labels", "y-labels.npy", "--abnormal", "0", "1"], 2,
        "--abnormal: all frames have such a label"
      ),
    ]
    for (arguments, code, words) in cases {
      let outcome = try Program.run(["anomaly"] + arguments, in: folder.url)
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.components(separatedBy: "error:").count == 2, "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: url("run/anomaly.json").path))
    }
  }
}
