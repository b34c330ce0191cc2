import Files
import Foundation
import TestSupport
import Testing

@Suite("Interrupted runs", .serialized)
struct InterruptionTests {
  /// The files of an uninterrupted run, with some number of threads.
  private func uninterrupted(_ extra: [String] = []) throws -> [String: Data] {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(smallRun + ["--run-dir", folder.path("run")] + extra)
    try #require(outcome.code == 0, "\(outcome.errors)")
    return try comparableFiles(folder.path("run"))
  }

  @Test("after kill -9 at ten random moments every byte is that of the uninterrupted run")
  func killed() throws {
    let expected = try uninterrupted()
    let folder = try TemporaryFolder()
    let command = smallRun + ["--run-dir", folder.path("run")]
    var generator = SystemRandomNumberGenerator()
    for attempt in 0..<10 {
      let wait = Double.random(in: 0.02...0.4, using: &generator) * Double(1 + attempt / 3)
      _ = try Program.run(command, killedAfter: wait)
    }
    let outcome = try Program.run(command)
    try #require(outcome.code == 0, "\(outcome.errors)")
    let different = differences(try comparableFiles(folder.path("run")), expected)
    #expect(different == [])
  }

  @Test("Ctrl-C saves, says how to go on, and exits with 130; going on gives the same bytes")
  func controlC() throws {
    let expected = try uninterrupted()
    let folder = try TemporaryFolder()
    let errors = folder.url.appendingPathComponent("errors")
    let command = smallRun + ["--run-dir", folder.path("run")]
    let process = try Program.start(
      command, output: folder.url.appendingPathComponent("output"), errors: errors)
    while process.isRunning, try !String(contentsOf: errors, encoding: .utf8).contains("train V") {
      Thread.sleep(forTimeInterval: 0.005)
    }
    process.interrupt()
    process.waitUntilExit()
    let said = try String(contentsOf: errors, encoding: .utf8)
    #expect(process.terminationStatus == 130, "\(said)")
    #expect(said.contains("everything so far is saved in \(folder.path("run"))"))
    #expect(said.contains("go on with: \(Program.url.path) run --run-dir \(folder.path("run"))"))
    #expect(try Program.run("run", "--run-dir", folder.path("run")).code == 0)
    #expect(differences(try comparableFiles(folder.path("run")), expected) == [])
  }

  @Test("Ctrl-C stops in the middle of fitting the prior; going on gives the same bytes")
  func priorFit() throws {
    let folder = try TemporaryFolder()
    // Rows without clusters: a fit of many Gaussians takes many rounds.
    let rows: [Float] = (0..<4_000 * 12).map { (place: Int) -> Float in
      let (a, b) = (Float(place * place % 9_973), Float(place % 631))
      return sin(a) + cos(b)
    }
    try NpyWriter.write(rows, shape: [4_000, 12], to: folder.url.appending(path: "x.npy"))
    func command(_ place: String) throws -> [String] {
      try FileManager.default.createDirectory(
        atPath: folder.path(place), withIntermediateDirectories: true)
      return [
        "train", "vision", "--frames", folder.path("x.npy"), "--kind", "vectors", "--steps", "10",
        "--set", "model.latentSize=16", "--set", "model.prior.components=50", "--run-dir",
        folder.path("\(place)/run"),
      ]
    }
    func hasPrior(_ place: String) throws -> Bool {
      let file = try TensorFile(
        contentsOf: folder.url.appending(path: "\(place)/run/checkpoints/vision.safetensors"))
      return file.entries["prior/weights"] != nil
    }
    let whole = try Program.run(command("whole"))
    try #require(whole.code == 0, "\(whole.errors)")
    let errors = folder.url.appendingPathComponent("errors")
    let process = try Program.start(
      command("stopped"), output: folder.url.appendingPathComponent("output"), errors: errors)
    while process.isRunning,
      try !String(contentsOf: errors, encoding: .utf8).contains("fit the prior")
    {
      Thread.sleep(forTimeInterval: 0.005)
    }
    process.interrupt()
    process.waitUntilExit()
    let said = try String(contentsOf: errors, encoding: .utf8)
    #expect(process.terminationStatus == 130, "\(said)")
    #expect(
      said.contains("go on with: \(Program.url.path) train vision --run-dir ")
        && said.contains("everything so far is saved in"), "\(said)")
    #expect(try !hasPrior("stopped"))
    let resumed = try Program.run(command("stopped"))
    try #require(resumed.code == 0, "\(resumed.errors)")
    #expect(try hasPrior("stopped") && hasPrior("whole"))
    let different = differences(
      try comparableFiles(folder.path("stopped/run")), try comparableFiles(folder.path("whole/run"))
    )
    #expect(different == [])
  }

  @Test("1, 2 and 4 threads give the same bytes")
  func threads() throws {
    let expected = try uninterrupted(["--threads", "1"])
    #expect(differences(try uninterrupted(["--threads", "2"]), expected) == [])
    #expect(differences(try uninterrupted(["--threads", "4"]), expected) == [])
  }

  @Test("a window changes no byte")
  func window() throws {
    let expected = try uninterrupted()
    let folder = try TemporaryFolder()
    let outcome = try Program.run(
      smallRun + ["--run-dir", folder.path("run"), "--window"],
      environment: ["SDL_VIDEODRIVER": "dummy"])
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(differences(try comparableFiles(folder.path("run")), expected) == [])
  }

  @Test("another process on the same run is refused")
  func locked() throws {
    let folder = try TemporaryFolder()
    let command =
      smallRun + ["--run-dir", folder.path("run"), "--set", "model.steps=9999"]
    let errors = folder.url.appendingPathComponent("errors")
    let process = try Program.start(
      command, output: folder.url.appendingPathComponent("output"), errors: errors)
    while process.isRunning, try String(contentsOf: errors, encoding: .utf8).isEmpty {
      Thread.sleep(forTimeInterval: 0.005)
    }
    let second = try Program.run(command)
    #expect(second.code == 1)
    #expect(second.errors.contains("another process is working on this run"))
    process.terminate()
    process.waitUntilExit()
  }

  @Test("a full disk is one error that loses nothing, and the run goes on when there is room")
  func fullDisk() throws {
    let folder = try TemporaryFolder()
    let disk = folder.path("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
    guard mountSmallDisk(disk, size: "6m") else {
      withKnownIssue("this user may not mount a tmpfs; run as root to test a full disk") {
        Issue.record("skipped")
      }
      return
    }
    defer { unmount(disk) }
    let command = smallRun + ["--run-dir", disk + "/run"]
    let outcome = try Program.run(command)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("No space left on device"), "\(outcome.errors)")
    #expect(outcome.errors.contains("free space on that disk"))
    #expect(mountSmallDisk(disk, size: "64m", again: true))
    let resumed = try Program.run(command)
    try #require(resumed.code == 0, "\(resumed.errors)")
    #expect(differences(try comparableFiles(disk + "/run"), try uninterrupted()) == [])
  }

  private func mountSmallDisk(_ path: String, size: String, again: Bool = false) -> Bool {
    call(
      "/bin/mount",
      ["-t", "tmpfs", "-o", (again ? "remount," : "") + "size=\(size)", "tmpfs", path])
  }

  private func unmount(_ path: String) { _ = call("/bin/umount", ["-l", path]) }

  private func call(_ program: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
