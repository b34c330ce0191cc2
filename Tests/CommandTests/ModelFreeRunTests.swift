import Controllers
import Environments
import Experiments
import FinishedRuns
import Foundation
import TestSupport
import Testing
import UmweltCommands
import Viewer

/// A run of PPO in a world, without a model.
private func modelFree(_ run: String, _ more: [String] = []) -> [String] {
  [
    "run", "MiniGrid-Empty-5x5-v0", "--preset", "ppo", "--steps", "12000", "--run-dir", run,
    "--set", "learner.checkpointEvery=2", "--set", "learner.horizon=32", "--set",
    "evaluate.episodes=6",
  ] + more
}

@Suite("A run without a model", .serialized)
struct ModelFreeRunTests {
  @Test("collects nothing, takes the steps that it is told, and is watched, judged and rolled out")
  func whole() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(modelFree(folder.path("run")))
    try #require(outcome.code == 0, "\(outcome.errors)")
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("run/summary.json")))
    let summary = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(summary["model"] as? String == "none" && summary["learner"] as? String == "ppo")
    let steps = try #require(summary["environmentSteps"] as? [String: Int])
    #expect(steps["collect"] == 0 && steps["controller"] == 12_000 && steps["dream"] == 0)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path("run/data")).isEmpty)
    let curves = try String(contentsOfFile: folder.path("run/metrics.jsonl"), encoding: .utf8)
    #expect(curves.contains("controller/stepsPerSecond"))

    let judged = try Program.run("evaluate", folder.path("run"), "--seeds", "4", "--json")
    #expect(judged.code == 0, "\(judged.errors)")
    let rolled = try Program.run(
      "rollout", "MiniGrid-Empty-5x5-v0", "--policy", folder.path("run"), "--episodes", "3",
      "--save",
      folder.path("episodes"))
    #expect(rolled.code == 0, "\(rolled.errors)")
    var scene = try WatchScene(
      FinishedRun(
        RunFolder(URL(fileURLWithPath: folder.path("run"))), .standard(worlds: Catalog.entries)),
      seed: 4)
    for _ in 0..<20 { try scene.advance(SceneInput()) }
    #expect(scene.frame().width > 0)
  }

  @Test("gives the same bytes with one thread or four, and after kill -9 at random moments")
  func killed() throws {
    let folder = try TemporaryFolder()
    let whole = try Program.run(modelFree(folder.path("whole"), ["--threads", "1"]))
    try #require(whole.code == 0, "\(whole.errors)")
    let command = modelFree(folder.path("run"), ["--threads", "4"])
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<5 {
      _ = try Program.run(command, killedAfter: .random(in: 0.05...0.5, using: &generator))
    }
    let resumed = try Program.run(command)
    try #require(resumed.code == 0, "\(resumed.errors)")
    #expect(
      differences(
        try comparableFiles(folder.path("whole")), try comparableFiles(folder.path("run"))) == [])
  }

  @Test(
    "sees the mission where only that tells what is meant, if nothing else is asked for",
    arguments: ["ppo", "ppo-recurrent", "ppo-pixels"])
  func missions(preset: String) throws {
    func observation(_ world: String, _ more: [String] = []) throws -> String {
      let outcome = try Program.run(
        ["describe", "--configuration", "--world", world, "--preset", preset] + more)
      try #require(outcome.code == 0, "\(outcome.errors)")
      let line = outcome.output.split(separator: "\n").first { $0.hasPrefix("  observation: ") }
      return String(try #require(line).dropFirst("  observation: ".count))
    }
    let seesPictures = preset == "ppo-pixels"
    #expect(
      try observation("MiniGrid-GoToDoor-5x5-v0") == (seesPictures ? "pixels64" : "onehot-mission"))
    for world in ["DoorKey-5x5", "KeyCorridorS3R1"] {
      #expect(
        try observation("MiniGrid-\(world)-v0") == (seesPictures ? "pixels64" : "onehot"))
    }
    #expect(
      try observation("MiniGrid-GoToDoor-5x5-v0", ["--set", "agent.observation=onehot"])
        == "onehot")
  }

  @Test(
    "looks for what is new to the episode where only success is rewarded, and nowhere else",
    arguments: ["ppo", "ppo-recurrent"])
  func bonus(preset: String) throws {
    func settings(_ world: String) throws -> [String] {
      let outcome = try Program.run(
        "describe", "--configuration", "--world", world, "--preset", preset)
      try #require(outcome.code == 0, "\(outcome.errors)")
      return outcome.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let rare = try settings("MiniGrid-RedBlueDoors-6x6-v0")
    #expect(rare.contains("kind: episodic") && rare.contains("annealsWeight: true"))
    #expect(try !settings("Catch").contains("kind: episodic"))
  }

  @Test("says which setting counts steps where a learner has none")
  func steps() throws {
    let outcome = try Program.run("run", "Catch", "--preset", "tiny", "--steps", "100")
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("learner.environmentSteps"), "\(outcome.errors)")
  }

  @Test("says what there is to see without a model, and that nothing dreams")
  func refusals() throws {
    let latents = try Program.run(modelFree("none", ["--set", "agent.input=[latent]"]))
    #expect(latents.code == 2 && latents.errors.contains("frame"), "\(latents.errors)")
    let dream = try Program.run(modelFree("none", ["--set", "learner.in=dream"]))
    #expect(dream.code == 2 && dream.errors.contains("imagines nothing"), "\(dream.errors)")
    let pictures = try Program.run(
      modelFree("none", ["--set", "learner.convolutions=[8, 8, 8, 8, 8, 8]"]))
    #expect(pictures.code == 2 && pictures.errors.contains("cannot see"), "\(pictures.errors)")
  }
}
