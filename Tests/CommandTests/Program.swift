import Foundation
import TestSupport
import Testing

/// The built program, started as a user starts it.
enum Program {
  /// What a run of the program left.
  typealias Outcome = BuiltProgram.Outcome

  private static let built = BuiltProgram("umwelt")

  /// Where it lies.
  static var url: URL { built.url }

  /// Starts the program.
  ///
  /// - Parameters:
  ///   - arguments: what would be typed after `umwelt`.
  ///   - environment: set beside the test's own variables; nil removes one.
  ///   - folder: the working folder.
  static func start(
    _ arguments: [String], environment: [String: String?] = [:], in folder: URL? = nil,
    output: URL, errors: URL
  ) throws -> Process {
    try built.start(
      arguments, environment: environment, in: folder, output: output, errors: errors)
  }

  /// Runs the program to its end.
  static func run(
    _ arguments: String..., environment: [String: String?] = [:], in folder: URL? = nil
  ) throws -> Outcome {
    try run(arguments, environment: environment, in: folder)
  }

  /// Runs the program to its end, or kills it before.
  static func run(
    _ arguments: [String], environment: [String: String?] = [:], in folder: URL? = nil,
    killedAfter seconds: Double? = nil
  ) throws -> Outcome {
    try built.run(arguments, environment: environment, in: folder, killedAfter: seconds)
  }

  /// Runs a line of the shell's to its end, in which `$UMWELT` is the program.
  ///
  /// What the line sends elsewhere is not in the outcome.
  static func shell(
    _ line: String, environment: [String: String] = [:], in folder: URL? = nil
  ) throws -> Outcome {
    let variables = environment.merging(["UMWELT": url.path]) { $1 }
    return try BuiltProgram(at: "/bin/sh").run(
      ["-c", line], environment: variables, in: folder)
  }
}

/// The machine's Python, where it has NumPy.
enum Python {
  /// Whether there is a Python with NumPy to ask.
  static let hasNumPy = (try? run(["-c", "import numpy"]).code) == 0
  /// Whether it has TensorBoard and tbparse.
  static let hasTensorBoard = (try? run(["-c", "import tensorboard, tbparse"]).code) == 0

  /// Runs Python to its end.
  static func run(_ arguments: [String], in folder: URL? = nil) throws -> Program.Outcome {
    try BuiltProgram(at: "/usr/bin/env").run(["python3"] + arguments, in: folder)
  }
}

/// The files of a run that must be equal byte for byte, with what must be left out taken out.
func comparableFiles(_ run: String) throws -> [String: Data] {
  var files: [String: Data] = [:]
  let manager = FileManager.default
  for name in try manager.subpathsOfDirectory(atPath: run).sorted() {
    let path = run + "/" + name
    let kind = try manager.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    let isOther = ["meta.json", "metrics.jsonl", ".lock", ".study.lock"].contains(name)
    if kind == .typeDirectory || isOther { continue }
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    if name == "summary.json" {
      let text = String(decoding: data, as: UTF8.self)
      data = Data(text[..<(text.range(of: "\"timing\"")?.lowerBound ?? text.endIndex)].utf8)
    }
    if name == "report.html" {
      var text = String(decoding: data, as: UTF8.self)
      if let begin = text.range(of: "<!-- timing -->"),
        let end = text.range(of: "<!-- end of timing -->")
      {
        text.removeSubrange(begin.lowerBound..<end.upperBound)
      }
      data = Data(text.utf8)
    }
    files[name] = data
  }
  return files
}

/// The names of files that are not the same in both, of what `comparableFiles` gives.
func differences(_ a: [String: Data], _ b: [String: Data]) -> [String] {
  Set(a.keys).union(b.keys).filter { a[$0] != b[$0] }.sorted()
}

/// Small enough for a second or two, large enough to pass through every stage.
let smallRun = [
  "run", "--preset", "tiny", "--set", "loop.frames=500", "--set", "collect.shardFrames=150",
  "--set", "model.steps=30", "--set", "model.checkpointEvery=5",
  "--set", "learner.populationSize=4", "--set", "learner.generations=3",
  "--set", "learner.episodesPerCandidate=1", "--set", "learner.evaluationEpisodes=2",
  "--set", "evaluate.episodes=4",
]
