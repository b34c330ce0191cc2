import Foundation
import TestSupport
import Testing

@Suite("umwelt envs --families")
struct FamilyTableTests {
  private func table(_ folder: TemporaryFolder, _ words: String...) throws -> Program.Outcome {
    try Program.run(
      ["envs"] + words + ["--families", "--figures", "figures.json", "--episodes", "4"],
      in: folder.url)
  }

  private func rows(_ folder: TemporaryFolder) throws -> [String: [String: Any]] {
    let data = try Data(contentsOf: folder.url.appending(path: "figures.json"))
    let document = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    return try #require(document?["families"] as? [String: [String: Any]])
  }

  @Test("measures what it is asked for, and keeps the rest in its file")
  func parts() throws {
    let folder = try TemporaryFolder()
    let none = try table(folder, "PinPad", "--measure", "none")
    try #require(none.code == 0, "\(none.errors)")
    #expect(none.output.contains("| – | – | – |") && !none.output.contains("PPO"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("figures.json")))

    let learned = try table(folder, "PinPad", "--measure", "ppo", "--ppo-steps", "512")
    try #require(learned.code == 0, "\(learned.errors)")
    #expect(learned.output.contains("PPO, 512 steps, 1 seed"))
    let first = try #require(try rows(folder)["PinPad"]?["ppo"] as? Double)

    let random = try table(folder, "PinPad", "--measure", "random")
    try #require(random.code == 0, "\(random.errors)")
    #expect(random.output.contains("PPO, 512 steps, 1 seed"))
    let row = try #require(try rows(folder)["PinPad"])
    #expect(row["ppo"] as? Double == first && row["random"] is Double)
    #expect(row["symbols"] == nil && row["world"] as? String == "PinPad-Three")

    let other = try table(folder, "Maze", "--measure", "ppo", "--ppo-steps", "1024")
    #expect(other.code == 2 && other.errors.contains("trained for 512 steps"), "\(other.errors)")
    let alike = try table(folder, "Recall", "--measure", "ppo", "--ppo-steps", "512")
    try #require(alike.code == 0, "\(alike.errors)")
    #expect(try Set(rows(folder).keys) == ["PinPad", "Recall"])
  }

  @Test(
    "what cannot be measured is one clear error",
    arguments: [
      (["--families", "--measure", "spede"], "there is no figure 'spede'; did you mean 'speed'"),
      (["--families", "--measure", ""], "there is no figure ''"),
      (["--families", "--measure", "ppo", "--ppo-steps", "3"], "give 16 to"),
      (["--families", "--episodes", "1"], "--episodes 2"),
      (["--families", "--figures", "bad.json", "--measure", "none"], "holds no figures"),
      (["--measure", "ppo"], "goes with --families"), (["--figures", "f"], "goes with --families"),
    ])
  func refusals(words: [String], message: String) throws {
    let folder = try TemporaryFolder()
    try "{\"schema\": []}".write(
      toFile: folder.path("bad.json"), atomically: true, encoding: .utf8)
    let outcome = try Program.run(["envs", "PinPad"] + words, in: folder.url)
    #expect(outcome.code != 0 && outcome.errors.contains(message), "\(outcome.errors)")
  }
}
