import Foundation
import TestSupport
import Testing

@Suite("A report beside other agents")
struct ReportBesideTests {
  private func page(_ folder: TemporaryFolder) throws -> String {
    try String(contentsOfFile: folder.path("run/report.html"), encoding: .utf8)
  }

  /// A result as sweeps write it, of two seeds.
  private func sweep(_ world: String, mean: Double = 0.625) -> String {
    """
    {"schema": 1, "sweep": "agents", "world": "\(world)", "preset": "tiny", "seeds": [1, 2], "episodes": 3,
     "variants": [
      {"name": "ppo-z", "title": "PPO, z alone", "dream": null,
       "real": {"mean": \(mean), "low": 0.5, "high": 0.75, "perSeed": [0.5, 0.75]},
       "trainingSteps": {"real": [500, 524], "dream": [0, 0], "collected": [524, 500]}, "curves": null,
       "meanCurve": {"steps": [512, 1024], "mean": [0.1, 0.6], "low": [0.0, null], "high": [0.2, null]}},
      {"name": "ppo-facts", "title": "PPO, facts", "dream": null,
       "real": {"mean": 1, "low": 1, "high": 1, "perSeed": [1, 1]},
       "trainingSteps": {"real": [1024, 1024], "dream": [0, 0], "collected": [0, 0]}, "curves": null,
       "meanCurve": null}],
     "baselines": {"random": 0.25}}
    """
  }

  private func world(_ folder: TemporaryFolder) throws -> String {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("run/summary.json")))
    let summary = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    return try #require(summary?["world"] as? String)
  }

  private func write(_ text: String, _ path: String, _ folder: TemporaryFolder) throws {
    let file = URL(fileURLWithPath: folder.path(path))
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  @Test("shows runs and sweeps as rows with intervals beside the run's own, now and later")
  func rows() throws {
    let folder = try FinishedRunCopy.make()
    let before = try page(folder)
    #expect(!before.contains("Beside other agents"))
    try FileManager.default.copyItem(atPath: folder.path("run"), toPath: folder.path("other"))
    try write(sweep(world(folder)), "agents/agents.json", folder)
    let outcome = try Program.run(
      "report", "run", "--beside", "other", "agents", in: folder.url)
    try #require(outcome.code == 0, "\(outcome.errors)")
    let shown = try page(folder)
    #expect(shown.contains("<h2>Beside other agents</h2>"))
    for cell in [
      "this run: tiny, evolution", "other: tiny, evolution", "PPO, z alone", "PPO, facts",
      "<td>2 seeds</td>", "0.625", "1,024", "return while learning",
    ] {
      #expect(shown.contains(cell), "\(cell)")
    }
    #expect(try Program.run("report", "run", in: folder.url).code == 0)
    #expect(try page(folder) == shown)
    try FileManager.default.removeItem(atPath: folder.path("run/beside.json"))
    #expect(try Program.run("report", "run", in: folder.url).code == 0)
    #expect(try page(folder) == before)
  }

  @Test("a sweep may lie in the run's own folder")
  func ownSweep() throws {
    let folder = try FinishedRunCopy.make()
    try write(sweep(world(folder)), "run/agents.json", folder)
    let outcome = try Program.run("report", "run", "--beside", "run", in: folder.url)
    try #require(outcome.code == 0, "\(outcome.errors)")
    let shown = try page(folder)
    #expect(shown.contains("PPO, facts") && !shown.contains("run: tiny, evolution, seed 1: "))
  }

  @Test("what cannot stand beside it is one error, and the report stays")
  func refusals() throws {
    let folder = try FinishedRunCopy.make()
    let before = try page(folder)
    try write(sweep("IcePuck"), "elsewhere/agents.json", folder)
    try write("{", "damaged/agents.json", folder)
    try write(#"{"world": "Catch"}"#, "bare/agents.json", folder)
    try write("", "nothing/here.txt", folder)
    for (name, words) in [
      ("elsewhere", "its world is IcePuck"), ("damaged", "is no result of a sweep"),
      ("bare", "is no result of a sweep"), ("nothing", "neither a finished run"),
      ("missing", "neither a finished run"), ("run", "is the run itself"),
    ] {
      let outcome = try Program.run("report", "run", "--beside", name, in: folder.url)
      #expect(outcome.code != 0 && outcome.errors.contains(words), "\(name): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count <= 3, "\(outcome.errors)")
    }
    #expect(try page(folder) == before)
    #expect(!FileManager.default.fileExists(atPath: folder.path("run/beside.json")))
  }
}
