import Files
import Foundation
import TestSupport
import Testing

/// Root may, and there may be more processes than processors.
private let root = ["OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"]

/// Whether the program was built with MPI, and `mpirun` can start two processes here.
private let hasMPI: Bool = {
  #if MPI
    let tried = try? BuiltProgram(at: "/usr/bin/env").run(
      ["mpirun", "--oversubscribe", "-np", "2", "true"], environment: root)
    return tried?.code == 0
  #else
    return false
  #endif
}()

@Suite(
  "Several processes", .serialized,
  .enabled(if: hasMPI, "built without MPI, or mpirun starts nothing here"))
struct SeveralProcessesTests {
  /// What a person types.
  private func words(_ count: Int, _ arguments: [String]) -> [String] {
    ["mpirun", "--oversubscribe", "-np", "\(count)", Program.url.path] + arguments
  }

  private func run(_ count: Int, _ arguments: [String], in folder: URL? = nil) throws
    -> BuiltProgram.Outcome
  {
    try BuiltProgram(at: "/usr/bin/env").run(words(count, arguments), environment: root, in: folder)
  }

  /// Begins a job, and waits until the leader says something.
  private func start(
    _ count: Int, _ arguments: [String], until said: String, in folder: TemporaryFolder
  ) throws -> Process {
    let errors = folder.url.appendingPathComponent("errors")
    let process = try BuiltProgram(at: "/usr/bin/env").start(
      words(count, arguments), environment: root,
      output: folder.url.appendingPathComponent("output"),
      errors: errors)
    let end = Date(timeIntervalSinceNow: 60)
    while process.isRunning, try !String(contentsOf: errors, encoding: .utf8).contains(said),
      Date() < end
    {
      Thread.sleep(forTimeInterval: 0.01)
    }
    return process
  }

  @Test("train one run: every file has the bytes of one process, for 1, 2 and 3")
  func sameBytes() throws {
    let folder = try TemporaryFolder()
    let alone = try Program.run(smallRun + ["--run-dir", folder.path("alone")])
    try #require(alone.code == 0, "\(alone.errors)")
    let expected = try comparableFiles(folder.path("alone"))
    for count in 1...3 {
      let run = folder.path("run\(count)")
      let outcome = try self.run(count, smallRun + ["--run-dir", run])
      try #require(outcome.code == 0, "\(outcome.errors)")
      #expect(differences(try comparableFiles(run), expected) == [])
      // One process speaks.
      #expect(outcome.errors.ranges(of: "train V: 30 steps").count == 1)
      #expect(outcome.output.ranges(of: "report: ").count == 1)
    }
  }

  @Test(
    "a killed process ends the job; the same command goes on with another number, to the same bytes"
  )
  func killed() throws {
    let folder = try TemporaryFolder()
    let long = smallRun + ["--set", "model.steps=150"]
    let alone = try Program.run(long + ["--run-dir", folder.path("alone")])
    try #require(alone.code == 0, "\(alone.errors)")
    let run = folder.path("run")
    let process = try start(2, long + ["--run-dir", run], until: "train V", in: folder)
    Thread.sleep(forTimeInterval: 0.3)
    let last = try #require(try ranks(of: run).last)
    kill(last, SIGKILL)
    process.waitUntilExit()
    #expect(process.terminationStatus != 0)
    let said = try String(contentsOf: folder.url.appendingPathComponent("errors"), encoding: .utf8)
    #expect(said.contains("rank 1"), "\(said)")
    let outcome = try self.run(3, long + ["--run-dir", run])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let different = differences(
      try comparableFiles(run), try comparableFiles(folder.path("alone")))
    #expect(different == [])
  }

  /// The processes that work on a run.
  private func ranks(of run: String) throws -> [pid_t] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.sorted()
      .filter { process in
        let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
        let words = String(decoding: line, as: UTF8.self).split(separator: "\0")
        return words.first.map(String.init) == Program.url.path && words.contains { $0 == run }
      }
  }

  @Test("Ctrl-C to any process saves, says how to go on, and stops all")
  func interrupted() throws {
    let folder = try TemporaryFolder()
    let run = folder.path("run")
    let process = try start(
      2, smallRun + ["--set", "model.steps=3000", "--run-dir", run], until: "train V", in: folder)
    kill(try #require(try ranks(of: run).last), SIGINT)
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    let said = try String(contentsOf: folder.url.appendingPathComponent("errors"), encoding: .utf8)
    #expect(said.ranges(of: "everything so far is saved in \(run)").count == 1, "\(said)")
    #expect(said.contains("go on with: "))
    let meta = try String(contentsOfFile: run + "/meta.json", encoding: .utf8)
    #expect(meta.contains("\"status\": \"interrupted\""))
  }

  @Test("share the runs of a sweep; what fails is told once, and the rest is done")
  func sweep() throws {
    let folder = try TemporaryFolder()
    let command = [
      "sweep", "grid", "MiniGrid-Empty-5x5-v0", "--preset", "ppo", "--set",
      "learner.environmentSteps=2048,4096", "--set", "evaluate.episodes=4", "--seeds", "2",
      "--sweep-dir", folder.path("sweep"),
    ]
    let outcome = try run(2, command)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("4/4 runs"), "\(outcome.errors)")
    let runs = try FileManager.default.contentsOfDirectory(atPath: folder.path("sweep"))
      .filter { $0.contains("environmentSteps") }
    #expect(runs.count == 4)
    #expect(outcome.output.ranges(of: "report: ").count == 1)
  }

  @Test(
    "refuse what is work for one, and what none of them understands, with one error",
    arguments: [
      ["envs"], ["run", "NoSuchWorld"], ["run", "--preset", "none"], ["run", "--window"],
      ["bench", "world"],
    ])
  func refusals(arguments: [String]) throws {
    let outcome = try run(2, arguments)
    #expect(outcome.code == 2, "\(outcome.errors)")
    #expect(outcome.errors.ranges(of: "error: ").count == 1, "\(outcome.errors)")
  }

  @Test("say their version and their help once")
  func help() throws {
    #expect(try run(2, ["--version"]).output.split(separator: "\n").count == 1)
    #expect(try run(2, ["run", "--help"]).output.ranges(of: "OVERVIEW").count == 1)
  }
}

@Suite("One process of many that know nothing of each other")
struct LaunchedAloneTests {
  @Test("a job of several processes is refused where the program was built without MPI")
  func withoutMPI() throws {
    #if !MPI
      let outcome = try Program.run(["run"], environment: ["OMPI_COMM_WORLD_SIZE": "2"])
      #expect(
        outcome.code == 2 && outcome.errors.contains("built without MPI"), "\(outcome.errors)")
    #endif
  }
}
