import Foundation
import TestSupport
import Testing

@Suite("umwelt sweep agents, by proximal policy optimisation", .serialized)
struct AgentSweepTests {
  private func sweep(
    _ folder: TemporaryFolder, _ words: [String], name: String = "sweep"
  ) throws -> Program.Outcome {
    try Program.run(
      ["sweep", "agents", "Catch"] + smallRun.dropFirst() + [
        "--seeds", "2", "--episodes", "3", "--sweep-dir", name,
      ] + words, in: folder.url)
  }

  private func document(_ folder: TemporaryFolder) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("sweep/agents.json")))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  @Test("all take as many real steps, those of the world model among them, and have curves")
  func budgets() throws {
    let folder = try TemporaryFolder()
    let asked = "ppo-z,ppo-zh,ppo-pixels,ppo-facts"
    let outcome = try sweep(folder, ["--variants", asked + ",dream-z", "--steps", "1024"])
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("real steps"))
    let variants = try #require(try document(folder)["variants"] as? [[String: Any]])
    #expect(
      variants.compactMap { $0["name"] as? String }
        == ["dream-z"] + asked.split(separator: ",").map(String.init))
    for variant in variants.dropFirst() {
      let name = try #require(variant["name"] as? String)
      let steps = try #require(variant["trainingSteps"] as? [String: [Int]])
      let collected = try #require(steps["collected"])
      for (learned, collected) in zip(try #require(steps["real"]), collected) {
        #expect((1_008...1_024).contains(learned + collected), "\(name)")
        #expect(["ppo-z", "ppo-zh"].contains(name) ? collected >= 450 : collected == 0, "\(name)")
      }
      let curves = try #require(variant["curves"] as? [[String: [Double]]])
      #expect(curves.count == 2)
      for (curve, collected) in zip(curves, collected) {
        let places = try #require(curve["steps"])
        #expect(places.count == curve["returns"]?.count && !places.isEmpty)
        #expect(places.allSatisfy { Int($0) > collected && $0 <= 1_024 }, "\(name)")
      }
      let mean = try #require(variant["meanCurve"] as? [String: [Any]])
      #expect(Set(mean.keys) == ["steps", "mean", "low", "high"])
      #expect(Set(mean.values.map(\.count)) == [24])
    }
    #expect(variants[0]["curves"] is NSNull && variants[0]["meanCurve"] is NSNull)
    #expect(FileManager.default.fileExists(atPath: folder.path("sweep/agents-curves.png")))

    // Without a number the folder's own holds; another one is refused.
    let later = try sweep(folder, ["--variants", "dream-zh"])
    try #require(later.code == 0, "\(later.errors)")
    #expect(!later.errors.contains("PPO"))
    #expect((try document(folder)["variants"] as? [Any])?.count == 6)
    let other = try sweep(folder, ["--variants", "ppo-facts", "--steps", "2048"])
    #expect(other.code == 2, "\(other.errors)")
    #expect(other.errors.contains("was trained for 1024 steps, asked are 2048"))
  }

  @Test("what looks through no model trains none")
  func withoutModel() throws {
    let folder = try TemporaryFolder()
    let outcome = try sweep(folder, ["--variants", "ppo-facts", "--steps", "64"])
    try #require(outcome.code == 0, "\(outcome.errors)")
    let data = try FileManager.default.contentsOfDirectory(atPath: folder.path("sweep/s1/data"))
    #expect(data.isEmpty)
  }

  @Test(
    "steps that are too few, or for nothing, are one error before anything is trained",
    arguments: [
      (["--variants", "ppo-z", "--steps", "500"], "ppo-z begins after 500 frames"),
      (["--variants", "ppo-facts", "--steps", "3"], "give 16 or more"),
      (["--variants", "ppo-facts", "--steps=-5"], "give 16 or more"),
      (["--variants", "real-z", "--steps", "1024"], "it is for the ppo variants"),
      (["--variants", "ppo-zh", "--set", "model.kind=none"], "agent.input"),
    ])
  func refusals(words: [String], message: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try sweep(folder, words)
    #expect(outcome.code == 2 && outcome.errors.contains(message), "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("sweep")))
  }
}
