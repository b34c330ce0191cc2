import DataWorlds
import EnvironmentKit
import Foundation
import Testing
import WorldChecking

/// The examples that explain the format.
@Suite struct ReadmeTests {
  private static let examples: [String] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("envs/worlds/README.md")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.components(separatedBy: "```yaml\n").dropFirst()
      .compactMap { $0.components(separatedBy: "```").first }
  }()

  @Test func `there are three examples`() {
    #expect(Self.examples.count == 3)
  }

  @Test(arguments: [0, 1, 2])
  func `each example can be played and keeps what it says`(_ number: Int) throws {
    let file = try DataWorldFile(text: Self.examples[number], path: "example.yaml")
    #expect(file.runTests().compactMap(\.problem) == [])
    #expect(file.checkLevels(100) == [])
    for entry in file.entries() {
      for observation in entry.observations {
        #expect(entry.check(observation, with: ContractChecker()).passed)
      }
    }
  }
}
