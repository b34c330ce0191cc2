import Controllers
import Datasets
import EnvironmentKit
import Environments
import Experiments
import Files
import FinishedRuns
import Foundation
import Settings
import TestSupport
import Testing

@Suite("Rollouts") struct RolloutTests {
  private static func entry(_ id: String) throws -> CatalogEntry {
    try #require(Catalog.entry(id))
  }

  /// Rolls out and reads back.
  private static func roll(
    _ id: String, _ observation: ObservationKind, seed: UInt64 = 5, _ policy: Rollout.Policy,
    episodes: Int? = nil, framesPerShard: Int? = nil, in folder: URL
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
    return try ActionScript(contentsOf: url, of: entry(id).actions)
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
    #expect((0..<5).map { dataset.action($0).index } == [2, 2, 0, 1, 2])
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
    let space = ActionSpace.discrete(["left", "right", "forward"])
    let url = folder.url.appending(path: "a.npy")
    try NpyWriter<Int32>.write([2, -1, 0], shape: [3], to: url)
    #expect(try ActionScript(contentsOf: url, of: space).actions == [2, -1, 0])
    try NpyWriter<Int64>.write([2, -1, 0], shape: [3], to: url)
    #expect(try ActionScript(contentsOf: url, of: space).actions == [2, -1, 0])
    try NpyWriter<Int32>.write([2, 3], shape: [2], to: url)
    let error = #expect(throws: ExperimentError.self) {
      try ActionScript(contentsOf: url, of: space)
    }
    #expect(error?.description.contains("element 1: there is no action 3; give 0 to 2") == true)
  }

  @Test("an array of actions of another kind is told what it is, and what is needed")
  func otherArrays() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.npy")
    let choices = ActionSpace.discrete(["left", "right"])
    let numbers = ActionSpace.continuous([-1...1, -1...1])
    func refused(_ space: ActionSpace, _ message: String) {
      let error = #expect(throws: ExperimentError.self) {
        try ActionScript(contentsOf: url, of: space)
      }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
    try NpyWriter<Float>.write([1, 0], shape: [2], to: url)
    refused(choices, "holds 32-bit floats (float32) where 32-bit whole numbers (int32) are needed")
    refused(numbers, "is an array of 2, and an action is 2 numbers; save an array of the shape")
    try NpyWriter<Int64>.write([1, 0, 1, 0], shape: [2, 2], to: url)
    refused(choices, "is an array of 2×2, not a list; save one number an action")
    refused(numbers, "holds 64-bit whole numbers (int64) where 32-bit floats (float32) are needed")
    try FileManager.default.removeItem(at: url)
    refused(choices, "No such file or directory")
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

  @Test("every observation of every world can be listed in a data set") func everyObservation()
    throws
  {
    let folder = try TemporaryFolder()
    for entry in Catalog.entries {
      for kind in entry.observations + [.partial(tileSize: 32), .full(tileSize: 32)]
      where entry.observations.contains(where: { $0.isSameButForSize(as: kind) }) {
        let specification = entry.specification(kind)
        let index = DatasetIndex(
          world: entry.id, observation: specification.observation, actions: entry.actions,
          facts: specification.facts)
        try index.write(in: folder.url)
        let read = try DatasetIndex.read(in: folder.url)
        #expect(read == index, "\(entry.id) \(kind.rawValue)")
      }
    }
  }

  @Test("a whole grid in large tiles is rolled out, stored and read") func largeFrames() throws {
    let folder = try TemporaryFolder()
    let id = "MiniGrid-FourRooms-v0"
    let script = try Self.script("left\nforward\n", id, in: folder.url)
    let dataset = try Self.roll(
      id, .full(), .actions(script), in: folder.url.appending(path: "out"))
    #expect(dataset.frameCount == 3 && dataset.index.frameSize > 65_536)
  }

  @Test("a rollout that was stopped in its first moments goes on") func firstMoments() throws {
    let folder = try TemporaryFolder()
    for name in [".rollout.json.partial", ".lock", ".world.yaml.partial", "world.yaml"] {
      let place = folder.url.appending(path: "at-\(name)")
      try DurableFile.createFolder(place)
      try Data("half".utf8).write(to: place.appending(path: name))
      #expect(try Self.roll("Catch", .pixels64, .random, in: place).episodes.count == 1)
    }
  }

  @Test("two processes do not write one folder") func locked() throws {
    let folder = try TemporaryFolder()
    _ = try Self.roll("Catch", .pixels64, .random, in: folder.url)
    let before = try Self.contents(folder.url)
    let lock = open(folder.url.path + "/.lock", O_RDWR)
    defer { close(lock) }
    #expect(flock(lock, LOCK_EX | LOCK_NB) == 0)
    let error = #expect(throws: ExperimentError.self) {
      try Self.roll("Catch", .pixels64, .random, episodes: 2, in: folder.url)
    }
    #expect(error?.cause == "another process is working on this rollout")
    #expect(try Self.contents(folder.url) == before)
  }

  @Test("a world whose actions are numbers is rolled out, and the rows are read back")
  func numbers() throws {
    let folder = try TemporaryFolder()
    let rollout = try Rollout(GlideEntry.entry(), observation: .pixels64, seed: 1, policy: .random)
    let report = try rollout.run(episodes: 9, into: folder.url, progress: .silent)
    let dataset = try EpisodeDataset(at: folder.url)
    #expect(report.episodes == 9 && dataset.index.actions == .continuous([-1...1, 0...1]))
    let rows = Set((0..<dataset.stepCount).map { dataset.action($0) })
    #expect(rows.count > 9 && rows.allSatisfy { dataset.index.actions.contains($0) })
  }

  @Test("a world of very long episodes is recorded in one slot, in parts, and stops inside them")
  func longEpisodes() throws {
    let folder = try TemporaryFolder()
    let entry = GlideEntry.entry(steps: 20_000)
    let player = EpisodePlayer(
      entry.batch(.pixels64, count: 1), policy: HeldRandomPolicy<UInt8>())
    struct Stopped: Error {}
    let writer = try DatasetWriter(
      at: folder.url,
      DatasetIndex(
        world: "Glide", frameShape: [64, 64, 3], actions: entry.actions,
        facts: entry.specification(.pixels64).facts))
    var steps = 0
    #expect(throws: Stopped.self) {
      try player.play([EpisodeRequest(seed: 1)], into: writer) {
        steps += 1
        if steps == 1_500 { throw Stopped() }
      }
    }
    #expect(steps == 1_500)
    // 16 MiB are 1,365 frames: one part has gone to disk, and the episode is not listed.
    #expect(writer.appendedFrames > 1_300 && writer.appendedEpisodes == 0)
  }
}

/// A world whose actions are two numbers, shown as a grey picture.
private struct GlideEntry: World {
  struct Push: WorldAction {
    static var space: ActionSpace { .continuous([-1...1, 0...1]) }
    let value: Float
    init?(index: Int32) { nil }
    init?(row: UnsafeBufferPointer<Float>) { value = row[0] + row[1] }
  }
  typealias Action = Push
  let limit: Int
  private var steps = 0
  private var place: Float = 0

  init(limit: Int) { self.limit = limit }

  static func entry(steps: Int = 12) -> CatalogEntry {
    CatalogEntry(
      id: "Glide", family: "Glide", file: "", reference: "", observations: [.pixels64],
      keys: [("left", [-1, 0]), ("right", [1, 1])], idleAction: [0, 0], stayAction: [0, 0],
      make: { _ in GlideEntry(limit: steps) })
  }

  var specification: WorldSpecification {
    WorldSpecification(
      id: "Glide",
      observation: ObservationSpace([ObservationField("image", shape: [64, 64, 3])]),
      maximumSteps: limit, rewardRange: -1...2, facts: [Fact("place")], stepsPerSecond: 10)
  }
  mutating func reset(seed: UInt64?) { (steps, place) = (0, Float((seed ?? 0) % 7)) }
  mutating func step(_ action: Push) -> Step {
    steps += 1
    place += action.value
    return Step(reward: action.value, truncated: steps >= limit)
  }
  func observe(into writer: inout ObservationWriter) {
    writer.write(count: 64 * 64 * 3) {
      $0.update(repeating: UInt8(truncatingIfNeeded: Int(place * 8)))
    }
  }
  func facts(into values: UnsafeMutableBufferPointer<Float>) { values[0] = place }
  func draw(into canvas: Canvas) {}
}
