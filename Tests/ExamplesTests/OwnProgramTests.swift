import EnvironmentKit
import Foundation
import Pictures
import TestSupport
import Testing

private let program = BuiltProgram("OwnProgram")

/// Corridor through the second model and the second learner, in its dream.
private let ownKinds = [
  "run", "Corridor", "--preset", "tiny", "--set", "agent.observation=symbols",
  "--set", "agent.input=[latent]", "--set", "model.kind=linearGaussian",
  "--set", "learner.kind=randomSearch", "--set", "learner.in=dream",
]

/// Every stage once, in the least time.
private let tiny = [
  "run", "Corridor", "--preset", "tiny", "--set", "loop.frames=300", "--set", "loop.modelSteps=4",
  "--set", "loop.learnerSteps=1", "--set", "evaluate.episodes=4",
]

@Suite("A program of one's own", .serialized)
struct OwnProgramTests {
  private func summary(_ run: URL) throws -> [String: Any] {
    let data = try Data(contentsOf: run.appending(path: "summary.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("a world, a model and a learner of one's own go through the whole loop, dream and report")
  func loop() throws {
    let folder = try TemporaryFolder()
    let run = folder.url.appending(path: "run")
    let outcome = try program.run(ownKinds + ["--run-dir", run.path])
    try #require(outcome.code == 0, "\(outcome.errors)")
    let value = try summary(run)
    #expect(value["model"] as? String == "linearGaussian")
    #expect(value["learner"] as? String == "randomSearch")
    #expect(value["trainsIn"] as? String == "dream")
    let returns = try #require(value["returns"] as? [String: [String: Any]])
    let trained = try #require(returns["trained"]?["mean"] as? Double)
    let random = try #require(returns["random"]?["mean"] as? Double)
    #expect(trained == 1 && random < 1, "always right is learnt in a linear dream")
    let steps = try #require(value["environmentSteps"] as? [String: Int])
    #expect(steps["controller"] == 0 && steps["dream"] ?? 0 > 0)
    let report = try String(contentsOf: run.appending(path: "report.html"), encoding: .utf8)
    #expect(report.contains("<td>linear</td>") && report.contains("What the features tell"))

    for command in ["watch", "dream"] {
      let picture = folder.url.appending(path: "\(command).png")
      let seen = try program.run(
        [command, run.path, "--frames", "4", "--save", picture.path])
      try #require(seen.code == 0, "\(seen.errors)")
      #expect(try PNG.read(picture.path).width > 100)
    }
  }

  @Test("messages and help name the program by its own name")
  func name() throws {
    let help = try program.run(["help", "play"])
    let words = help.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("'OwnProgram envs' lists") && !words.contains("umwelt"), "\(words)")
    #expect(help.output.contains("USAGE: OwnProgram play"), "\(help.output)")
  }

  @Test("after kill -9 at random moments a run with kinds of one's own goes on to the same bytes")
  func resumes() throws {
    let passes =
      ownKinds + [
        "--set", "loop.frames=64", "--set", "loop.laterFrames=16", "--set", "loop.modelSteps=2",
        "--set", "loop.learnerSteps=1", "--set", "loop.newLearner=false",
        "--set", "loop.checkpointEvery=3", "--set", "evaluate.episodes=4",
        "--set", "loop.passes=20",
      ]
    let folder = try TemporaryFolder()
    let (whole, stopped) = (folder.url.appending(path: "a"), folder.url.appending(path: "b"))
    let first = try program.run(passes + ["--run-dir", whole.path])
    try #require(first.code == 0, "\(first.errors)")
    var generator = SystemRandomNumberGenerator()
    for attempt in 1...6 {
      let wait = Double.random(in: 0.05...0.2, using: &generator) * Double(attempt)
      _ = try program.run(passes + ["--run-dir", stopped.path], killedAfter: wait)
    }
    let resumed = try program.run(passes + ["--run-dir", stopped.path])
    try #require(resumed.code == 0, "\(resumed.errors)")
    for name in [
      "scores.jsonl", "checkpoints/linear.safetensors", "checkpoints/controller.safetensors",
    ] {
      #expect(
        try Data(contentsOf: whole.appending(path: name))
          == Data(contentsOf: stopped.appending(path: name)), "\(name)")
    }
  }

  @Test("every command knows the world of one's own")
  func commands() throws {
    let folder = try TemporaryFolder()
    func expect(_ arguments: [String], says text: String) throws {
      let outcome = try program.run(arguments, in: folder.url)
      #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
      #expect(outcome.output.contains(text), "\(arguments): \(outcome.output)")
    }
    try expect(["envs"], says: "Corridor")
    try expect(["check", "Corridor", "--seeds", "20"], says: "Corridor")
    try expect(["play", "Corridor", "--frames", "3", "--save", "play.png"], says: "play.png")
    try expect(["rollout", "Corridor", "--episodes", "2", "--save", "data"], says: "2 episodes")
    try expect(tiny + ["--run-dir", "run"], says: "trained")
    try expect(["watch", "run", "--frames", "3", "--save", "watch.png"], says: "watch.png")
    try expect(
      ["rollout", "Corridor", "--policy", "run", "--episodes", "2", "--save", "own"],
      says: "2 episodes")
    try expect(
      ["sweep", "agents"] + tiny.dropFirst() + [
        "--variants", "real-z", "--seeds", "2", "--episodes", "2", "--sweep-dir", "sweep",
      ], says: "real world")
  }

  @Test("a model of one's own says which frames are too large for it")
  func refuses() throws {
    let outcome = try program.run([
      "run", "Corridor", "--set", "model.kind=linearGaussian", "--set", "agent.input=[latent]",
    ])
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains("agent.observation=symbols"), "\(outcome.errors)")
  }
}
