import Foundation
import Testing

/// The built program, started as a user starts it.
enum Program {
  /// What a run of the program left.
  struct Outcome {
    let code: Int32
    let output: String
    let errors: String
  }

  /// The program lies beside the test bundle that is running.
  static var url: URL {
    let bundle =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return URL(fileURLWithPath: bundle).deletingLastPathComponent()
      .appendingPathComponent("umwelt")
  }

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
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    var variables = ProcessInfo.processInfo.environment
    for (name, value) in environment { variables[name] = value }
    process.environment = variables
    process.currentDirectoryURL = folder
    try Data().write(to: output)
    try Data().write(to: errors)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Runs the program to its end.
  static func run(
    _ arguments: String..., environment: [String: String?] = [:], in folder: URL? = nil
  ) throws -> Outcome {
    try run(arguments, environment: environment, in: folder)
  }

  /// Runs the program to its end.
  static func run(
    _ arguments: [String], environment: [String: String?] = [:], in folder: URL? = nil
  ) throws -> Outcome {
    let place = try Folder()
    let output = place.url.appendingPathComponent("output")
    let errors = place.url.appendingPathComponent("errors")
    let process = try start(
      arguments, environment: environment, in: folder, output: output, errors: errors)
    process.waitUntilExit()
    return Outcome(
      code: process.terminationReason == .uncaughtSignal
        ? -process.terminationStatus : process.terminationStatus,
      output: try String(contentsOf: output, encoding: .utf8),
      errors: try String(contentsOf: errors, encoding: .utf8))
  }
}

extension Program {
  /// Runs a line of the shell's to its end, in which `$UMWELT` is the program.
  ///
  /// What the line sends elsewhere is not in the outcome.
  static func shell(
    _ line: String, environment: [String: String] = [:], in folder: URL? = nil
  ) throws -> Outcome {
    let place = try Folder()
    let files = ["output", "errors"].map { place.url.appendingPathComponent($0) }
    for file in files { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", line]
    process.environment = ProcessInfo.processInfo.environment
      .merging(environment) { $1 }.merging(["UMWELT": url.path]) { $1 }
    process.currentDirectoryURL = folder
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, output: try String(contentsOf: files[0], encoding: .utf8),
      errors: try String(contentsOf: files[1], encoding: .utf8))
  }
}

/// The machine's Python, where it has NumPy.
enum Python {
  /// Whether there is a Python with NumPy to ask.
  static let hasNumPy = (try? run(["-c", "import numpy"]).code) == 0

  /// Runs Python to its end.
  static func run(_ arguments: [String], in folder: URL? = nil) throws -> Program.Outcome {
    let place = try Folder()
    let files = ["output", "errors"].map { place.url.appendingPathComponent($0) }
    for file in files { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3"] + arguments
    process.currentDirectoryURL = folder
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Program.Outcome(
      code: process.terminationStatus, output: try String(contentsOf: files[0], encoding: .utf8),
      errors: try String(contentsOf: files[1], encoding: .utf8))
  }
}

/// A folder of a test's own, removed with it.
final class Folder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("umwelt-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  /// A path in the folder.
  func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}

/// The files of a run that must be equal byte for byte, with what must be left out taken out.
func comparableFiles(_ run: String) throws -> [String: Data] {
  var files: [String: Data] = [:]
  let manager = FileManager.default
  for name in try manager.subpathsOfDirectory(atPath: run).sorted() {
    let path = run + "/" + name
    let kind = try manager.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    if kind == .typeDirectory || ["meta.json", "metrics.jsonl", ".lock"].contains(name) {
      continue
    }
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    if name == "summary.json" {
      let text = String(decoding: data, as: UTF8.self)
      data = Data(text[..<(text.range(of: "\"timing\"")?.lowerBound ?? text.endIndex)].utf8)
    }
    files[name] = data
  }
  return files
}

/// Small enough for a second or two, large enough to pass through every stage.
let smallRun = [
  "run", "--preset", "tiny", "--set", "loop.frames=500", "--set", "collect.shardFrames=150",
  "--set", "model.steps=30", "--set", "model.checkpointEvery=5",
  "--set", "learner.populationSize=4", "--set", "learner.generations=3",
  "--set", "learner.episodesPerCandidate=1", "--set", "learner.evaluationEpisodes=2",
  "--set", "evaluate.episodes=4",
]
