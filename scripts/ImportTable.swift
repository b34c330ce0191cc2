/// Compares every `import` of the package with the dependencies that its manifest declares.
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
  "Swift", "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Testing",
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
  let found = try targets.flatMap(problems)
  found.forEach { print($0) }
  exit(found.isEmpty ? 0 : 1)
}
