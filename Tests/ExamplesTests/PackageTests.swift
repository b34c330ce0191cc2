import Foundation
import TestSupport
import Testing

@Suite("The examples' own package")
struct PackageTests {
  private static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test(
    "builds from the sources that the tests run, with nothing but the product UmweltKit",
    .enabled(
      if: ProcessInfo.processInfo.environment["UMWELT_SLOW"] == "1",
      "compiles everything once more: set UMWELT_SLOW=1"))
  func builds() throws {
    let outcome = try BuiltProgram(at: "/usr/bin/env").run(["make", "examples"], in: Self.top)
    #expect(outcome.code == 0, "\(outcome.output)\(outcome.errors)")
  }

  @Test("names every folder of its sources")
  func targets() throws {
    let folder = Self.top.appending(path: "Examples")
    let manifest = try String(contentsOf: folder.appending(path: "Package.swift"), encoding: .utf8)
    let ours = try String(
      contentsOf: Self.top.appending(path: "Package.swift"), encoding: .utf8)
    let names = try FileManager.default.contentsOfDirectory(
      atPath: folder.appending(path: "Sources").path)
    #expect(names.count >= 4)
    for name in names {
      #expect(manifest.contains("name: \"\(name)\""), "Examples/Package.swift lacks \(name)")
      #expect(ours.contains("path: \"Examples/Sources/\(name)\""), "Package.swift lacks \(name)")
    }
  }
}
