import Controllers
import Environments
import Experiments
import FinishedRuns
import Foundation
import Settings
import Testing
import UmweltCommands

/// The script of ten lines that `docs/from-gymnasium.md` ends with.
@Suite("The documentation's script")
struct ReadmeScriptTests {
  @Test("stands in the page as it runs here, but for the folder and the number of generations")
  func page() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/from-gymnasium.md")
    let sample = try #require(
      try String(contentsOf: page, encoding: .utf8).components(separatedBy: "```swift\n").last?
        .components(separatedBy: "```").first)
    let here = Set(
      try String(contentsOfFile: #filePath, encoding: .utf8).split(separator: "\n")
        .map { $0.trimmingCharacters(in: .whitespaces) })
    for line in sample.split(separator: "\n") {
      let isOwn = line.hasPrefix("let run =") || line.hasPrefix("for _ in")
      #expect(isOwn || here.contains(line.trimmingCharacters(in: .whitespaces)), "\(line)")
    }
  }

  @Test("trains a controller of its own on the latents of a finished run")
  func script() throws {
    let place = FileManager.default.temporaryDirectory
      .appendingPathComponent("umwelt-readme-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: place) }
    try makeRun(place)

    let run = try FinishedRun(RunFolder(place), .standard(worlds: Catalog.entries))
    let worlds = try run.latentEnvironments(count: 64)
    var settings = ControllerConfiguration()
    settings.hiddenUnits = 8
    (settings.populationSize, settings.episodesPerCandidate) = (4, 2)
    let shape = try ControllerShape(
      settings, observation: worlds.observationSpace, actions: worlds.actionSpace)
    var trainer = ControllerTrainer(settings, shape: shape, rootSeed: 7)
    let runner = EpisodeRunner<Float>(worlds)
    for _ in 0..<2 { #expect(try trainer.trainGeneration(on: runner).mean > 0) }
  }

  private func makeRun(_ place: URL) throws {
    var configuration = Preset.tiny.configuration
    configuration.loop.frames = 300
    configuration.loop.modelSteps = 5
    configuration.loop.learnerSteps = 1
    configuration.evaluate.episodes = 2
    _ = try Experiment(
      configuration, entry: Toolkit.standard(worlds: Catalog.entries).worlds.find("TakeCover"),
      folder: RunFolder(place),
      progress: .silent
    ).run()
  }
}
