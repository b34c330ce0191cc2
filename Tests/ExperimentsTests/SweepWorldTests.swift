import Controllers
import EnvironmentKit
import Experiments
import Files
import Foundation
import Settings
import TestSupport
import Testing

/// Shows one number, no picture, and tells no facts.
private struct BareWorld: World {
  enum Action: Int32, DiscreteAction { case stay, go }
  let specification = WorldSpecification(
    id: "Bare", observation: ObservationSpace([ObservationField("number", shape: [1])]),
    maximumSteps: 5, rewardRange: 0...1, facts: [], stepsPerSecond: 5)
  private var steps = 0

  mutating func reset(seed: UInt64?) { steps = 0 }
  mutating func step(_ action: Action) -> Step {
    steps += 1
    return Step(reward: 0, terminated: false, truncated: steps == 5)
  }
  func observe(into out: inout ObservationWriter) { out.write(UInt8(steps)) }
  func facts(into values: UnsafeMutableBufferPointer<Float>) {}
  func draw(into canvas: Canvas) {}

  static let entry = CatalogEntry(
    id: "Bare", family: "Bare", file: "", reference: "test", observations: [.symbols], keys: []
  ) { _ in BareWorld() }
}

@Suite("What a sweep over agents asks of a world")
struct SweepWorldTests {
  @Test(
    "pictures and facts that a world does not have are one error, before anything is made",
    arguments: [("ppo-pixels", "no pictures"), ("ppo-facts", "no facts")])
  func lacks(name: String, lack: String) throws {
    let folder = try TemporaryFolder()
    let configuration = Preset.ppo.configuration(for: BareWorld.entry)
    let sweep = Sweep(
      .agents([name], steps: 64), configuration: configuration, entry: BareWorld.entry, seeds: [1],
      episodes: 2, folder: folder.url.appending(path: "sweep"), progress: .silent, command: "")
    let error = try #require(throws: ExperimentError.self) { try sweep.run() }
    #expect("\(error)".contains(lack), "\(error)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("sweep")))
  }

  @Test("usually compares what a world has, by proximal policy optimisation where steps are named")
  func usual() {
    let names = Sweep.Kind.usualAgentNames(of: BareWorld.entry, withSteps: true)
    #expect(names.filter { $0.hasPrefix("ppo") } == ["ppo-z", "ppo-zh"])
    let without = Sweep.Kind.usualAgentNames(of: BareWorld.entry, withSteps: false)
    #expect(!without.isEmpty && !without.contains { $0.hasPrefix("ppo") })
  }
}
