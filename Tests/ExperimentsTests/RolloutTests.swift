import Controllers
import Datasets
import EnvironmentKit
import Environments
import Experiments
import Files
import Foundation
import TestSupport
import Testing

@Suite("Rollouts") struct RolloutTests {
  private static func entry(_ id: String) throws -> CatalogEntry {
    try #require(Catalog.entry(id))
  }

  /// Rolls out and reads back.
  private static func roll(
    _ id: String, _ observation: ObservationKind, seed: UInt64 = 5, _ policy: Rollout.Policy,
    episodes: Int? = nil, framesPerShard: Int = 4096, in folder: URL
  ) throws -> EpisodeDataset {
    let rollout = try Rollout(
      entry(id), observation: observation, seed: seed, policy: policy,
      framesPerShard: framesPerShard)
    let report = try rollout.run(episodes: episodes, into: folder, progress: .silent)
    let dataset = try EpisodeDataset(at: folder)
    #expect(report.episodes == dataset.episodes.count && report.steps == dataset.stepCount)
    return dataset
  }

  private static func contents(_ folder: URL) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return Dictionary(
      uniqueKeysWithValues: try names.map {
        ($0, try Data(contentsOf: folder.appending(path: $0)))
      })
  }

  private static func script(_ lines: String, _ id: String, in folder: URL) throws -> ActionScript {
    let url = folder.appending(path: "actions.txt")
    try Data(lines.utf8).write(to: url)
    guard case .discrete(let names) = try entry(id).actions else { return try #require(nil) }
    return try ActionScript(contentsOf: url, names: names)
  }

  @Test("the same seed gives the same bytes, and every episode is the one of its seed alone")
  func reproducible() throws {
    let folder = try TemporaryFolder()
    let id = "MiniGrid-Dynamic-Obstacles-5x5-v0"
    for name in ["a", "b"] {
      _ = try Self.roll(
        id, .symbols, .random, episodes: 20, framesPerShard: 30,
        in: folder.url.appending(path: name))
    }
    #expect(
      try Self.contents(folder.url.appending(path: "a"))
        == Self.contents(folder.url.appending(path: "b")))
    let all = try EpisodeDataset(at: folder.url.appending(path: "a"))
    #expect(all.index.shards.count > 1)
    let alone = try Self.roll(
      id, .symbols, seed: 5 + 17, .random, in: folder.url.appending(path: "c"))
    let span = all.episodes[17]
    #expect(span.seed == 22 && alone.episodes[0].seed == 22)
    #expect(
      span.frames.map { Array(all.frame($0)) }
        == (0..<alone.frameCount).map { Array(alone.frame($0)) })
  }

  @Test("a rollout that was stopped goes on to the same bytes") func resumes() throws {
    let folder = try TemporaryFolder()
    let (whole, stopped) = (folder.url.appending(path: "a"), folder.url.appending(path: "b"))
    let id = "Catch"
    _ = try Self.roll(id, .pixels64, .random, episodes: 9, framesPerShard: 1, in: whole)
    _ = try Self.roll(id, .pixels64, .random, episodes: 4, framesPerShard: 1, in: stopped)
    _ = try Self.roll(id, .pixels64, .random, episodes: 9, framesPerShard: 1, in: stopped)
    #expect(try Self.contents(whole) == Self.contents(stopped))
  }

  @Test("fields of an observation lie one after the other, and the index names them")
  func fields() throws {
    let folder = try TemporaryFolder()
    let dataset = try Self.roll("MiniGrid-Empty-5x5-v0", .symbols, .random, in: folder.url)
    #expect(dataset.index.frameShape == [148])
    #expect(dataset.index.fields?.map(\.name) == ["image", "direction"])
    #expect(dataset.index.fields?.map(\.shape) == [[7, 7, 3], [1]])
    #expect(dataset.frame(0)[147] == 0)
  }

  @Test("given actions make episodes as Gymnasium's reset does; what lacks an end has no flag")
  func actions() throws {
    let folder = try TemporaryFolder()
    let id = "MiniGrid-Empty-Random-5x5-v0"
    let lines = "forward\n2 # the same\n\nreset\nleft\nright\nforward\n"
    let script = try Self.script(lines, id, in: folder.url)
    #expect(script.actions == [2, 2, -1, 0, 1, 2])
    let dataset = try Self.roll(
      id, .grid, seed: 3, .actions(script), in: folder.url.appending(path: "out"))
    #expect(dataset.episodes.map(\.steps.count) == [2, 3])
    #expect((0..<5).map { dataset.action($0) } == [2, 2, 0, 1, 2])
    #expect(!(0..<5).contains { dataset.terminated($0) || dataset.truncated($0) })

    let batch = try Self.entry(id).batch(.grid, count: 1)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [3], mask: nil, into: buffers)
    #expect(Array(dataset.frame(0)) == Array(buffers.observations))
    try batch.reset(seeds: [nil], mask: nil, into: buffers)
    #expect(Array(dataset.frame(3)) == Array(buffers.observations))
  }

  @Test("an array of actions does what the text does") func array() throws {
    let folder = try TemporaryFolder()
    let names = ["left", "right", "forward"]
    let url = folder.url.appending(path: "a.npy")
    try NpyWriter<Int32>.write([2, -1, 0], shape: [3], to: url)
    #expect(try ActionScript(contentsOf: url, names: names).actions == [2, -1, 0])
    try NpyWriter<Int64>.write([2, -1, 0], shape: [3], to: url)
    #expect(try ActionScript(contentsOf: url, names: names).actions == [2, -1, 0])
    try NpyWriter<Int32>.write([2, 3], shape: [2], to: url)
    let error = #expect(throws: ExperimentError.self) {
      try ActionScript(contentsOf: url, names: names)
    }
    #expect(error?.description.contains("element 1: there is no action 3; give 0 to 2") == true)
    try NpyWriter<Float>.write([2, 3], shape: [2], to: url)
    #expect(throws: ExperimentError.self) { try ActionScript(contentsOf: url, names: names) }
  }

  @Test(
    "an action that the world has not is named with its line",
    arguments: [
      ("left\n\nlef\n", "actions.txt:3: there is no action 'lef'; did you mean 'left'?"),
      ("left\n9\n", "actions.txt:2: there is no action 9; give 0 to 6"),
      ("# nothing\n", "actions.txt: it holds no actions"),
    ])
  func wrongActions(text: String, message: String) throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: ExperimentError.self) {
      try Self.script(text, "MiniGrid-Empty-5x5-v0", in: folder.url)
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("a folder of other things or of another rollout is left as it is") func otherFolders()
    throws
  {
    let folder = try TemporaryFolder()
    let used = folder.url.appending(path: "used")
    try DurableFile.createFolder(used)
    try DurableFile.write("mine", to: used.appending(path: "notes.txt"))
    var error = #expect(throws: ExperimentError.self) {
      try Self.roll("Catch", .pixels64, .random, in: used)
    }
    #expect(error?.cause.contains("holds other things") == true)
    #expect(try Self.contents(used).count == 1)
    let other = folder.url.appending(path: "other")
    _ = try Self.roll("Catch", .pixels64, seed: 1, .random, in: other)
    let before = try Self.contents(other)
    error = #expect(throws: ExperimentError.self) {
      try Self.roll("Catch", .pixels64, seed: 2, .random, in: other)
    }
    #expect(error?.cause.contains("another world, seed, observation or policy") == true)
    #expect(try Self.contents(other) == before)
  }

  @Test("an observation that the world has not is refused") func wrongObservation() throws {
    let error = #expect(throws: ExperimentError.self) {
      try Rollout(
        Self.entry("TakeCover"), observation: .grid, seed: 1, policy: .random)
    }
    #expect(
      error?.description.contains("TakeCover has no such observation; give one of: pixels64")
        == true)
  }
}
