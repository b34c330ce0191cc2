import Experiments
import Foundation
import Settings
import TestSupport
import Testing

/// The pages of the documentation against the program and one another.
@Suite("The documentation's pages", .serialized)
struct PagesTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ page: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(page), encoding: .utf8)
  }

  private static func pages() throws -> [String] {
    let docs = try FileManager.default.contentsOfDirectory(
      atPath: root.appendingPathComponent("docs").path)
    return ["README.md", "CHANGELOG.md", "envs/worlds/README.md"]
      + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
  }

  /// A page's text without its samples of code.
  private static func prose(_ page: String) throws -> String {
    try text(page).components(separatedBy: "\n```").enumerated()
      .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined(separator: "\n")
  }

  /// The anchors that GitHub makes of a page's headings.
  private static func anchors(_ page: String) throws -> Set<String> {
    let headings = try prose(page).split(separator: "\n").filter { $0.hasPrefix("#") }
    return Set(
      headings.map { heading in
        let words = heading.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
        let kept = words.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
        return kept.replacingOccurrences(of: " ", with: "-")
      })
  }

  @Test("every link within the project leads somewhere") func links() throws {
    for page in try Self.pages() {
      let folder = Self.root.appendingPathComponent(page).deletingLastPathComponent()
      for match in try Self.prose(page).matches(of: /\]\(([^)\s]+)\)|src="([^"]+)"/) {
        let link = String(match.output.1 ?? match.output.2 ?? "")
        guard !link.hasPrefix("http") else { continue }
        let parts = link.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
        let target = parts[0].isEmpty ? page : Self.path(parts[0], from: folder)
        let isThere = FileManager.default.fileExists(
          atPath: Self.root.appendingPathComponent(target).path)
        #expect(isThere, "\(page): \(link)")
        guard parts.count > 1, isThere else { continue }
        #expect(try Self.anchors(target).contains(parts[1]), "\(page): \(link)")
      }
    }
  }

  /// A path from the top of the project.
  private static func path(_ link: String, from folder: URL) -> String {
    let whole = folder.appendingPathComponent(link).standardizedFileURL.path
    return String(whole.dropFirst(root.standardizedFileURL.path.count + 1))
  }

  @Test("the README is short") func length() throws {
    #expect(try Self.text("README.md").components(separatedBy: "\n").count <= 151)
  }

  @Test("every command and option stands in the page on commands") func commands() throws {
    let page = try Self.text("docs/commands.md")
    let listing = try Program.run("--help").output.components(separatedBy: "SUBCOMMANDS:")[1]
    let names = listing.matches(of: /\n  ([a-z]+)\s+[A-Z]/).map { String($0.output.1) }
    #expect(names.count >= 12)
    let more = ["evaluate policy", "evaluate model", "sweep temperature", "sweep agents"]
    for name in names + more {
      #expect(page.contains("umwelt \(name)"), "umwelt \(name)")
      let help = try Program.run(["help"] + name.split(separator: " ").map(String.init)).output
      for option in Set(help.matches(of: /--[a-z][a-z-]*/).map { String($0.output) }) {
        #expect(page.contains(option), "umwelt \(name) \(option)")
      }
    }
  }

  @Test("the map has every room with what it imports") func map() throws {
    let page = try Self.text("docs/architecture.md")
    let rows = page.split(separator: "\n")
    let outside: Set = ["Yams", "ArgumentParser", "swift-argument-parser"]
    let package = try Self.text("Package.swift").replacing(
      #/, condition: \.when\([^)]*\)/#, with: "")
    let targets = package.matches(
      of: /arget\(\s*name: "(\w+)"(?:,\s*dependencies: \[([^\]]*)\])?/)
    for target in targets {
      let name = String(target.output.1)
      if name.hasSuffix("Tests") || name == "TestSupport" { continue }
      // A program of a user's own is no room.
      if package.contains("path: \"Examples/Sources/\(name)\"") { continue }
      let used = (target.output.2 ?? "").matches(of: /"([\w-]+)"/).map { String($0.output.1) }
      let wanted = Set(used).subtracting(outside)
      guard let row = rows.first(where: { $0.contains("| [\(name)](") }) else {
        #expect(rows.contains { $0.hasPrefix("| 0 |") && $0.contains(name) }, "\(name)")
        continue
      }
      let cell = row.split(separator: "|").last?.trimmingCharacters(in: .whitespaces) ?? ""
      let said = cell == "–" ? [] : cell.components(separatedBy: ", ")
      #expect(Set(said) == wanted, "\(name)")
    }
    #expect(targets.count > 25)
  }

  @Test("the page on settings is what the program prints") func settings() throws {
    let printed = try Program.run("describe", "--settings")
    #expect(printed.code == 0, "\(printed.errors)")
    #expect(try Self.text("docs/settings.md") == printed.output, "scripts/settings writes it anew")
  }

  @Test("every setting that a page sets is one") func settingNames() throws {
    let known = Set(RunConfiguration.settingLines().map(\.key))
    for page in try Self.pages() {
      for match in try Self.text(page).matches(of: /--set '?([a-z][A-Za-z.]*)=/) {
        let key = String(match.output.1)
        #expect(known.contains(key), "\(page): \(key)")
      }
    }
  }

  @Test("every key of what programs read stands in the page on files") func keys() throws {
    let page = try Self.text("docs/files.md")
    let folder = try TemporaryFolder()
    let run = try Program.run(smallRun + ["--run-dir", "run"], in: folder.url)
    try #require(run.code == 0, "\(run.errors)")
    let model = try Program.run(
      "evaluate", "model", "run", "--episodes", "4", "--json", in: folder.url)
    try #require(model.code == 0, "\(model.errors)")
    func read(_ data: Data, _ place: String) throws -> Set<String> {
      Self.missing(try JSONSerialization.jsonObject(with: data), page, in: place)
    }
    var missing: Set<String> = []
    for name in ["summary", "meta", "model", "data/index"] {
      let file = folder.url.appendingPathComponent("run/\(name).json")
      missing.formUnion(try read(Data(contentsOf: file), name))
    }
    let printed = [
      ["envs", "--json"], ["describe", "--json"], ["evaluate", "run", "--json"],
      ["bench", "world.Catch.symbols", "--json"],
    ]
    for arguments in printed {
      let output = try Program.run(arguments, in: folder.url).output
      missing.formUnion(try read(Data(output.utf8), arguments.joined(separator: " ")))
    }
    for name in ["metrics", "scores"] {
      let file = folder.url.appendingPathComponent("run/\(name).jsonl")
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        missing.formUnion(try read(Data(line.utf8), name))
      }
    }
    #expect(missing.sorted() == [])
  }

  /// Keys below these are the world's own names, or have them in theirs.
  private static let open: Set = ["probes", "facts", "coverage", "evidence"]

  /// The keys of a document that a page does not name.
  private static func missing(_ value: Any, _ page: String, in place: String) -> Set<String> {
    if let list = value as? [Any] {
      return list.reduce(into: []) { $0.formUnion(missing($1, page, in: place)) }
    }
    var found: Set<String> = []
    for (key, value) in value as? [String: Any] ?? [:] {
      let isNamed = ["`", ".", "\""].contains { before in
        ["`", ".", "[", "\""].contains { page.contains(before + key + $0) }
      }
      if !isNamed { found.insert("\(place): \(key)") }
      if !open.contains(key) { found.formUnion(missing(value, page, in: "\(place).\(key)")) }
    }
    return found
  }
}
