import Foundation
import TestSupport
import Testing

@Suite("What belongs to a run")
struct RunIdentityTests {
  /// A finished run of another seed.
  private static let other: Result<TemporaryFolder, any Error> = Result {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(smallRun + ["--run-dir", folder.path("run"), "--seed", "2"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    return folder
  }

  @Test(
    "V, M, C and data of another run are refused",
    arguments: ["vision", "memory", "controller", "data"])
  func foreign(part: String) throws {
    let folder = try FinishedRunCopy.make()
    let name = part == "data" ? "data" : "checkpoints/\(part).safetensors"
    try FileManager.default.removeItem(atPath: folder.path("run/\(name)"))
    try FileManager.default.copyItem(
      atPath: Self.other.get().path("run/\(name)"), toPath: folder.path("run/\(name)"))
    let command =
      part == "data"
      ? ["dream", folder.path("run"), "--frames", "2", "--save", folder.path("x.gif")]
      : ["evaluate", folder.path("run")]
    let used = try Program.run(command)
    #expect(used.code == 1 && used.errors.contains("it is of another run"), "\(used.errors)")
    try FileManager.default.removeItem(atPath: folder.path("run/summary.json"))
    let resumed = try Program.run("run", "--run-dir", folder.path("run"))
    #expect(resumed.code == 1 && resumed.errors.contains("it is of another run"))
  }

  @Test("a configuration that was edited in a half-done run is refused")
  func edited() throws {
    let folder = try FinishedRunCopy.make()
    try FileManager.default.removeItem(atPath: folder.path("run/summary.json"))
    let path = folder.path("run/config.yaml")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacing("temperature: 1.0", with: "temperature: 1.5").write(
      toFile: path, atomically: true, encoding: .utf8)
    #expect(try String(contentsOfFile: path, encoding: .utf8) != text)
    let resumed = try Program.run("run", "--run-dir", folder.path("run"))
    #expect(resumed.code == 2)
    #expect(resumed.errors.contains("it was edited since the run was begun"), "\(resumed.errors)")
    let used = try Program.run("evaluate", folder.path("run"))
    #expect(used.code == 1 && used.errors.contains("config.yaml was edited since"))
  }

  @Test("lost episodes that others have learned from are not collected again as others")
  func lostData() throws {
    let folder = try TemporaryFolder()
    let command =
      smallRun + ["--run-dir", folder.path("run"), "--set", "loop.passes=2"]
    let made = try Program.run(command)
    try #require(made.code == 0, "\(made.errors)")
    for name in ["data", "summary.json"] {
      try FileManager.default.removeItem(atPath: folder.path("run/\(name)"))
    }
    let resumed = try Program.run(command)
    #expect(resumed.code == 1)
    #expect(resumed.errors.contains("the episodes of pass 2 are gone"), "\(resumed.errors)")
  }

  @Test("a summary of another run does not count as finished")
  func foreignSummary() throws {
    let folder = try FinishedRunCopy.make()
    for text in [#"{"schema":2}"#, #"{"schema":2,"world":"Catch","seed":1}"#] {
      try text.write(toFile: folder.path("run/summary.json"), atomically: true, encoding: .utf8)
      let outcome = try Program.run("run", "--run-dir", folder.path("run"))
      #expect(outcome.code == 1)
      #expect(outcome.errors.contains("is no summary of this run"), "\(outcome.errors)")
    }
  }
}
