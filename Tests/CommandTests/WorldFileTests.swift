import Foundation
import TestSupport
import Testing

/// A user's file where an id of a world may stand.
@Suite("Worlds of one's own", .serialized)
struct WorldFileTests {
  static let good = """
    format: 1
    name: Small
    steps: 50
    speed: 30
    idle: right
    rewards: {range: [0, 1]}
    actions: moves
    objects:
      wall: {layer: block, solid: true, color: grey, shape: block}
      coin: {layer: item, color: yellow, shape: coin}
    legend: {"#": wall, "c": coin, "@": agent, ".": []}
    maps:
      - |
        #######
        #@...c#
        #######
    rules:
      - {on: enter, into: coin, do: [reward: 1, win]}
    tests:
      - {actions: right*4, return: 1, result: win}
    """

  private static func folder(_ text: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try text.write(toFile: folder.path("my.yaml"), atomically: true, encoding: .utf8)
    return folder
  }

  @Test("a run that comes to nothing claims no folder: the mended world begins in it")
  func noClaim() throws {
    let folder = try Self.folder(
      Self.good.replacing("rules:", with: "require: count(coin) == 2\nrules:"))
    let command = smallRun + ["my.yaml", "--run-dir", "run"]
    let failed = try Program.run(command, in: folder.url)
    #expect(failed.code == 1 && failed.errors.contains("no level can be made"), "\(failed.errors)")
    let rolled = try Program.run("rollout", "my.yaml", "--save", "out", in: folder.url)
    #expect(rolled.code == 1 && rolled.errors.contains("no level can be made"), "\(rolled.errors)")
    for name in ["run", "out"] {
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path(name))
      #expect(left == [".lock"])
    }
    try Self.good.write(toFile: folder.path("my.yaml"), atomically: true, encoding: .utf8)
    let mended = try Program.run(command, in: folder.url)
    #expect(mended.code == 0, "\(mended.errors)")
    // After 30 steps V draws worse than the mean frame.
    #expect(mended.output.contains("warning: V does not draw frames yet"), "\(mended.output)")
    let page = try String(contentsOfFile: folder.path("run/report.html"), encoding: .utf8)
    #expect(page.contains("V does not draw frames yet"))
    let unnamed = try Self.folder(
      Self.good.replacing("rules:", with: "require: count(coin) == 2\nrules:"))
    #expect(try Program.run(smallRun + ["my.yaml"], in: unnamed.url).code == 1)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: unnamed.path("runs")).isEmpty)
  }

  @Test("check says that a good file keeps the contract and its own tests")
  func good() throws {
    let folder = try Self.folder(Self.good)
    let outcome = try Program.run("check", "my.yaml", "--seeds", "20", in: folder.url)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("my.yaml: 1 test passes, goals are in reach on 200 levels"))
  }

  @Test("check names all mistakes at once with file, line and column, and exits with 2")
  func mistakes() throws {
    let text = Self.good.replacingOccurrences(of: "into: coin", with: "into: coyn")
      .replacingOccurrences(of: "shape: block", with: "shape: blok")
    let folder = try Self.folder(text)
    let outcome = try Program.run("check", "my.yaml", in: folder.url)
    #expect(outcome.code == 2)
    #expect(
      outcome.errors.contains(
        "my.yaml:9:57: there is no shape 'blok'; did you mean 'block'?"), "\(outcome.errors)")
    #expect(
      outcome.errors.contains("my.yaml:18:23: there is no object 'coyn'; did you mean 'coin'?"),
      "\(outcome.errors)")
    #expect(outcome.errors.contains("error: my.yaml: 2 mistakes"))
  }

  @Test("play, describe and run take a file, and a file that is not there is named")
  func elsewhere() throws {
    let folder = try Self.folder(Self.good)
    let played = try Program.run(
      "play", "my.yaml", "--frames", "3", "--save", "out.gif", in: folder.url)
    #expect(played.code == 0, "\(played.errors)")
    let described = try Program.run("describe", "--world", "my.yaml", in: folder.url)
    #expect(described.code == 0, "\(described.errors)")
    let missing = try Program.run("run", "there/is/none.yaml", in: folder.url)
    #expect(missing.code == 2)
    #expect(missing.errors.contains("there is no such file"), "\(missing.errors)")
  }

  @Test("run trains on a file, and its folder is named after it")
  func run() throws {
    let folder = try Self.folder(Self.good)
    var command = smallRun
    command.insert("my.yaml", at: 1)
    let outcome = try Program.run(command, in: folder.url)
    try #require(outcome.code == 0, "\(outcome.errors)")
    let runs = try FileManager.default.contentsOfDirectory(atPath: folder.path("runs"))
    #expect(runs.count == 1 && runs[0].hasPrefix("my.yaml-tiny-s"), "\(runs)")
    try keepsItsWorld("runs/" + (runs.first ?? ""), folder, command)
  }

  /// What a run makes of its file's change and of its loss.
  private func keepsItsWorld(_ run: String, _ folder: TemporaryFolder, _ command: [String]) throws {
    let file = folder.path("my.yaml")
    #expect(
      FileManager.default.contentsEqual(atPath: file, andPath: folder.path(run + "/world.yaml")))
    func evaluate() throws -> Program.Outcome {
      try Program.run("evaluate", run, "--seeds", "1..3", in: folder.url)
    }
    let before = try evaluate()
    #expect(before.code == 0 && !before.errors.contains("warning"), "\(before.errors)")
    let changed = Self.good.replacingOccurrences(of: "reward: 1, win", with: "reward: 0.5, win")
    try changed.write(toFile: file, atomically: true, encoding: .utf8)
    let after = try evaluate()
    #expect(after.code == 0 && after.output == before.output)
    #expect(after.errors.contains("warning: my.yaml has changed since the run was begun"))
    let named = try Program.run(command + ["--run-dir", run], in: folder.url)
    #expect(named.code == 2)
    #expect(named.errors.contains("my.yaml: it has changed since the run"), "\(named.errors)")
    try FileManager.default.removeItem(atPath: file)
    let alone = try Program.run("run", "--run-dir", run, in: folder.url)
    #expect(alone.code == 0, "\(alone.errors)")
    #expect(try evaluate().output == before.output)
    try FileManager.default.removeItem(atPath: folder.path(run + "/world.yaml"))
    let lost = try evaluate()
    #expect(lost.code == 2)
    #expect(lost.errors.contains("the world's file is not there, nor a copy in"), "\(lost.errors)")
  }

  @Test("play reads a file again when it is saved; a broken save is told and the world goes on")
  func reload() throws {
    let folder = try Self.folder(Self.good)
    let errors = folder.url.appendingPathComponent("errors")
    let process = try Program.start(
      ["play", "my.yaml"], environment: ["SDL_VIDEODRIVER": "dummy"], in: folder.url,
      output: folder.url.appendingPathComponent("output"), errors: errors)
    defer {
      process.interrupt()
      process.waitUntilExit()
    }
    func waits(for text: String) throws -> Bool {
      for _ in 0..<400 {
        if try String(contentsOf: errors, encoding: .utf8).contains(text) { return true }
        guard process.isRunning else { return false }
        Thread.sleep(forTimeInterval: 0.05)
      }
      return false
    }
    Thread.sleep(forTimeInterval: 1)
    let path = folder.path("my.yaml")
    let broken = Self.good.replacingOccurrences(of: "solid: true", with: "solyd: true")
    try broken.write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try waits(for: "my.yaml:9:24: object 'wall' has no key 'solyd'; did you mean 'solid'?"))
    #expect(try waits(for: "the world before goes on"))
    let other = Self.good.replacingOccurrences(of: "#@...c#", with: "#@....#")
    try (other + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try waits(for: "never appears"))
    try (Self.good + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try waits(for: "my.yaml: read again, played on after"))
    #expect(process.isRunning)
  }
}
