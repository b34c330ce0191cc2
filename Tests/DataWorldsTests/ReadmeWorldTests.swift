import DataWorlds
import EnvironmentKit
import Foundation
import Randomness
import Testing
import WorldChecking

// The README's sample, line by line: between the two marks nothing may differ.
// README
struct Corridor: World {
  enum Action: Int32, DiscreteAction { case left, right }
  private var stream = RandomStream(seed: 0), place = 4, steps = 0
  let specification = WorldSpecification(
    id: "Corridor", observation: ObservationSpace([ObservationField("image", shape: [64, 64, 3])]),
    maximumSteps: 50, rewardRange: 0...1, facts: [Fact("place")], stepsPerSecond: 5)
  mutating func reset(seed: UInt64?) {
    if let seed { stream = RandomStream(seed: seed) }  // nil goes on with the stream
    (place, steps) = (stream.integers(in: 1..<8), 0)
  }
  mutating func step(_ action: Action) -> Step {
    (place, steps) = (place + (action == .left ? -1 : 1), steps + 1)
    return Step(reward: place == 8 ? 1 : 0, terminated: place % 8 == 0, truncated: steps == 50)
  }
  func observe(into out: inout ObservationWriter) { out.writeImage(width: 64, height: 64, draw) }
  func facts(into values: UnsafeMutableBufferPointer<Float>) { values[0] = Float(place) }
  func draw(into canvas: Canvas) { canvas.fill(Color(UInt8(30 * place), 60, 60)) }  // any size
}
// end

@Suite("The README's worlds")
struct ReadmeWorldTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The README's samples in a language.
  private static func samples(_ language: String) throws -> [String] {
    try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
      .components(separatedBy: "```\(language)\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
  }

  @Test("the world in Swift is this file's, and keeps the contract") func swift() throws {
    let file = try String(contentsOfFile: #filePath, encoding: .utf8)
    let here = file.components(separatedBy: "// README\n")[1].components(separatedBy: "// end\n")[0]
    #expect(try Self.samples("swift").contains(here))
    #expect(here.split(separator: "\n").count < 20)
    let report = ContractChecker().check(Corridor())
    for finding in report.findings { #expect(finding.problem == nil, "\(finding.check)") }
  }

  @Test("the world as data passes every check") func data() throws {
    let sample = try #require(try Self.samples("yaml").first { $0.contains("format: 1") })
    #expect(sample.split(separator: "\n").count < 20)
    let world = try DataWorldFile(text: sample, path: "my.yaml")
    #expect(world.checkLevels(100).isEmpty && world.runTests().allSatisfy { $0.problem == nil })
    for entry in world.entries() {
      for observation in entry.observations {
        #expect(entry.check(observation, with: ContractChecker()).passed)
      }
    }
  }
}
