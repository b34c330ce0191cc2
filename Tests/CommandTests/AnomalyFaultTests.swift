import EnvironmentKit
import Environments
import Experiments
import Files
import FinishedRuns
import Foundation
import LongWork
import Settings
import TestSupport
import Testing
import UmweltCommands
import Viewer

@Suite("umwelt anomaly of a run with a memory")
struct AnomalyFaultTests {
  private let folder: TemporaryFolder

  init() throws { folder = try FinishedRunCopy.make() }

  private func json(_ text: String) throws -> JSONValue {
    try JSONValue(reading: [UInt8](text.utf8))
  }

  @Test("makes things go wrong and says which score finds them, the same bytes again on one thread")
  func injects() throws {
    let arguments = ["anomaly", "run", "--inject", "all", "--normal", "300"]
    let outcome = try Program.run(arguments + ["--json"], in: folder.url)
    try #require(outcome.code == 0, "\(outcome.errors)")
    let found = try json(outcome.output)
    let recommended = try #require(found["recommended"]?.asString)
    #expect(found["normal"]?.asInteger == 300 && found["alpha"]?.asNumber == 0.01)
    #expect(found["world"]?.asString == "TakeCover")
    let faults = try #require(found["faults"]?.asObject)
    #expect(faults.map(\.name) == ["teleport", "colour", "object", "freeze", "ignored"])
    for fault in faults {
      let scores = try #require(fault.value["scores"]?.asObject)
      #expect(
        Set(scores.map(\.name)).isSuperset(of: [recommended, "surprise", "forecast", "stillness"]))
      for score in scores {
        let area = score.value["auroc"]
        let ends = ["low", "value", "high"].map { area?[$0]?.asNumber ?? .nan }
        #expect(ends[0] <= ends[1] && ends[1] <= ends[2], "\(fault.name) \(score.name) \(ends)")
      }
      #expect(fault.value["frames"]?.asInteger ?? 0 > 0)
    }
    #expect(found["alarms"]?[recommended]?.asNumber ?? 1 < 0.1)
    let files = ["faults.json", "faults.npy", "media/faults.png"].map {
      folder.url.appending(path: "run/\($0)")
    }
    let before = try files.map { try Data(contentsOf: $0) }
    #expect(String(decoding: before[0], as: UTF8.self) == outcome.output)
    let again = try Program.run(arguments + ["--threads", "1"], in: folder.url)
    #expect(again.code == 0 && again.output.contains("AUROC by every score"), "\(again.errors)")
    #expect(try files.map { try Data(contentsOf: $0) } == before)
    #expect(!FileManager.default.fileExists(atPath: folder.path("run/.fault-episodes")))
  }

  @Test(
    "scores of the run's own episodes and of a rollout's know M's surprise; the first frames are left out"
  )
  func surprise() throws {
    let rolled = try Program.run(
      "rollout", "TakeCover", "--episodes", "2", "--save", "played", in: folder.url)
    try #require(rolled.code == 0, "\(rolled.errors)")
    let outcome = try Program.run("anomaly", "run", "--frames", "played", "--json", in: folder.url)
    try #require(outcome.code == 0, "\(outcome.errors)")
    let found = try json(outcome.output)
    let index = try json(
      String(contentsOf: folder.url.appending(path: "played/index.json"), encoding: .utf8))
    let frames = try #require(index["shards"]?.asArray).reduce(0) {
      $0 + ($1["frames"]?.asInteger ?? 0)
    }
    #expect(found["frames"]?.asInteger == frames - 2)
    #expect(found["threshold"]?["surprise"] != nil && found["alarms"]?["forecast"] != nil)
    let own = try Program.run("anomaly", "run", in: folder.url)
    #expect(own.code == 0 && own.output.contains("surprise"), "\(own.errors)")
  }

  @Test("the window's curve has a value per step, and its threshold")
  func curve() throws {
    let run = RunFolder(folder.url.appending(path: "run"))
    let toolkit = Toolkit.standard(worlds: Catalog.entries)
    let finished = try FinishedRun(run, toolkit)
    let gauge = try #require(
      try FinishedVision.surpriseGauge(
        finished, toolkit, alpha: 0.05, progress: ProgressReporter.standardError()))
    let view = try finished.agentView()
    view.gauge = gauge
    try view.reset(seed: 3)
    for _ in 0..<10 { try view.advance() }
    let curve = try #require(view.panel(expectedSteps: 20).surprise)
    #expect(curve.values.count == view.step && curve.values.allSatisfy(\.isFinite))
    #expect(curve.threshold == gauge.threshold)
    let session = try FinishedRun(run, toolkit).dreamSession()
    session.gauge = gauge
    try session.reset(seed: 3)
    for _ in 0..<10 { try session.advance() }
    let first = try #require(session.panel(player: "agent").surprise)
    try session.rewind()
    for _ in 0..<10 { try session.advance() }
    // Going back and on again meets the same world: what is felt there is the same.
    #expect(session.panel(player: "agent").surprise == first)
  }

  @Test("what does not fit is one clear error")
  func badInput() throws {
    let cases: [([String], Int32, String)] = [
      (
        ["run", "--inject", "telport"], 2, "--inject telport: there is no such fault; did you mean"
      ),
      (["run", "--inject", "all", "--normal", "5"], 2, "--normal 5: out of range; give 100 to"),
      (["run", "--normal", "500"], 2, "--normal 500: it belongs to --inject"),
      (["run", "--inject", "all", "--abnormal", "1"], 2, "leave out --frames, --labels"),
    ]
    for (arguments, code, words) in cases {
      let outcome = try Program.run(["anomaly"] + arguments, in: folder.url)
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      #expect(outcome.errors.components(separatedBy: "error:").count == 2, "\(outcome.errors)")
    }
    for command in ["watch", "dream"] {
      let refused = try Program.run(
        command, "run", "--alpha", "0", "--frames", "2", "--save", "a.png", in: folder.url)
      #expect(refused.code == 2 && refused.errors.contains("--alpha 0.0: out of range"))
    }
  }
}
