import Foundation
import TestSupport
import Testing

@Suite("umwelt evaluate")
struct EvaluateModelTests {
  @Test(
    "measures a run's world model, the same bytes again on one thread, and its controller still")
  func measures() throws {
    let folder = try TemporaryFolder()
    let made = try Program.run(smallRun + ["--run-dir", "run"], in: folder.url)
    #expect(made.code == 0, "\(made.errors)")
    let first = try Program.run(
      "evaluate", "model", "run", "--episodes", "12", "--json", in: folder.url)
    #expect(first.code == 0, "\(first.errors)")
    #expect(first.errors.contains("evaluate model: 7/7 parts"))
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(first.output.utf8)) as? [String: Any])
    let episodes = try #require(document["episodes"] as? [String: Any])
    #expect(episodes["count"] as? Int == 12 && episodes["seeds"] as? [Int] == [10_000, 10_011])
    let parts = ["openLoop", "actionUse", "probes", "events", "calibration"]
    #expect(parts.allSatisfy { document[$0] is [String: Any] })
    let names = [
      "model.json", "media/openloop.gif", "media/openloop.png", "media/action-use.png",
      "media/calibration.png", "media/model-probes.png",
    ]
    func files() throws -> [Data] {
      try names.map { try Data(contentsOf: folder.url.appendingPathComponent("run/" + $0)) }
    }
    let before = try files()
    #expect(String(decoding: before[0], as: UTF8.self) == first.output)
    let again = try Program.run(
      "evaluate", "model", "run", "--seeds", "10000..10011", "--threads", "1", in: folder.url)
    #expect(again.code == 0 && again.output.contains("use of actions"))
    #expect(try files() == before)
    #expect(
      !FileManager.default.fileExists(atPath: folder.path("run/.model-episodes")))
    for arguments in [["evaluate", "run"], ["evaluate", "policy", "run"]] {
      let policy = try Program.run(arguments + ["--seeds", "5..8", "--json"], in: folder.url)
      #expect(policy.code == 0 && policy.output.contains("\"shuffledLatents\""))
    }
  }

  @Test(
    "wrong use is told before anything is read",
    arguments: [
      (["model", "x", "--episodes", "1"], "--episodes 1: out of range; give 2 to 100000"),
      (["model", "x", "--episodes", "9", "--seeds", "1..3"], "--seeds says it already"),
      (["model", "x", "--seeds", "9..3"], "A..B with A not above B"),
      (["policy", "x", "--seeds", "9..3"], "A..B with A not above B"),
    ])
  func usage(arguments: [String], message: String) throws {
    let outcome = try Program.run(["evaluate"] + arguments)
    #expect(outcome.code == 2 && outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test("a run whose agent sees through V alone has no world model to be measured")
  func withoutMemory() throws {
    let folder = try TemporaryFolder()
    let made = try Program.run(
      smallRun + [
        "--run-dir", "run", "--set", "agent.input=[latent]", "--set", "model.kind=autoencoder",
        "--set", "learner.in=world",
      ], in: folder.url)
    #expect(made.code == 0, "\(made.errors)")
    let outcome = try Program.run("evaluate", "model", "run", in: folder.url)
    #expect(outcome.code == 2 && outcome.errors.contains("has no memory to measure"))
  }
}
