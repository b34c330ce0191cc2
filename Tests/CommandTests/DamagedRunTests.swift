import Foundation
import Testing

/// One finished run, made once and copied by every test.
private let finishedRun: Result<Folder, any Error> = Result {
  let folder = try Folder()
  let outcome = try Program.run(smallRun + ["--run-dir", folder.path("run")])
  guard outcome.code == 0 else { throw ProgramFailed(outcome: outcome) }
  return folder
}

private struct ProgramFailed: Error {
  let outcome: Program.Outcome
}

@Suite("Runs whose files are damaged")
struct DamagedRunTests {
  private func copy() throws -> Folder {
    let folder = try Folder()
    try FileManager.default.copyItem(
      atPath: finishedRun.get().path("run"), toPath: folder.path("run"))
    return folder
  }

  /// Damages one file, runs a command, and expects one error that leaves all files as they are.
  private func expectError(
    _ message: String, _ command: [String], code: Int32 = 1,
    damage: (_ run: String) throws -> Void
  ) throws {
    let folder = try copy()
    let run = folder.path("run")
    try damage(run)
    let before = try comparableFiles(run)
    let outcome = try Program.run(command.map { $0 == "RUN" ? run : $0 })
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errors.contains("error: "))
    #expect(try comparableFiles(run) == before)
  }

  @Test(
    "a missing, truncated or foreign checkpoint is named",
    arguments: [
      "vision.safetensors", "memory.safetensors", "controller.safetensors",
    ])
  func checkpoints(name: String) throws {
    for command in [
      ["evaluate", "RUN"], ["watch", "RUN", "--frames", "2", "--save", "/tmp/x.gif"],
    ] {
      try expectError("\(name): the checkpoint is missing", command) { run in
        try FileManager.default.removeItem(atPath: "\(run)/checkpoints/\(name)")
      }
      try expectError(name, command) { run in
        let url = URL(fileURLWithPath: "\(run)/checkpoints/\(name)")
        let data = try Data(contentsOf: url)
        try data.prefix(data.count / 2).write(to: url)
      }
      try expectError(name, command) { run in
        try Data("not a checkpoint".utf8).write(
          to: URL(fileURLWithPath: "\(run)/checkpoints/\(name)"))
      }
    }
  }

  @Test("checkpoints exchanged between V and C are refused")
  func exchanged() throws {
    try expectError("not of this program's autoencoder", ["evaluate", "RUN"]) { run in
      let vision = URL(fileURLWithPath: "\(run)/checkpoints/vision.safetensors")
      try Data(contentsOf: URL(fileURLWithPath: "\(run)/checkpoints/controller.safetensors"))
        .write(to: vision)
    }
  }

  @Test(
    "a truncated, missing or foreign data shard is named",
    arguments: [
      "shard-0000-frames.npy", "shard-0001-facts.npy",
    ])
  func shards(name: String) throws {
    let resume = smallRun + ["--run-dir", "RUN"]
    try expectError(name, resume) { run in
      try FileManager.default.removeItem(atPath: "\(run)/summary.json")
      let url = URL(fileURLWithPath: "\(run)/data/\(name)")
      let data = try Data(contentsOf: url)
      try data.prefix(data.count - 100).write(to: url)
    }
    try expectError(name, resume) { run in
      try FileManager.default.removeItem(atPath: "\(run)/summary.json")
      try FileManager.default.removeItem(atPath: "\(run)/data/\(name)")
    }
    try expectError(name, resume) { run in
      try FileManager.default.removeItem(atPath: "\(run)/summary.json")
      try Data("something else".utf8).write(to: URL(fileURLWithPath: "\(run)/data/\(name)"))
    }
  }

  @Test("a folder of another configuration is refused and left alone")
  func otherConfiguration() throws {
    try expectError(
      "another configuration: it has 'seed: 1', asked is 'seed: 2'",
      ["run", "--run-dir", "RUN", "--seed", "2"], code: 2
    ) { _ in }
  }

  @Test("a damaged configuration of a run is named with its line")
  func damagedConfiguration() throws {
    try expectError("config.yaml:3: unknown key 'presett'", ["evaluate", "RUN"], code: 2) { run in
      let path = "\(run)/config.yaml"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try text.replacing("preset:", with: "presett:").write(
        toFile: path, atomically: true, encoding: .utf8)
    }
  }

  @Test("a folder without a run is refused")
  func noRun() throws {
    let folder = try Folder()
    let missing = try Program.run("evaluate", folder.path("nothing"))
    #expect(missing.code == 1)
    #expect(missing.errors.contains("there is no such folder"))
    try "mine".write(toFile: folder.path("letter.txt"), atomically: true, encoding: .utf8)
    let foreign = try Program.run(smallRun + ["--run-dir", folder.url.path])
    #expect(foreign.code == 1)
    #expect(foreign.errors.contains("holds other files and no run"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["letter.txt"])
  }

  @Test("a place that cannot be written is named")
  func unwritable() throws {
    let folder = try Folder()
    try "a file".write(toFile: folder.path("file"), atomically: true, encoding: .utf8)
    let outcome = try Program.run(smallRun + ["--run-dir", folder.path("file/run")])
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains(folder.path("file")))
  }
}
