import Files
import Foundation
import TestSupport
import Testing

/// `umwelt run --data`: V, M and C from recorded episodes, without a world.
@Suite("Runs of recorded episodes", .serialized)
struct GivenEpisodesTests {
  /// Small enough for a second or two.
  private static let small = [
    "--preset", "tiny", "--set", "model.steps=30", "--set", "model.checkpointEvery=5",
    "--set", "learner.populationSize=4", "--set", "learner.generations=3",
    "--set", "learner.evaluationEpisodes=2", "--set", "evaluate.episodes=4",
  ]

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func url(_ name: String) -> URL { folder.url.appending(path: name) }

  private func json(_ file: String) throws -> JSONValue {
    try JSONValue(reading: [UInt8](Data(contentsOf: url(file))))
  }

  /// Records episodes of random play.
  private func record(
    _ world: String = "Catch", episodes: Int = 24, to name: String = "played"
  ) throws {
    let outcome = try Program.run(
      "rollout", world, "--policy", "random", "--episodes", "\(episodes)", "--observation",
      "pixels64", "--save", name, in: folder.url)
    try #require(outcome.code == 0, "\(outcome.errors)")
  }

  private func train(
    _ more: String..., data: String = "played", run: String = "run"
  ) throws -> Program.Outcome {
    try Program.run(
      ["run", "--data", data, "--run-dir", run] + Self.small + more, in: folder.url)
  }

  /// What a command that is to be refused says; it must write nothing else.
  private func refusal(_ arguments: String...) throws -> String {
    let outcome = try Program.run(arguments, in: folder.url)
    #expect(outcome.code == 1 || outcome.code == 2, "\(arguments): \(outcome.code)")
    #expect(outcome.output.isEmpty, "\(arguments): \(outcome.output)")
    return outcome.errors
  }

  @Test("every stage but those in a world is gone through, and the report says what there is")
  func stages() throws {
    try record()
    let outcome = try train()
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("There was no world"))
    #expect(outcome.output.contains("dream it: "))
    let summary = try json("run/summary.json")
    #expect(summary["returns"] == nil && summary["world"] == nil && summary["film"] == nil)
    #expect(summary["data"]?["episodes"]?.asInteger == 24)
    #expect(summary["data"]?["paths"]?.asArray?.first?.asString == "played")
    #expect(summary["data"]?["returns"]?["episodes"]?.asInteger == 24)
    #expect(summary["environmentSteps"]?["collect"]?.asInteger == 0)
    #expect(summary["environmentSteps"]?["evaluate"]?.asInteger == 0)
    #expect((summary["environmentSteps"]?["dream"]?.asInteger ?? 0) > 0)
    for key in ["mean", "low", "high"] {
      #expect(summary["dream"]?[key]?.asNumber != nil)
      #expect(summary["dream"]?["random"]?[key]?.asNumber != nil)
    }
    let report = try folder.text("run/report.html")
    #expect(report.contains("Returns, without a world") && report.contains("were given"))
    let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path("run"))
    #expect(!kept.contains("scores.jsonl") && kept.contains("frames.json"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("run/data")) == [])
    let again = try Program.run("run", "--run-dir", "run", in: folder.url)
    #expect(again.output.contains("finished before"))
  }

  @Test("the same bytes come of it with one thread, and after kill -9") func sameBytes() throws {
    try record()
    #expect(try train().code == 0)
    let expected = try comparableFiles(folder.path("run"))
    #expect(try train("--threads", "1", run: "other").code == 0)
    // The paths are the same: only the run's folder is called otherwise.
    #expect(differences(try comparableFiles(folder.path("other")), expected) == [])
    let command = ["run", "--data", "played", "--run-dir", "killed"] + Self.small
    for attempt in 0..<5 {
      _ = try Program.run(command, in: folder.url, killedAfter: 0.1 + 0.15 * Double(attempt))
    }
    #expect(try Program.run(command, in: folder.url).code == 0)
    #expect(differences(try comparableFiles(folder.path("killed")), expected) == [])
  }

  @Test("what needs no world works on such a run, and what needs one says so") func commands()
    throws
  {
    try record("TakeCover", episodes: 9)
    let trained = try train("--set", "collect.heldOutEvery=2")
    try #require(trained.code == 0, "\(trained.errors)")
    for command in [
      ["dream", "run", "--frames", "6", "--save", "dream.gif"],
      ["dream", "run", "--recording", "--frames", "6", "--save", "recording.gif"],
      ["explore", "run", "--frames", "6", "--save", "explore.gif"],
      ["evaluate", "model", "run", "--episodes", "3", "--json"],
      ["evaluate", "vision", "run", "--samples", "3"],
      ["anomaly", "run"], ["doctor", "run"], ["sample", "run"], ["embed", "run"],
      ["report", "run"],
      ["runs", "."], ["browse", "played", "--json"],
    ] {
      let outcome = try Program.run(command, in: folder.url)
      #expect(outcome.code == 0, "\(command): \(outcome.errors)")
    }
    let model = try json("run/model.json")
    #expect(model["world"] == nil && model["episodes"]?["count"]?.asInteger == 3)
    let listed = try Program.run("runs", ".", "--json", in: folder.url)
    #expect(listed.output.contains("dreamt return"))
    for command in [
      ["watch", "run", "--frames", "2", "--save", "x.gif"], ["evaluate", "run"],
      ["evaluate", "model", "run", "--seeds", "1..3"],
      ["rollout", "TakeCover", "--policy", "run", "--save", "x"],
      ["anomaly", "run", "--inject", "all"],
    ] {
      let outcome = try Program.run(command, in: folder.url)
      #expect(outcome.code == 2, "\(command): \(outcome.code) \(outcome.errors)")
      #expect(outcome.errors.contains("world"), "\(command): \(outcome.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path("x")))
  }

  @Test("episodes that changed since are refused; put back, the run goes on") func changed() throws
  {
    try record(episodes: 6)
    #expect(try train().code == 0)
    try FileManager.default.removeItem(at: url("run/summary.json"))
    try FileManager.default.moveItem(at: url("played"), to: url("kept"))
    #expect(try refusal("run", "--run-dir", "run").contains("played: there is no such folder"))
    try record(episodes: 7)
    for command in [
      ["run", "--run-dir", "run"], ["dream", "run", "--frames", "1", "--save", "x.gif"],
    ] {
      let outcome = try Program.run(command, in: folder.url)
      #expect(outcome.code == 2)
      #expect(outcome.errors.contains("the episodes have changed since"), "\(outcome.errors)")
    }
    try FileManager.default.removeItem(at: url("played"))
    try FileManager.default.moveItem(at: url("kept"), to: url("played"))
    #expect(try Program.run("run", "--run-dir", "run", in: folder.url).code == 0)
  }

  @Test("what no run could begin with is refused before anything is made") func refused() throws {
    try record(episodes: 6)
    func refused(_ words: String, _ more: String..., data: String = "played") throws {
      let arguments = ["run", "--data", data, "--run-dir", "run"] + Self.small + more
      let outcome = try Program.run(arguments, in: folder.url)
      #expect(outcome.code == 1 || outcome.code == 2, "\(arguments): \(outcome.code)")
      #expect(outcome.errors.contains(words), "\(words): \(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder.path("run")), "\(words)")
    }
    try refused("there is no such folder", data: "nowhere")
    try FileManager.default.createDirectory(at: url("empty"), withIntermediateDirectories: true)
    try refused("holds no episodes", data: "empty")
    try refused("there is no world, only recorded episodes", "--set", "learner.in=world")
    try refused("nothing more can be collected", "--set", "loop.passes=2")
    try refused("imagines nothing", "--set", "model.kind=none")
    try refused("not both", "Catch")
    try refused("did you mean", "--preset", "tinny")
    let shard = url("played/shard-0000-actions.npy")
    let good = try Data(contentsOf: shard)
    for bad in [Data(), good.prefix(40), good.prefix(good.count - 3), good + [1]] {
      try bad.write(to: shard)
      try refused("shard-0000-actions.npy")
    }
    try FileManager.default.removeItem(at: shard)
    try refused("shard-0000-actions.npy")
    try good.write(to: shard)
    let index = try folder.text("played/index.json")
    func edit(_ from: String, _ to: String, _ words: String) throws {
      try Data(index.replacing(from, with: to).utf8).write(to: url("played/index.json"))
      try refused(words)
    }
    try edit("\"stay\",", "", "an action outside the world's")
    try edit("    64,\n    64,", "    32,\n    64,", "shard-0000-frames.npy")
    try edit("\"version\": 2", "\"version\": 1", "is of version 1")
    try edit("{", "", "is no index")
    try Data(index.utf8).write(to: url("played/index.json"))
    try record(episodes: 1, to: "one")
    try refused("too few to learn from", data: "one")
  }

  /// The numbers of a checkpoint, without the header, which names the run.
  private func numbers(_ file: String) throws -> Data {
    let data = try Data(contentsOf: url(file))
    let header = data.prefix(8).enumerated().reduce(0) { $0 | Int($1.element) << (8 * $1.offset) }
    return data.dropFirst(8 + header)
  }

  @Test("V and M learn from given episodes what they learn in the run that collected them")
  func sameModel() throws {
    let own = try Program.run(
      ["run", "TakeCover", "--run-dir", "own", "--set", "loop.frames=500"] + Self.small,
      in: folder.url)
    try #require(own.code == 0, "\(own.errors)")
    let given = try train(data: "own")
    try #require(given.code == 0, "\(given.errors)")
    for part in ["vision", "memory"] {
      let file = "checkpoints/\(part).safetensors"
      #expect(try numbers("own/\(file)") == numbers("run/\(file)"), "\(part)")
    }
  }

  @Test("a run's own data serve another, and numbers are steered by too") func ofRun() throws {
    let small = Self.small + ["--set", "loop.frames=500"]
    let first = try Program.run(["run", "IcePuck", "--run-dir", "first"] + small, in: folder.url)
    try #require(first.code == 0, "\(first.errors)")
    let second = try train(data: "first")
    #expect(second.code == 0, "\(second.errors)")
    let named = try Program.run(
      ["run", "--run-dir", "named", "--set", "data.episodes=first/data"] + Self.small,
      in: folder.url)
    #expect(named.code == 0, "\(named.errors)")
    let copied = try Program.run(
      ["run", "--run-dir", "copied", "--config", "named/config.yaml"], in: folder.url)
    #expect(copied.code == 0, "\(copied.errors)")
    let dreamt = try Program.run(
      "dream", "named", "--person", "--frames", "3", "--save", "x.gif", in: folder.url)
    #expect(dreamt.code == 0, "\(dreamt.errors)")
  }
}
