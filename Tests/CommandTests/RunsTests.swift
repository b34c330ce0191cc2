import Files
import Foundation
import TestSupport
import Testing

@Suite("umwelt runs") struct RunsTests {
  private let folder: TemporaryFolder

  /// Two runs of V alone, one of which was stopped, a damaged one, and other things.
  init() throws {
    folder = try TemporaryFolder()
    let frames = (0..<400 * 64).map { UInt8(truncatingIfNeeded: $0 / 64 * 31 + $0 % 8 * 20) }
    try NpyWriter.write(frames, shape: [400, 8, 8], to: folder.url.appending(path: "x.npy"))
    let made = try Program.run(
      [
        "train", "vision", "--preset", "tiny", "--steps", "40", "--run-dir", "runs/sweep/a",
        "--frames", "x.npy", "--seed", "7", "--set", "model.beta=2",
      ], in: folder.url)
    try #require(made.code == 0, "\(made.errors)")
    let manager = FileManager.default
    let runs = folder.url.appending(path: "runs")
    try manager.copyItem(
      at: runs.appending(path: "sweep/a"), to: runs.appending(path: "b"))
    try manager.removeItem(at: runs.appending(path: "b/summary.json"))
    try manager.createDirectory(
      at: runs.appending(path: "c"), withIntermediateDirectories: true)
    try Data("seed: [".utf8).write(to: runs.appending(path: "c/config.yaml"))
    try Data("no run".utf8).write(to: runs.appending(path: "notes.txt"))
  }

  private func list(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(["runs"] + arguments, in: folder.url)
  }

  @Test("each run is listed with its state, its result and the settings that were changed")
  func table() throws {
    let outcome = try list("--sort", "name")
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n").dropFirst(2).map(String.init)
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("runs/sweep/a") && lines[0].contains("finished"))
    #expect(lines[0].contains("loss ") && lines[0].contains("model.beta=2.0"))
    #expect(lines[1].hasPrefix("runs/b") && lines[1].contains("stopped"))
    #expect(lines[2].hasPrefix("runs/c") && lines[2].contains("unreadable"))
  }

  @Test("the same for programs, the best first") func json() throws {
    let outcome = try list("--json", "--sort", "result")
    let value = try JSONValue(reading: [UInt8](outcome.output.utf8))
    let runs = try #require(value["runs"]?.asArray)
    #expect(runs.map { $0["state"]?.asString } == ["finished", "stopped", "unreadable"])
    #expect(runs[0]["seed"]?.asInteger == 7 && runs[0]["preset"]?.asString == "tiny")
    #expect(runs[0]["changes"]?["model.beta"]?.asString == "2.0")
    #expect(runs[0]["changes"]?.asObject?.count == 2)
    #expect((runs[0]["result"]?["value"]?.asNumber ?? -1) > 0)
  }

  @Test("what is mistyped is told") func mistyped() throws {
    let order = try list("--sort", "resutl")
    #expect(
      order.code == 2 && order.errors.contains("did you mean") && order.errors.contains("result"))
    let nowhere = try list("nowhere")
    #expect(nowhere.code == 2 && nowhere.errors.contains("nowhere: there is no such folder"))
    let file = try list("x.npy")
    #expect(file.code == 2 && file.errors.contains("there is no such folder"))
  }
}
