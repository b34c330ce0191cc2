import Files
import Foundation
import TestSupport
import Testing

@Suite("Runs whose files are damaged")
struct DamagedRunTests {

  /// Damages one file, runs a command, and expects one error that leaves all files as they are.
  private func expectError(
    _ message: String, _ command: [String], code: Int32 = 1,
    damage: (_ run: String) throws -> Void
  ) throws {
    let folder = try FinishedRunCopy.make()
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

  @Test(
    "a flipped bit anywhere in a checkpoint is refused, never computed with",
    arguments: [
      "vision.safetensors", "memory.safetensors", "controller.safetensors",
    ])
  func flippedBits(name: String) throws {
    for place in [0.0, 0.01, 0.3, 0.6, 0.999] {
      try expectError(name, ["evaluate", "RUN"]) { run in
        let url = URL(fileURLWithPath: "\(run)/checkpoints/\(name)")
        var data = try Data(contentsOf: url)
        data[Int(place * Double(data.count - 1))] ^= 0x10
        try data.write(to: url)
      }
    }
  }

  @Test("a checkpoint whose checksum was taken out is refused")
  func noChecksum() throws {
    try expectError("it has no checksum", ["evaluate", "RUN"]) { run in
      let url = URL(fileURLWithPath: "\(run)/checkpoints/vision.safetensors")
      try Data(TensorFile(contentsOf: url).serialized()).write(to: url)
    }
  }

  @Test(
    "numbers that no training writes are refused, even under a right checksum",
    arguments: [
      ("vision", "counter/step", TensorEntry([-1] as [Int64], shape: [1]), "holds -1 where"),
      ("vision", "counter/step", TensorEntry([.min] as [Int64], shape: [1]), "where 0 to"),
      (
        "vision", "series/vision/kl", TensorEntry([.nan, 1] as [Double], shape: [1, 2]),
        "nan is no number of steps"
      ),
      (
        "memory", "series/memory/nats", TensorEntry([1e19, 1] as [Double], shape: [1, 2]),
        "1e+19 is no number of steps"
      ),
      (
        "controller", "series/controller/best",
        TensorEntry([-.infinity, 1] as [Double], shape: [1, 2]), "-inf is no number of steps"
      ),
      ("vision", "model.mean.bias", nil, "every number must be finite"),
      ("memory", "model.recurrent.bias", nil, "every number must be finite"),
      ("controller", "search/mean", nil, "not finite"),
    ] as [(String, String, TensorEntry?, String)])
  func impossibleNumbers(
    part: String, entry: String, value: TensorEntry?, message: String
  ) throws {
    // Curves are read by a run that goes on.
    let isCurve = entry.hasPrefix("series/")
    let command = isCurve ? smallRun + ["--run-dir", "RUN"] : ["evaluate", "RUN"]
    try expectError(message, command) { run in
      if isCurve { try FileManager.default.removeItem(atPath: "\(run)/summary.json") }
      let url = URL(fileURLWithPath: "\(run)/checkpoints/\(part).safetensors")
      var file = try TensorFile(contentsOf: url)
      let old = try #require(file.entries[entry])
      file.entries[entry] =
        value
        ?? (part == "controller"
          ? TensorEntry(
            [Double](repeating: .nan, count: old.shape.reduce(1, *)), shape: old.shape)
          : TensorEntry([Float](repeating: .nan, count: old.shape.reduce(1, *)), shape: old.shape))
      try file.write(to: url)
    }
  }

  @Test("a pipe, a folder or gigabytes of nothing in a file's place are one error at once")
  func otherKinds() throws {
    for name in ["checkpoints/vision.safetensors", "data/shard-0000-frames.npy", "config.yaml"] {
      let command =
        name.hasPrefix("data") ? ["evaluate", "model", "RUN"] : ["evaluate", "policy", "RUN"]
      for kind in ["pipe", "folder"] {
        let folder = try FinishedRunCopy.make()
        let path = folder.path("run/\(name)")
        try FileManager.default.removeItem(atPath: path)
        if kind == "pipe" { mkfifo(path, 0o644) } else { mkdir(path, 0o755) }
        guard !name.hasPrefix("data") else {
          let resumed = smallRun + ["--run-dir", folder.path("run")]
          try FileManager.default.removeItem(atPath: folder.path("run/summary.json"))
          let outcome = try Program.run(resumed)
          #expect(outcome.code == 1)
          #expect(outcome.errors.contains("is no regular file"), "\(outcome.errors)")
          continue
        }
        let outcome = try Program.run(command.map { $0 == "RUN" ? folder.path("run") : $0 })
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("is no regular file"), "\(outcome.errors)")
      }
    }
    let folder = try FinishedRunCopy.make()
    truncate(folder.path("run/checkpoints/vision.safetensors"), 8 << 30)
    let outcome = try Program.run("evaluate", folder.path("run"))
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("bytes follow after the last tensor"), "\(outcome.errors)")
  }

  @Test("a planted link in the place of a half-written file is not followed")
  func plantedLinks() throws {
    let folder = try FinishedRunCopy.make()
    try "mine".write(toFile: folder.path("letter.txt"), atomically: true, encoding: .utf8)
    for name in ["summary.json", "report.html"] {
      try FileManager.default.removeItem(atPath: folder.path("run/\(name)"))
      try FileManager.default.createSymbolicLink(
        atPath: folder.path("run/.\(name).partial"),
        withDestinationPath: folder.path("letter.txt"))
    }
    let outcome = try Program.run(smallRun + ["--run-dir", folder.path("run")])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try String(contentsOfFile: folder.path("letter.txt"), encoding: .utf8) == "mine")
  }

  @Test("a summary that is none does not count as a finished run")
  func foreignSummary() throws {
    try expectError("summary.json: is no summary of this run", smallRun + ["--run-dir", "RUN"]) {
      try "so far so good".write(
        toFile: "\($0)/summary.json", atomically: true, encoding: .utf8)
    }
  }

  @Test("checkpoints exchanged between V and C are refused")
  func exchanged() throws {
    try expectError("not of this program's 'umwelt-vision-2'", ["evaluate", "RUN"]) { run in
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
    let folder = try TemporaryFolder()
    let missing = try Program.run("evaluate", folder.path("nothing"))
    #expect(missing.code == 2)
    #expect(missing.errors.contains("there is no such folder"))
    try "mine".write(toFile: folder.path("letter.txt"), atomically: true, encoding: .utf8)
    let foreign = try Program.run(smallRun + ["--run-dir", folder.url.path])
    #expect(foreign.code == 1)
    #expect(foreign.errors.contains("holds other files and no run"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["letter.txt"])
  }

  @Test("a place that cannot be written is named")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    try "a file".write(toFile: folder.path("file"), atomically: true, encoding: .utf8)
    let outcome = try Program.run(smallRun + ["--run-dir", folder.path("file/run")])
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains(folder.path("file")))
  }
}
