import Controllers
import Datasets
import EnvironmentKit
import Environments
import Experiments
import Files
import FinishedRuns
import Foundation
import Pictures
import Settings
import TestSupport
import Testing
import UmweltCommands
import Viewer
import WorldModels

/// A world whose actions are rows of numbers, through everything that a world passes through.
@Suite("Continuous actions", .serialized) struct ContinuousRunTests {
  private static func entry() throws -> CatalogEntry {
    try #require(Catalog.entry("IcePuck"))
  }

  /// A tiny run in the dream, or in the world.
  private static func run(_ folder: URL, in place: LearningPlace = .dream) throws -> FinishedRun {
    var configuration = Preset.tiny.configuration(for: try entry())
    configuration.loop.frames = 500
    configuration.loop.modelSteps = 12
    configuration.loop.learnerSteps = 2
    configuration.collect.heldOutEvery = 2
    configuration.dream.maximumSteps = 20
    configuration.evaluate.episodes = 3
    var learner = try #require(configuration.learner as? EvolutionSettings)
    learner.place = place
    configuration.learner = learner
    _ = try Experiment(
      configuration, entry: entry(), folder: RunFolder(folder), progress: .silent
    ).run()
    return try FinishedRun(RunFolder(folder), .standard(worlds: Catalog.entries))
  }

  @Test(
    "all presets but those for grids fit it; quick shows C a small latent alone",
    arguments: Preset.allCases.filter { ![.grid, .ppoPlanes].contains($0) })
  func presets(preset: Preset) throws {
    let configuration = preset.configuration(for: try Self.entry())
    try configuration.check(in: Self.entry())
    guard let learner = configuration.learner as? EvolutionSettings else {
      let learner = try #require(configuration.learner as? PPOSettings)
      #expect(learner.scalesRewards && learner.entropyWeight == 0)
      return
    }
    #expect(learner.controller.readout == .greatest)
    guard preset == .quick else { return }
    let model = try #require(configuration.model as? MixtureMemorySettings)
    #expect(model.autoencoder.vision.latentSize == 8 && configuration.agent.input == ["latent"])
    #expect(configuration.dream.temperature == 1)
  }

  private static func files(_ folder: URL) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return Dictionary(
      uniqueKeysWithValues: try names.map { ($0, try Data(contentsOf: folder.appending(path: $0))) }
    )
  }

  @Test("a run learns in the dream; agent and dream are watched, and its rollout plays again")
  func dream() throws {
    let folder = try TemporaryFolder()
    let run = try Self.run(folder.url.appending(path: "run"))
    try watch(run)
    try playDream(run)
    try replay(run, in: folder.url)
  }

  @Test("the same seed gives the same run, in the world as well") func again() throws {
    let folder = try TemporaryFolder()
    let runs = ["a", "b"].map { folder.url.appending(path: $0) }
    for url in runs { _ = try Self.run(url, in: .world) }
    let scores = try runs.map { try Data(contentsOf: $0.appending(path: "scores.jsonl")) }
    #expect(scores[0] == scores[1] && !scores[0].isEmpty)
    let summaries = try runs.map { url in
      var summary = try #require(
        try JSONSerialization.jsonObject(
          with: Data(contentsOf: url.appending(path: "summary.json"))) as? [String: Any])
      summary["timing"] = nil
      return summary as NSDictionary
    }
    #expect(summaries[0] == summaries[1])
    let data = try runs.map { try Self.files($0.appending(path: "data")) }
    #expect(data[0] == data[1] && !data[0].isEmpty)
  }

  private func watch(_ run: FinishedRun) throws {
    let view = try run.agentView()
    try view.reset(seed: 3)
    #expect(view.panel(expectedSteps: 9).components.allSatisfy { $0.value.isNaN })
    try view.advance()
    let panel = view.panel(expectedSteps: 9)
    #expect(panel.actions.isEmpty && panel.chosen == nil && panel.components.count == 2)
    #expect(panel.components.allSatisfy { $0.range == -1...1 && $0.range.contains($0.value) })
    try view.advance(person: [0.25, -1])
    #expect(view.panel(expectedSteps: 9).components.map(\.value) == [0.25, -1])
  }

  private func playDream(_ run: FinishedRun) throws {
    let session = try run.dreamSession()
    try session.reset(seed: 3)
    try session.advance(person: [-0.5, 1])
    #expect(session.action == [-0.5, 1])
    #expect(session.panel(player: "person").components.map(\.value) == [-0.5, 1])
    for _ in 0..<5 { try session.advance() }
    session.branch()
    try session.rewind()
    #expect(session.step == 0)
    // Keys that are held together push together.
    var scene = try DreamScene(session, entry: run.entry, seed: 4, isPerson: true)
    try scene.advance(SceneInput(held: [.left, .up]))
    #expect(session.action == [-1, 1])
    try scene.advance(SceneInput(held: []))
    #expect(session.action == [0, 0])
  }

  /// The agent's rollout, and the same one by its actions as an array and as a text.
  private func replay(_ run: FinishedRun, in folder: URL) throws {
    func roll(_ policy: Rollout.Policy, _ name: String) throws -> EpisodeDataset {
      let rollout = try Rollout(
        Self.entry(), observation: .symbols, seed: 8, policy: policy, framesPerShard: 60)
      _ = try rollout.run(into: folder.appending(path: name), progress: .silent)
      return try EpisodeDataset(at: folder.appending(path: name))
    }
    let first = try roll(.run(run), "agent")
    let rows = (0..<first.stepCount).map { first.action($0) }
    let numbers = rows.flatMap { row -> [Float] in
      guard case .row(let components) = row else { return [] }
      return components
    }
    #expect(numbers.count == 2 * first.stepCount && Set(numbers).count > 2)
    let array = folder.appending(path: "rows.npy")
    try NpyWriter<Float>.write(numbers, shape: [rows.count, 2], to: array)
    let text = folder.appending(path: "rows.txt")
    let lines = stride(from: 0, to: numbers.count, by: 2).map {
      "\(numbers[$0]) \(numbers[$0 + 1])"
    }
    try Data(lines.joined(separator: "\n").utf8).write(to: text)
    for (url, name) in [(array, "array"), (text, "text")] {
      let script = try ActionScript(contentsOf: url, of: Self.entry().actions)
      #expect(script.actions == rows)
      let again = try roll(.actions(script), name)
      #expect(again.frameCount == first.frameCount)
      #expect(
        (0..<first.frameCount).allSatisfy { Array(again.frame($0)) == Array(first.frame($0)) })
      #expect((0..<first.stepCount).allSatisfy { again.action($0) == rows[$0] })
    }
  }

  @Test("a person's keys push, two at once along both axes") func play() throws {
    var scene = try PlayScene(Self.entry(), seed: 1)
    let resting = scene.frame()
    for _ in 0..<5 { try scene.advance(SceneInput(held: [.right, .up])) }
    #expect(scene.progress.steps == 5 && scene.frame() != resting)
    #expect(try Self.entry().actions.together([[1, 0], [0, 1], [1, 0]]) == [1, 1])
    #expect(ActionSpace.discrete(["a", "b"]).together([1, 0]) == 1)
  }

  @Test(
    "what is no row is named with its line",
    arguments: [
      ("0 0\n0.5\n", "rows.txt:2: '0.5' is no action of the world; give 2 numbers in"),
      ("0, 1.5\n", "rows.txt:1: '0, 1.5' is no action"),
      ("0 nan\n", "rows.txt:1: '0 nan' is no action"),
      ("left\n", "rows.txt:1: 'left' is no action"),
      ("# nothing\n", "rows.txt: it holds no actions; write one per line: 2 numbers in -1.0…1.0"),
    ])
  func wrongText(text: String, message: String) throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "rows.txt")
    try Data(text.utf8).write(to: url)
    let error = #expect(throws: ExperimentError.self) {
      try ActionScript(contentsOf: url, of: Self.entry().actions)
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("a row of NaN begins a new episode; arrays of another shape, type or range are refused")
  func arrays() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "rows.npy")
    let space = try Self.entry().actions
    try NpyWriter<Float>.write([0, 1, .nan, .nan, -1, 0.5], shape: [3, 2], to: url)
    #expect(try ActionScript(contentsOf: url, of: space).actions == [[0, 1], -1, [-1, 0.5]])
    let wrong: [([Float], [Int])] = [
      ([0, 1, 2], [3]), ([0, 1, 2], [1, 3]), ([0, 1.5], [1, 2]),
    ]
    for (numbers, shape) in wrong {
      try NpyWriter<Float>.write(numbers, shape: shape, to: url)
      #expect(throws: ExperimentError.self) { try ActionScript(contentsOf: url, of: space) }
    }
    try NpyWriter<Int32>.write([0, 1], shape: [1, 2], to: url)
    #expect(throws: ExperimentError.self) { try ActionScript(contentsOf: url, of: space) }
  }
}
