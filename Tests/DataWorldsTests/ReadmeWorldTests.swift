import DataWorlds
import EnvironmentKit
import Foundation
import Testing
import WorldChecking

/// The worlds that the documentation writes out.
@Suite("The documentation's worlds")
struct ReadmeWorldTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The samples of a page in a language.
  private static func samples(_ language: String, in page: String) throws -> [String] {
    try String(contentsOf: root.appendingPathComponent(page), encoding: .utf8)
      .components(separatedBy: "```\(language)\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
  }

  @Test("the README's world in Swift is the whole of Corridor.swift, and keeps the contract")
  func swift() throws {
    let here = try String(
      contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Corridor.swift"), encoding: .utf8)
    #expect(try Self.samples("swift", in: "README.md").contains(here))
    #expect(here.split(separator: "\n").count < 30)
    let report = Corridor.entry.check(.pixels64, with: ContractChecker())
    for finding in report.findings { #expect(finding.problem == nil, "\(finding.check)") }
  }

  @Test("the README says where the entry goes, and it goes there") func entry() throws {
    let catalog = try String(
      contentsOf: Self.root.appendingPathComponent("envs/Catalog.swift"), encoding: .utf8)
    let readme = try String(
      contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
    #expect(catalog.contains("[TakeCover.entry]"))
    #expect(readme.contains("`[TakeCover.entry, Corridor.entry]`"))
  }

  @Test("the world as data passes every check") func data() throws {
    let sample = try #require(
      try Self.samples("yaml", in: "docs/worlds.md").first { $0.contains("format: 1") })
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
