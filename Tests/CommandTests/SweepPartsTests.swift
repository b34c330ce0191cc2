import Foundation
import TestSupport
import Testing

@Suite("umwelt sweep")
struct SweepPartsTests {
  private func variants(_ folder: TemporaryFolder, _ name: String) throws -> [String] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.path("sweep/\(name).json")))
    let document = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    let list = try #require(document?["variants"] as? [[String: Any]])
    return list.compactMap { $0["name"] as? String }
  }

  @Test("a folder that was begun with another world's file is refused, and says why")
  func changedWorld() throws {
    let folder = try TemporaryFolder()
    try WorldFileTests.good.write(
      toFile: folder.path("my.yaml"), atomically: true, encoding: .utf8)
    let run = folder.url.appending(path: "sweep/s1")
    try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
    try (WorldFileTests.good + "# before\n").write(
      to: run.appending(path: "world.yaml"), atomically: true, encoding: .utf8)
    let outcome = try Program.run(
      [
        "sweep", "temperature", "my.yaml", "--preset", "tiny", "--seeds", "1", "--sweep-dir",
        "sweep",
      ], in: folder.url)
    #expect(outcome.code == 2, "\(outcome.errors)")
    #expect(outcome.errors.contains("my.yaml: it has changed since the sweep"))
    #expect(outcome.errors.contains("--sweep-dir"))
  }

  @Test("a part of a sweep adds to the table of the folder, and other episodes are refused")
  func parts() throws {
    let folder = try TemporaryFolder()
    let options =
      Array(smallRun.dropFirst()) + ["--seeds", "1", "--sweep-dir", "sweep", "--episodes"]
    func sweep(_ words: [String], episodes: Int = 3) throws -> Program.Outcome {
      try Program.run(["sweep"] + words + options + ["\(episodes)"], in: folder.url)
    }
    let first = try sweep(["agents", "--variants", "dream-z"])
    try #require(first.code == 0, "\(first.errors)")
    #expect(try variants(folder, "agents") == ["dream-z"])
    let second = try sweep(["agents", "--variants", "dream-zh"])
    try #require(second.code == 0, "\(second.errors)")
    #expect(try variants(folder, "agents") == ["dream-zh", "dream-z"])
    #expect(try sweep(["temperature", "--temperatures", "1.3"]).code == 0)
    #expect(try sweep(["temperature", "--temperatures", "0.5"]).code == 0)
    #expect(try variants(folder, "temperature") == ["temperature-0.5", "temperature-1.3"])
    let other = try sweep(["agents", "--variants", "dream-z"], episodes: 4)
    #expect(other.code == 2 && other.errors.contains("was played in 3 episodes, asked are 4"))

    // A checkpoint of V without its picture, after a kill, would leave the picture of the one before.
    func written(_ name: String) throws -> Date {
      let path = folder.path("sweep/s1/\(name)")
      return try #require(
        try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
    }
    #expect(
      try written("media/reconstruction.png") <= written("checkpoints/vision.safetensors"))
  }
}
