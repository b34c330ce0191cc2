import Files
import Foundation
import TestSupport
import Testing

/// Sweeps over settings and what compares their runs, on V alone of made-up frames.
@Suite("umwelt sweep grid and umwelt compare-runs") struct CompareRunsTests {
  private let folder: TemporaryFolder
  private static let sweep = [
    "sweep", "grid", "--frames", "x.npy", "--preset", "tiny", "--seeds", "2", "--sweep-dir",
    "sweep",
    "--set", "model.steps=60", "--set", "model.beta=1,4",
  ]

  init() throws {
    folder = try TemporaryFolder()
    let frames = (0..<400 * 64).map { UInt8(truncatingIfNeeded: $0 / 64 * 31 + $0 % 8 * 20) }
    try NpyWriter.write(frames, shape: [400, 8, 8], to: folder.url.appending(path: "x.npy"))
  }

  private func program(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(arguments, in: folder.url)
  }

  private func json(_ path: String) throws -> JSONValue {
    try JSONValue(reading: readFile(folder.path(path)))
  }

  @Test("a grid is run, goes on, and is compared; one run that fails leaves the others")
  func grid() throws {
    // A folder that holds something else makes one run fail.
    let taken = folder.url.appending(path: "sweep/model.beta=4_s2")
    try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: true)
    try Data("seed: [".utf8).write(to: taken.appending(path: "config.yaml"))
    let first = try program(Self.sweep + ["--jobs", "2"])
    #expect(first.code == 1, "\(first.errors)")
    #expect(first.errors.contains("1 of 4 runs failed"))
    #expect(first.errors.contains("model.beta=4_s2: exit "))
    try FileManager.default.removeItem(at: taken)
    let alone = try program(Self.sweep + ["--index", "4"])
    #expect(alone.code == 0, "\(alone.errors)")
    let second = try program(Self.sweep)
    #expect(second.code == 0 && !second.errors.contains("begun"), "\(second.errors)")

    let groups = try #require(try json("sweep/compare-runs.json")["groups"]?.asArray)
    #expect(groups.map { $0["name"]?.asString } == ["model.beta=1.0", "model.beta=4.0"])
    for group in groups {
      let runs = try #require(group["runs"]?.asArray)
      #expect(runs.map { $0["seed"]?.asInteger } == [1, 2])
      let results = runs.compactMap { $0["result"]?.asNumber }
      try #require(results.count == 2)
      let mean = try #require(group["mean"]?["value"]?.asNumber)
      #expect(abs(mean - (results[0] + results[1]) / 2) < 1e-9 * mean)
      #expect(group["iqm"]?["value"]?.asNumber == mean)
      // Of two values all resamples lie between them.
      #expect(group["mean"]?["low"]?.asNumber == results.min())
    }
    let curve = try #require(try json("sweep/compare-runs.json")["curves"]?["vision/kl"]?.asArray)
    #expect(curve.count == 2)
    let report = try String(contentsOfFile: folder.path("sweep/compare-runs.html"), encoding: .utf8)
    #expect(report.contains("<svg") && report.contains("model.beta=4.0"))
  }

  @Test("a list of the runs is printed with their commands, and none is begun")
  func list() throws {
    let outcome = try program(Self.sweep + ["--list"])
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.code == 0 && lines.count == 4)
    #expect(lines[3].hasPrefix("4  ") && lines[3].contains("train vision --frames x.npy"))
    #expect(lines[3].contains("--set model.beta=4 --seed 2"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("sweep")))
  }

  @Test("a resumed run's later lines count, and a run that is not finished has curves only")
  func curves() throws {
    let made = try program([
      "train", "vision", "--frames", "x.npy", "--preset", "tiny", "--steps", "20", "--run-dir", "a",
    ])
    try #require(made.code == 0, "\(made.errors)")
    try FileManager.default.removeItem(atPath: folder.path("a/summary.json"))
    let lines = [(10, 5.0), (20, 9), (15, 3), (20, 1)].map {
      #"{"phase":"vision","step":\#($0.0),"time":0,"vision/kl":\#($0.1)}"#
    }
    let text = lines.joined(separator: "\n") + "\n{\"phase\":\"vis"
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path("a/metrics.jsonl")))
    let outcome = try program([
      "compare-runs", "a", "--save", "out", "--curve", "vision/kl", "--json",
    ])
    try #require(outcome.code == 0, "\(outcome.errors)")
    let value = try JSONValue(reading: [UInt8](outcome.output.utf8))
    let line = try #require(value["curves"]?["vision/kl"]?.asArray?.first)
    let means = (line["mean"]?.asArray ?? []).compactMap(\.asNumber)
    #expect(means.first == 5 && means.last == 1 && !means.contains { $0 > 5 })
    #expect(value["groups"]?.asArray?.first?["mean"] == nil)
    #expect(value["notes"]?.asArray?.count == 1)

    try Data("{}\nno\n{}\n".utf8).write(to: URL(fileURLWithPath: folder.path("a/metrics.jsonl")))
    let damaged = try program(["compare-runs", "a", "--save", "out"])
    #expect(damaged.code == 1 && damaged.errors.contains("metrics.jsonl:2"), "\(damaged.errors)")
  }

  @Test(
    "what cannot be swept or compared is told before anything is begun",
    arguments: [
      (["sweep", "grid", "--set", "model.btea=1,2"], "model.beta"),
      (["sweep", "grid", "--set", "model.beta=1,-2"], "model.beta"),
      (["sweep", "grid", "--set", "model.beta=1..2"], "sweep random"),
      (["sweep", "random", "--count", "0", "--set", "model.beta=1..2"], "--count 0"),
      (["sweep", "grid", "--set", "model.beta=1,2", "--index", "7"], "give 1 to 6"),
      (["sweep", "grid", "--set", "model.beta=1,2", "--jobs", "0"], "--jobs 0"),
      (["sweep", "grid", "TakeCover", "--frames", "x.npy"], "--frames"),
      (["sweep", "grid", "--labels", "x.npy"], "--labels"),
      (["compare-runs", "nowhere"], "there is no such folder"),
      (["compare-runs", "empty"], "holds no run"),
    ])
  func mistyped(arguments: [String], said: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder.path("empty"), withIntermediateDirectories: true)
    let outcome = try program(arguments)
    #expect(outcome.code == 2 && outcome.errors.contains(said), "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("runs")))
  }
}
