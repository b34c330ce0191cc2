import DataWorlds
import Environments
import Foundation
import Testing

/// Files with mistakes, and what is said of them: the last lines of each file, after `# expect:`.
@Suite struct BrokenFilesTests {
  private static let folder = Bundle.module.bundleURL.appendingPathComponent("Fixtures/Broken")

  private static let files: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".yaml") }.sorted()

  @Test func `there are broken files`() {
    #expect(Self.files.count >= 15)
  }

  @Test(arguments: files)
  func `every mistake is named with its place and what to write instead`(_ name: String) throws {
    let text = try String(
      contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    let expected = text.split(separator: "\n").filter { $0.hasPrefix("# expect: ") }
      .map { String($0.dropFirst("# expect: ".count)) }
    #expect(!expected.isEmpty)
    #expect(Self.mistakes(text) == expected)
  }

  /// All that is said of a text: on loading, else of its tests and levels.
  private static func mistakes(_ text: String) -> [String] {
    do {
      let file = try DataWorldFile(text: text, path: "file.yaml")
      let problems = file.runTests().compactMap(\.problem) + file.checkLevels(50)
      return problems.map(\.description)
    } catch {
      return error.problems.map(\.description)
    }
  }
}
