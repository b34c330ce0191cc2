import Foundation
import TestSupport
import Testing

/// What is typed, and what is answered where it is not understood.
@Suite("The command line")
struct CommandLineTests {
  @Test(
    "what is no command gets the nearest one, and ends with 2",
    arguments: [
      (["wacht"], "did you mean: \(Program.url.path) watch"),
      (["start"], "did you mean: \(Program.url.path) run"),
      (["version"], "did you mean: \(Program.url.path) --version"),
      (["sweep", "agent"], "command sweep 'agent': there is no such command"),
      (["walk"], "known: run, train"),
      (["play", "Chase"], "that is a family: give Chase-One, Chase-Two"),
      (["envs", "dooor"], "no world has that"),
      (["evaluate", "nosuch"], "there is no such folder"),
      (["watch", "nosuch"], "there is no such folder"),
      (["report", "nosuch"], "there is no such folder"),
    ])
  func unknown(arguments: [String], message: String) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test(
    "a negative number behind an option is its value",
    arguments: [
      (["run", "--seed", "-1"], "seed: -1 is out of range"),
      (["play", "--seed", "-1"], "The value '-1' is invalid for '--seed"),
      (["rollout", "TakeCover", "--save", "d", "--episodes", "-3"], "--episodes -3: out of range"),
    ])
  func negative(arguments: [String], message: String) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test("commands in messages work as they stand, blanks in paths and all")
  func commands() throws {
    let folder = try TemporaryFolder()
    let link = folder.path("my program")
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: Program.url.path)
    let outcome = try Program.shell(
      #""./my program" evaluate nosuch; "./my program" run TakeCovr"#, in: folder.url)
    #expect(outcome.errors.contains("make one with: './my program' run"))
    #expect(outcome.errors.contains("all are listed by: './my program' envs"))
  }

  @Test("seeds are written in one way: a number, a range, a list")
  func seeds() throws {
    for (command, seeds, message) in [
      (["evaluate", "x"], "5-30", "neither a number of seeds, nor a range, nor a list of them"),
      (["evaluate", "x"], "1,1", "a seed comes twice"),
      (["evaluate", "x"], "9..3", "write 5 for the seeds 0..4"),
      (["evaluate", "x"], "1", "that makes 1; give 2 to 1000000 seeds"),
      (["evaluate", "x"], "4294967290..4294967296", "a seed is 4294967296 or more"),
      (["sweep", "agents"], "0", "that makes 0; give 1 to 1000 seeds"),
      (["sweep", "agents"], "a", "write 5 for the seeds 1..5"),
      (["check", "Catch"], "1", "that makes 1; give 2 to 1000000 seeds"),
      (["check", "Catch"], "3..2", "neither a number of seeds"),
      (["check", "Catch"], "0..18446744073709551615", "that makes"),
    ] {
      let outcome = try Program.run(command + ["--seeds", seeds])
      #expect(outcome.code == 2)
      #expect(outcome.errors.contains(message), "\(command) \(seeds): \(outcome.errors)")
    }
    let count = try Program.run("check", "Catch", "--seeds", "6")
    let range = try Program.run("check", "Catch", "--seeds", "0..5")
    let list = try Program.run("check", "Catch", "--seeds", "0,1,2,3,4,5")
    #expect(count.code == 0 && count.output.contains("figures over 6 seeds"))
    #expect(count.output == range.output && range.output == list.output)
  }

  @Test("check says a line an observation, every check where it is asked for")
  func check() throws {
    let short = try Program.run("check", "Catch", "--seeds", "0").output.split(separator: "\n")
    #expect(short.allSatisfy { $0.contains("checks pass") }, "\(short)")
    let long = try Program.run("check", "Catch", "--seeds", "0", "--verbose").output
    #expect(long.contains("  ok     "))
    #expect(long.split(separator: "\n").count > 5 * short.count)
  }

  @Test("envs shows the worlds of a word; a few of them in full")
  func envs() throws {
    let doors = try Program.run("envs", "doorkey").output.split(separator: "\n")
    #expect(doors.count == 2 + 8 && doors[2...].allSatisfy { $0.contains("DoorKey") }, "\(doors)")
    let one = try Program.run("envs", "MiniGrid-DoorKey-8x8-v0").output
    #expect(one.hasPrefix("MiniGrid-DoorKey-8x8-v0\n") && one.contains("  max steps: 640\n"))
    #expect(try Program.run("envs", "doorkey", "--json").output.contains("DoorKey-8x8"))
  }

  @Test("the shell completes worlds and presets")
  func completion() throws {
    let script = try Program.run("--generate-completion-script", "bash").output
    #expect(script.contains("paper-takecover") && script.contains("---completion"))
    let folder = try TemporaryFolder()
    try "".write(toFile: folder.path("my.yaml"), atomically: true, encoding: .utf8)
    let words = try Program.run(
      "---completion", "play", "--", "positional@0", "2", "0", "", in: folder.url
    ).output.split(separator: "\n")
    #expect(words.contains("TakeCover") && words.contains("my.yaml"), "\(words)")
  }

  @Test("no sentence of a help text is broken in two")
  func help() throws {
    let names = try Program.run("--help").output.matches(of: /\n  ([a-z]+)\s+[A-Z]/)
      .map { [String($0.output.1)] }
    let more = [
      ["evaluate", "policy"], ["evaluate", "model"], ["evaluate", "vision"], ["sweep", "agents"],
      ["sweep", "temperature"],
    ]
    for name in names + more + [[]] {
      let help = try Program.run(["help"] + name, environment: ["COLUMNS": "1000"]).output
      let head = help.components(separatedBy: "USAGE:")[0]
      for line in head.split(separator: "\n") {
        #expect(line.hasSuffix(".") || line.hasSuffix(")"), "\(name): \(line)")
      }
    }
    #expect(try Program.run("run", "--help").output.contains("learns in the dream of M"))
  }

  @Test("what overflows a number of single precision is refused")
  func overflow() throws {
    for key in ["model.beta", "model.learningRate", "model.memory.rewardWeight", "learner.sigma"] {
      let outcome = try Program.run("describe", "--set", "\(key)=1e39")
      #expect(outcome.code == 2)
      #expect(
        outcome.errors.contains("\(key): expected a number below 3.4e38"), "\(outcome.errors)")
    }
    let sweep = try Program.run("sweep", "temperature", "--temperatures", "1e39")
    #expect(sweep.code == 2 && sweep.errors.contains("not a list of different numbers above 0"))
  }

  @Test("a key that stands twice in a configuration is named with its line")
  func twice() throws {
    let folder = try TemporaryFolder()
    try "seed: 1\nloop:\n  frames: 500\n  frames: 600\n".write(
      toFile: folder.path("my.yaml"), atomically: true, encoding: .utf8)
    let outcome = try Program.run("describe", "--config", "my.yaml", in: folder.url)
    #expect(outcome.code == 2)
    #expect(
      outcome.errors.contains(/my\.yaml:[34]: a key stands there twice: 'frames'/),
      "\(outcome.errors)")
  }

  @Test("control characters in names are shown, not obeyed")
  func escapes() throws {
    let outcome = try Program.run("play", "Take\u{1B}[31mCover")
    #expect(outcome.code == 2 && !outcome.errors.contains("\u{1B}"), "\(outcome.errors)")
  }
}
