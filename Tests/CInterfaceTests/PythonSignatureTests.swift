import CInterface
import Foundation
import Testing

/// The functions of C against what the Python package believes them to be.
@Suite("The functions that Python calls")
struct PythonSignatureTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test("every one is known there by name and number of arguments, and so is their version")
  func signatures() throws {
    let python = try String(
      contentsOf: Self.root.appending(path: "python/umwelt/_native.py"), encoding: .utf8)
    #expect(python.contains("\nABI_VERSION = \(abiVersion())\n"))
    let folder = Self.root.appending(path: "Sources/CInterface")
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".swift") }
    var known = 0
    for file in files {
      let source = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      let found = source.matches(of: /@c\(umwelt_([a-z_]+)\)\npublic func \w+\(([^)]*)\)/)
      for match in found where !["abi_version", "last_error"].contains(match.output.1) {
        let count = match.output.2.components(separatedBy: ": ").count - 1
        #expect(
          arguments(of: String(match.output.1), in: python) == count, "umwelt_\(match.output.1)")
        known += 1
      }
      #expect(found.count == source.components(separatedBy: "@c(umwelt_").count - 1, "\(file)")
    }
    #expect(known >= 25)
  }

  /// How many arguments the package gives to a function; nil where it does not know it.
  private func arguments(of name: String, in python: String) -> Int? {
    if python.contains("\"\(name)\": _TEXT,") { return 3 }
    let start = "\"\(name)\": ("
    guard let range = python.range(of: start),
      let end = python[range.upperBound...].firstIndex(of: "\n")
    else { return nil }
    let list = python[range.upperBound..<end].replacing("POINTER(", with: "")
      .replacing(")", with: "").split(separator: ",").map {
        $0.trimmingCharacters(in: .whitespaces)
      }
    return list.reduce(0) { $0 + ($1 == "*_TEXT" ? 3 : $1.isEmpty ? 0 : 1) }
  }
}
