import Foundation
import TestSupport
import Testing

/// The loop as an agent that learns online goes through it: many passes of a step each.
private func online(passes: Int, _ run: String) -> [String] {
  [
    "run", "Catch", "--preset", "tiny", "--run-dir", run, "--threads", "1",
    "--set", "loop.passes=\(passes)", "--set", "loop.frames=64", "--set", "loop.laterFrames=16",
    "--set", "loop.modelSteps=1", "--set", "loop.learnerSteps=1", "--set", "loop.newLearner=false",
    "--set", "loop.checkpointEvery=10", "--set", "learner.in=dream", "--set", "model.width=2",
    "--set", "dream.maximumSteps=12", "--set", "learner.episodesPerCandidate=1",
    "--set", "evaluate.episodes=4",
  ]
}

@Suite("The online loop", .serialized)
struct OnlineLoopTests {
  @Test("goes through two hundred short passes, and tells of them in a few lines")
  func manyPasses() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(online(passes: 200, folder.path("run")))
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("passes: 200/200 passes"), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count < 40, "\(outcome.errors)")
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("run/summary.json")))
    let summary = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let steps = try #require(summary["environmentSteps"] as? [String: Int])
    // 64 frames, and 16 in each later pass; a frame more than steps in each episode.
    #expect((2_500..<3_300).contains(steps["collect"] ?? 0), "\(steps)")
  }

  @Test("after kill -9 at random moments, between checkpoints too, gives the same bytes")
  func killed() throws {
    let folder = try TemporaryFolder()
    let whole = try Program.run(online(passes: 45, folder.path("whole")))
    try #require(whole.code == 0, "\(whole.errors)")
    let command = online(passes: 45, folder.path("run"))
    var generator = SystemRandomNumberGenerator()
    for attempt in 0..<8 {
      let wait = Double.random(in: 0.1...0.4, using: &generator) * Double(1 + attempt / 2)
      _ = try Program.run(command, killedAfter: wait)
    }
    let resumed = try Program.run(command)
    try #require(resumed.code == 0, "\(resumed.errors)")
    #expect(
      differences(
        try comparableFiles(folder.path("whole")), try comparableFiles(folder.path("run"))) == [])
  }

  @Test("Ctrl-C between checkpoints saves, and going on gives the same bytes")
  func controlC() throws {
    let folder = try TemporaryFolder()
    let whole = try Program.run(online(passes: 45, folder.path("whole")))
    try #require(whole.code == 0, "\(whole.errors)")
    let command = online(passes: 45, folder.path("run"))
    for _ in 0..<3 {
      let process = try Program.start(
        command, output: folder.url.appendingPathComponent("output"),
        errors: folder.url.appendingPathComponent("errors"))
      let index = folder.path("run/data/index.json")
      let before = FileManager.default.contents(atPath: index)
      while process.isRunning, FileManager.default.contents(atPath: index) == before {
        Thread.sleep(forTimeInterval: 0.005)
      }
      Thread.sleep(forTimeInterval: 0.05)
      process.interrupt()
      process.waitUntilExit()
      #expect([0, 130].contains(process.terminationStatus))
    }
    let resumed = try Program.run(command)
    try #require(resumed.code == 0, "\(resumed.errors)")
    #expect(
      differences(
        try comparableFiles(folder.path("whole")), try comparableFiles(folder.path("run"))) == [])
  }
}
