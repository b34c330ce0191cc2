import Environments
import Foundation
import TestSupport
import Testing

@Suite("Wrong use of the program")
struct UsageTests {
  @Test(
    "says what is wrong and what would be right, and exits with 2",
    arguments: [
      (
        ["run", "TakeCovr"],
        "error: world 'TakeCovr': there is no such world; did you mean 'TakeCover'?"
      ),
      (["play", "MiniGrid-DoorKey-5x5-v1"], "did you mean 'MiniGrid-DoorKey-5x5-v0'?"),
      (["check", "takecover"], "did you mean 'TakeCover'?"),
      (
        ["run", "--preset", "quik"],
        "error: --preset quik: there is no such preset; did you mean 'quick'?"
      ),
      (["run", "--set", "model.latentsize=3"], "did you mean 'model.latentSize'?"),
      (
        ["run", "--set", "model.width=wide"],
        "error: --set model.width=wide: model.width: expected a whole number, found 'wide'"
      ),
      (
        ["run", "--set", "learner.populationSize=1"],
        "learner.populationSize: 1 is out of range; give 3 to 100000"
      ),
      (["run", "--set", "world=TakeCovr"], "did you mean 'TakeCover'?"),
      (
        ["run", "--config", "nowhere.yaml"],
        "error: --config nowhere.yaml: there is no such file; check the path"
      ),
      (["run", "--threads", "0"], "error: --threads 0: out of range"),
      (["run", "--seed=-1"], "seed: -1 is out of range"),
      (
        ["rollout", "TakeCover", "--seed", "-1", "--save", "d"],
        "invalid for '--seed <seed>': give a whole number from 0"
      ),
      (["describe", "--preset", "huge"], "error: --preset huge: there is no such preset"),
      (["run", "--set", "learner.hiddenUnits=9223372036854775807"], "give 0 to 65536"),
      (
        ["run", "--set", "model.likelihood=foo"], "give one of: sumOfSquares, bernoulli, gaussian"
      ),
      (["run", "--set", "preset=huge"], "there is no such preset"),
      (["run", "--run-dir", ""], "the name is empty"),
      (["check", "TakeCover", "--seeds", "1"], "give 2 to 1000000 seeds"),
      (["evaluate", "x", "--seeds", "5-30"], "A..B with A not above B"),
      (["walk"], "walk"),
      (
        ["bench", "visoin"],
        "error: benchmark 'visoin': there is no such benchmark; did you mean 'vision'?"
      ),
      (["bench", "vision.encode.2", "--json"], "did you mean 'vision.encode.1'?"),
      (["bench", "--threads", "0"], "error: --threads 0: out of range"),
      (["bench", "--threads", "x"], "error: The value 'x' is invalid for '--threads"),
      (["evaluate", "x", "--seeds", "5..2"], "5..2"),
      (["play", "--frames", "5"], "error: --frames, --save: one without the other"),
      (["play", "--frames", "5", "--save", "out.mp4"], "neither in .gif nor in .png"),
    ])
  func usage(arguments: [String], message: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.run(arguments, in: folder.url)
    #expect(outcome.code == 2)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
  }

  @Test("a mistake in a configuration file is named with file and line")
  func configurationFile() throws {
    let folder = try TemporaryFolder()
    try "loop:\n  frames: 500\nmodel:\n  latentsize: 3\n".write(
      toFile: folder.path("my.yaml"), atomically: true, encoding: .utf8)
    let outcome = try Program.run("run", "--config", "my.yaml", in: folder.url)
    #expect(outcome.code == 2)
    #expect(
      outcome.errors
        == "error: my.yaml:4: unknown key 'model.latentsize'; did you mean 'model.latentSize'?\n")
  }

  @Test("without a display a window's command says how to go on")
  func noDisplay() throws {
    let outcome = try Program.run(
      "play", environment: ["DISPLAY": nil, "WAYLAND_DISPLAY": nil, "SDL_VIDEODRIVER": nil])
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("no display"))
    #expect(outcome.errors.contains("--frames 200 --save play.gif"))
    #expect(outcome.errors.contains("\(Program.url.path) play TakeCover: "))
  }

  @Test("a benchmark's result is one line of JSON, and nothing else is on standard output")
  func bench() throws {
    let outcome = try Program.run("bench", "world.TakeCover", "--json", "--threads", "1")
    #expect(outcome.code == 0)
    let line = outcome.output.dropLast()
    #expect(outcome.output.hasSuffix("}\n") && !line.contains("\n"))
    #expect(line.hasPrefix(#"{"name":"world.TakeCover.pixels64","unit":"frames/s","median":"#))
    #expect(line.contains(#","threads":1,"peakShare":null,"allocationsPerStep":0"#))
    #expect(try Program.run("bench", "--list").output.contains("vision.train"))
  }

  @Test("machine-read output is JSON of the documented form")
  func machineRead() throws {
    func object(_ arguments: String...) throws -> [String: Any] {
      let outcome = try Program.run(arguments)
      #expect(outcome.code == 0)
      let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
      return try #require(value as? [String: Any])
    }
    let worlds = try #require(try object("envs", "--json")["worlds"] as? [[String: Any]])
    #expect(worlds.first?["id"] as? String == "TakeCover")
    let keys = [
      "id", "family", "source", "file", "reference", "observations", "actions", "maxSteps",
      "rewardRange",
    ]
    for world in worlds { #expect(keys.allSatisfy { world[$0] != nil }) }
    let described = ["paper-car", "paper-takecover"].map { preset in
      try? object("describe", "--preset", preset, "--json")["parameters"] as? [String: Int]
    }
    #expect(described[0] == ["vision": 4_348_547, "memory": 422_368, "controller": 867])
    #expect(described[1] == ["vision": 4_446_915, "memory": 1_678_785, "controller": 1_088])
    let narrow = try object(
      "describe", "--preset", "paper-car", "--set", "model.width=16", "--json")
    let fewer = try #require(narrow["parameters"] as? [String: Int])
    #expect(try #require(fewer["vision"]) < 4_348_547)
  }
}
