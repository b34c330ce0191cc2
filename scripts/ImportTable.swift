/// Compares every `import` of the package with the dependencies that its manifest declares, both ways,
/// and looks for circles among the folders of each target.
///
/// Reads `swift package describe --type json` from standard input. `--modules` instead lists the
/// Swift modules, `--sources MODULE` the source files of one.
import Foundation

struct Package: Decodable {
  struct Target: Decodable {
    var name: String
    var path: String
    var sources: [String]
    var moduleType: String
    var type: String
    var targetDependencies: [String]?
    var productDependencies: [String]?

    var isSwift: Bool { moduleType == "SwiftTarget" }
    var files: [String] { sources.map { "\(path)/\($0)" } }
    var mayImport: Set<String> {
      Set((targetDependencies ?? []) + (productDependencies ?? []))
    }
  }
  var targets: [Target]
}

/// Modules that come with the toolchain and the C library.
let systemModules: Set = [
  "Swift", "Foundation", "FoundationEssentials", "FoundationXML", "Dispatch", "Synchronization",
  "Testing",
  "Glibc", "Musl", "Darwin",
]

/// Attributes, an access level and the kind of what is imported may stand around the module.
let importStatement =
  #/^\s*((@\w+(\([^)]*\))?|public|package|internal|fileprivate|private)\s+)*import\s+((struct|class|enum|protocol|func|var|let|typealias)\s+)?(?<module>\w+)/#

func importedModule(_ line: Substring) -> String? {
  line.firstMatch(of: importStatement).map { String($0.module) }
}

func problems(in target: Package.Target) throws -> [String] {
  try target.files.flatMap { file in
    let lines = try String(contentsOfFile: file, encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().compactMap { number, line -> String? in
      guard let module = importedModule(line) else { return nil }
      let place = "\(file):\(number + 1): error:"
      if line.contains("@testable") {
        return "\(place) '@testable import \(module)': use `package` access instead"
      }
      if systemModules.contains(module) || target.mayImport.contains(module) { return nil }
      return "\(place) \(target.name) imports \(module), which is not among its dependencies"
    }
  }
}

/// Dependencies that are declared and imported nowhere.
///
/// C modules below others and helpers of linking may be needed without an import.
func unused(in target: Package.Target, systemLibraries: Set<String>) throws -> [String] {
  let imported = try Set(
    target.files.flatMap { file in
      try String(contentsOfFile: file, encoding: .utf8)
        .split(separator: "\n").compactMap(importedModule)
    })
  return target.mayImport.subtracting(imported).subtracting(systemLibraries).sorted().map {
    "Package.swift: error: \(target.name) declares \($0) and imports it nowhere"
  }
}

/// Pairs of a target's folders whose files name each other's types.
///
/// Types are told by their names: those that two folders declare, or that are private, do not count.
func circles(in target: Package.Target) throws -> [String] {
  let declaration =
    #/(?m)^(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|final|indirect)\s+)*(?:struct|class|enum|protocol|typealias|actor)\s+(?<name>\w+)/#
  func folder(_ source: String) -> String {
    source.contains("/") ? String(source.prefix { $0 != "/" }) : "."
  }
  var texts: [(folder: String, text: String)] = []
  var owners: [String: Set<String>] = [:]
  for source in target.sources where source.hasSuffix(".swift") {
    let text = try String(contentsOfFile: "\(target.path)/\(source)", encoding: .utf8)
      .replacing(#/\/\/[^\n]*/#, with: "").replacing(#/"(?:\\.|[^"\\\n])*"/#, with: "")
    texts.append((folder(source), text))
    for match in text.matches(of: declaration) {
      owners[String(match.name), default: []].insert(folder(source))
    }
  }
  var arrows: [String: [String: String]] = [:]
  for (from, text) in texts {
    for match in text.matches(of: #/\b[A-Z]\w*\b/#) {
      guard let owner = owners[String(match.0)], owner.count == 1, let to = owner.first, to != from
      else { continue }
      arrows[from, default: [:]][to] = String(match.0)
    }
  }
  return arrows.keys.sorted().flatMap { a in
    (arrows[a] ?? [:]).keys.sorted().compactMap { b -> String? in
      guard a < b, let back = arrows[b]?[a], let there = arrows[a]?[b] else { return nil }
      return "\(target.path): error: the folders '\(a)' and '\(b)' need each other "
        + "(\(there); \(back))"
    }
  }
}

let decoder = JSONDecoder()
decoder.keyDecodingStrategy = .convertFromSnakeCase
let package = try decoder.decode(
  Package.self, from: FileHandle.standardInput.readDataToEndOfFile())
let targets = package.targets.filter(\.isSwift)
let arguments = CommandLine.arguments.dropFirst()

switch arguments.first {
case "--modules": targets.forEach { print($0.name) }
case "--sources":
  targets.filter { $0.name == arguments.last }.flatMap(\.files).forEach { print($0) }
default:
  let linked = package.targets.filter { !$0.isSwift || $0.type == "executable" }
  let systemLibraries = Set(linked.map(\.name))
  var found = try targets.flatMap(problems)
  found += try targets.flatMap { try unused(in: $0, systemLibraries: systemLibraries) }
  found += try targets.filter { !$0.path.hasPrefix("Tests") }.flatMap(circles)
  found.forEach { print($0) }
  exit(found.isEmpty ? 0 : 1)
}
