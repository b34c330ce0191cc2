import Foundation
import TestSupport
import Testing

/// Two passes, small ones.
private let twoPasses =
  smallRun + [
    "--set", "loop.passes=2", "--set", "loop.laterFrames=200", "--set", "model.laterSteps=10",
    "--set", "model.memory.laterSteps=20",
  ]

@Suite("Passes of a run", .serialized)
struct PassesTests {
  private func summary(_ folder: TemporaryFolder) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("run/summary.json")))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("a second pass collects with the controller, and after kill -9 gives the same bytes")
  func killed() throws {
    let whole = try TemporaryFolder()
    let command = twoPasses + ["--run-dir", whole.path("run"), "--threads", "1"]
    let outcome = try Program.run(command)
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("collect with the policy"))
    let passes = try #require(try summary(whole)["passes"] as? [[String: Any]])
    #expect(passes.count == 1)
    let first = try #require(passes[0]["frames"] as? Int)
    let steps = try #require(try summary(whole)["environmentSteps"] as? [String: Int])
    #expect(first >= 500 && first < 700 && (steps["collect"] ?? 0) > first)

    let folder = try TemporaryFolder()
    let stopped = twoPasses + ["--run-dir", folder.path("run"), "--threads", "2"]
    var generator = SystemRandomNumberGenerator()
    for attempt in 0..<8 {
      let wait = Double.random(in: 0.1...0.5, using: &generator) * Double(1 + attempt / 2)
      _ = try Program.run(stopped, killedAfter: wait)
    }
    let resumed = try Program.run(stopped)
    try #require(resumed.code == 0, "\(resumed.errors)")
    #expect(
      differences(
        try comparableFiles(whole.path("run")), try comparableFiles(folder.path("run"))) == [])
  }

  @Test("a controller that trained in the dream took no step in the world; one of the world did")
  func steps() throws {
    let folder = try TemporaryFolder()
    for world in ["dream", "real"] {
      let outcome = try Program.run(
        smallRun + [
          "--run-dir", folder.path("run"), "--set",
          "learner.in=\(world == "real" ? "world" : world)",
        ])
      try #require(outcome.code == 0, "\(outcome.errors)")
      let value = try summary(folder)
      let steps = try #require(value["environmentSteps"] as? [String: Int])
      #expect(value["controllerWorld"] as? String == world)
      #expect((steps["controller"] == 0) == (world == "dream"))
      #expect((steps["dream"] == 0) == (world == "real"))
      try FileManager.default.removeItem(atPath: folder.path("run"))
    }
  }
}

@Suite("Sweeps", .serialized)
struct SweepTests {
  private let small = Array(smallRun.dropFirst()) + ["--seeds", "1,4", "--episodes", "3"]

  @Test("a sweep over temperatures writes table, plot and JSON, and goes on to the same bytes")
  func temperature() throws {
    let folder = try TemporaryFolder()
    let command =
      ["sweep", "temperature"] + small + [
        "--temperatures", "0.5,1.2", "--sweep-dir", folder.path("sweep"),
      ]
    let outcome = try Program.run(command)
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("τ 0.5") && outcome.output.contains("τ 1.2"))
    let url = URL(fileURLWithPath: folder.path("sweep/temperature.json"))
    let first = try Data(contentsOf: url)
    let value = try #require(try JSONSerialization.jsonObject(with: first) as? [String: Any])
    let variants = try #require(value["variants"] as? [[String: Any]])
    #expect(variants.count == 2)
    for variant in variants {
      let real = try #require(variant["real"] as? [String: Any])
      let dream = try #require(variant["dream"] as? [String: Any])
      #expect((real["perSeed"] as? [Double])?.count == 2)
      #expect((dream["perSeed"] as? [Double])?.count == 2)
    }
    #expect(FileManager.default.fileExists(atPath: folder.path("sweep/temperature.png")))
    let lost = folder.path("sweep/s4/variants/temperature-1.2")
    try FileManager.default.removeItem(atPath: lost)
    try FileManager.default.removeItem(at: url)
    try #require(try Program.run(command).code == 0)
    #expect(try Data(contentsOf: url) == first)
  }

  @Test("a sweep over agents compares the ways that are named, and trains the others later")
  func agents() throws {
    let folder = try TemporaryFolder()
    func names(_ variants: [String]) throws -> [String] {
      let outcome = try Program.run(
        ["sweep", "agents"] + small + ["--sweep-dir", folder.path("sweep")] + variants)
      try #require(outcome.code == 0, "\(outcome.errors)")
      let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("sweep/agents.json")))
      let value = try JSONSerialization.jsonObject(with: data) as? [String: Any]
      return (value?["variants"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
    }
    #expect(try names(["--variants", "real-z,dream-zh"]) == ["dream-zh", "real-z"])
    let trained = folder.path("sweep/s4/variants")
    #expect(
      Set(try FileManager.default.contentsOfDirectory(atPath: trained)) == ["dream-zh", "real-z"])
    #expect(
      try names([]) == [
        "dream-zh", "dream-z", "dream-untrained", "real-zh", "real-untrained", "real-z",
        "facts-frame", "facts-landing",
      ])
  }

  @Test(
    "what cannot be swept is one clear error",
    arguments: [
      (["temperature", "--temperatures", "0.5,x"], "not a list of different numbers above 0"),
      (["temperature", "--temperatures", "0"], "not a list of different numbers above 0"),
      (["temperature", "--seeds", "1,1"], "a seed comes twice"),
      (["agents", "--seeds", "4..2"], "neither a number of seeds, nor a range"),
      (["agents", "--seeds", "0"], "that makes 0; give 1 to 1000 seeds"),
      (["agents", "--episodes", "1"], "out of range"),
      (["agents", "NoWorld"], "there is no such world"),
      (["agents", "--variants", "dream-z,dream-z"], "a variant is named twice"),
      (["agents", "--variants", "dream-z,real-hz"], "there is no variant 'real-hz'; did you mean"),
      (
        ["agents", "MiniGrid-Empty-5x5-v0", "--variants", "facts-frame"],
        "there is no variant 'facts-frame'"
      ),
    ])
  func badInput(arguments: [String], message: String) throws {
    let outcome = try Program.run(["sweep"] + arguments)
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }
}
