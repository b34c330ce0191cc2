import Foundation
import TestSupport
import Testing

@Suite("umwelt sweep exploration", .serialized)
struct ExplorationSweepTests {
  private func sweep(
    _ folder: TemporaryFolder, _ worlds: [String], bonuses: String
  ) throws -> Program.Outcome {
    try Program.run(
      ["sweep", "exploration"] + worlds + [
        "--bonuses", bonuses, "--steps", "1024", "--seeds", "2", "--episodes", "3", "--sweep-dir",
        "sweep", "--set", "learner.horizon=32",
      ], in: folder.url)
  }

  private func variants(_ folder: TemporaryFolder, _ path: String) throws -> [[String: Any]] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("sweep/\(path)")))
    let document = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    return try #require(document?["variants"] as? [[String: Any]])
  }

  @Test("compares bonuses in several worlds, with curves, and adds what is asked for later")
  func worlds() throws {
    let folder = try TemporaryFolder()
    let ids = ["MiniGrid-Empty-5x5-v0", "MiniGrid-Empty-6x6-v0"]
    let first = try sweep(folder, ids, bonuses: "none,count")
    try #require(first.code == 0, "\(first.errors)")
    for id in ids {
      let found = try variants(folder, "\(id)/exploration.json")
      #expect(found.compactMap { $0["title"] as? String } == ["none", "count"])
      let curves = try #require(found[1]["curves"] as? [[String: [Double]]])
      #expect(curves.count == 2)
      for curve in curves {
        #expect(curve["steps"]?.count == curve["returns"]?.count)
        #expect(curve["steps"]?.allSatisfy { $0 > 0 && $0 <= 1_024 } == true)
      }
      #expect(
        FileManager.default.fileExists(atPath: folder.path("sweep/\(id)/exploration.png")))
    }
    let later = try sweep(folder, ids, bonuses: "noveld")
    try #require(later.code == 0, "\(later.errors)")
    #expect(!later.errors.contains("seed 1, count"))
    #expect(
      try variants(folder, "\(ids[0])/exploration.json").compactMap { $0["title"] as? String }
        == ["none", "count", "noveld"])
  }

  @Test("says before it trains what a run cannot tell, and what is no bonus")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let world = ["MiniGrid-Empty-5x5-v0"]
    let model = try sweep(folder, world, bonuses: "none,kl")
    #expect(model.code == 2 && model.errors.contains("no autoencoder"), "\(model.errors)")
    let unknown = try sweep(folder, world, bonuses: "none,novelt")
    #expect(unknown.code == 2 && unknown.errors.contains("noveld"), "\(unknown.errors)")
    let twice = try sweep(folder, world, bonuses: "rnd,rnd")
    #expect(twice.code == 2 && twice.errors.contains("twice"), "\(twice.errors)")
    let learner = try Program.run(
      ["sweep", "exploration"] + world + ["--preset", "tiny", "--bonuses", "rnd"], in: folder.url)
    #expect(learner.code == 2 && learner.errors.contains("--preset ppo"), "\(learner.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("sweep/s1/variants")))
  }

  @Test("a model's surprise is learned from, to the same bytes for any number of threads")
  func surprise() throws {
    let folder = try TemporaryFolder()
    func run(_ name: String, _ threads: String) throws {
      let outcome = try Program.run(
        Array(smallRun.prefix(while: { $0 != "learner.populationSize=4" }).dropLast()) + [
          "--set", "evaluate.episodes=4", "--set", "learner.kind=ppo", "--set", "learner.in=world",
          "--set", "learner.environmentSteps=1024", "--set", "learner.horizon=32", "--set",
          "learner.exploration.kind=surprise", "--run-dir", folder.path(name), "--threads", threads,
        ])
      try #require(outcome.code == 0, "\(outcome.errors)")
    }
    try run("one", "1")
    try run("two", "2")
    let lines = try String(contentsOfFile: folder.path("one/metrics.jsonl"), encoding: .utf8)
    #expect(lines.contains("controller/bonus"))
    #expect(
      differences(
        try comparableFiles(folder.path("one")), try comparableFiles(folder.path("two"))) == [])
  }
}
