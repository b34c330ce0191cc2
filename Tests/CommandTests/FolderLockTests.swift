import Foundation
import TestSupport
import Testing

/// Several processes, one folder.
@Suite("Folders that two processes want", .serialized)
struct FolderLockTests {
  private func start(_ arguments: [String], _ folder: TemporaryFolder, _ name: String) throws
    -> Process
  {
    try Program.start(
      arguments, in: folder.url, output: folder.url.appendingPathComponent("output-\(name)"),
      errors: folder.url.appendingPathComponent("errors-\(name)"))
  }

  @Test("of two runs begun together in a new folder exactly one works, the other says why not")
  func together() throws {
    for _ in 0..<4 {
      let folder = try TemporaryFolder()
      let processes = try [1, 2].map {
        try start(smallRun + ["--run-dir", "run", "--seed", "\($0)"], folder, "\($0)")
      }
      for process in processes { process.waitUntilExit() }
      let codes = processes.map(\.terminationStatus)
      let winner = try #require(codes.firstIndex(of: 0))
      let loser = 1 - winner
      #expect(codes[loser] != 0)
      let said = try String(contentsOfFile: folder.path("errors-\(loser + 1)"), encoding: .utf8)
      #expect(
        said.contains("another process is working on this run")
          || said.contains("holds a run of another configuration"), "\(said)")
      for name in ["config.yaml", "summary.json"] {
        let text = try String(contentsOfFile: folder.path("run/\(name)"), encoding: .utf8)
        #expect(
          text.contains("seed: \(winner + 1)") || text.contains("\"seed\": \(winner + 1)"),
          "\(name)")
      }
    }
  }

  @Test("runs named in the same second get folders of their own")
  func sameSecond() throws {
    let folder = try TemporaryFolder()
    let processes = try (0..<3).map { try start(smallRun, folder, "\($0)") }
    for process in processes { process.waitUntilExit() }
    #expect(processes.map(\.terminationStatus) == [0, 0, 0])
    let runs = try FileManager.default.contentsOfDirectory(atPath: folder.path("runs"))
    #expect(runs.count == 3)
  }

  @Test("a run that was not begun leaves no folder")
  func nothingLeft() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      smallRun + ["--window"],
      environment: ["DISPLAY": nil, "WAYLAND_DISPLAY": nil, "SDL_VIDEODRIVER": nil],
      in: folder.url)
    #expect(outcome.code == 1)
    let runs = try? FileManager.default.contentsOfDirectory(atPath: folder.path("runs"))
    #expect(runs ?? [] == [])
  }

  @Test("a killed run is told from one that works, and one elsewhere says so")
  func status() throws {
    let folder = try TemporaryFolder()
    let command = smallRun + ["--run-dir", "run", "--set", "model.steps=9999"]
    let process = try start(command, folder, "1")
    while process.isRunning,
      !FileManager.default.fileExists(atPath: folder.path("run/checkpoints/vision.safetensors"))
    {
      Thread.sleep(forTimeInterval: 0.01)
    }
    let working = try Program.run("evaluate", folder.path("run"))
    #expect(working.errors.contains("process \(process.processIdentifier) is working on it"))
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let killed = try Program.run("evaluate", folder.path("run"))
    #expect(killed.errors.contains("its process was killed"), "\(killed.errors)")

    let path = folder.path("run/meta.json")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("\"compiler\": \"Swift "))
    let other = text.replacing(#/"processor": "[^"]*"/#, with: "\"processor\": \"Babbage\"")
    try other.write(toFile: path, atomically: true, encoding: .utf8)
    let resumed = try start(command, folder, "2")
    let errors = folder.path("errors-2")
    while resumed.isRunning,
      try !String(contentsOfFile: errors, encoding: .utf8).contains("train V")
    {
      Thread.sleep(forTimeInterval: 0.01)
    }
    resumed.interrupt()
    resumed.waitUntilExit()
    let said = try String(contentsOfFile: errors, encoding: .utf8)
    #expect(said.contains("note: the run was worked on with other processor, 'Babbage'"), "\(said)")
  }

  @Test("Ctrl-C in an evaluation does not say that anything is saved")
  func interruptedEvaluation() throws {
    let folder = try FinishedRunCopy.make()
    let process = try start(
      ["evaluate", "run", "--seeds", "1..100000"], folder, "1")
    let errors = folder.path("errors-1")
    while process.isRunning,
      try !String(contentsOfFile: errors, encoding: .utf8).contains("evaluate")
    {
      Thread.sleep(forTimeInterval: 0.01)
    }
    process.interrupt()
    process.waitUntilExit()
    let said = try String(contentsOfFile: errors, encoding: .utf8)
    #expect(process.terminationStatus == 130)
    #expect(!said.contains("saved") && !said.contains("saving"), "\(said)")
    #expect(said.contains("nothing of this is kept"))
  }
}
