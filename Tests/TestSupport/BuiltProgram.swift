import Foundation

/// A program of this package, started as a user starts it.
package struct BuiltProgram {
  /// What a run of a program left.
  package struct Outcome {
    /// The exit code; negative for a signal.
    package let code: Int32
    /// What it printed.
    package let output: String
    /// What it said on standard error.
    package let errors: String
  }

  /// Where it lies.
  package let url: URL

  /// Names a program that lies beside the test bundle that is running.
  package init(_ name: String) {
    let bundle =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    url = URL(fileURLWithPath: bundle).deletingLastPathComponent().appending(path: name)
  }

  /// A program by path.
  package init(at path: String) { url = URL(fileURLWithPath: path) }

  /// Starts it.
  ///
  /// - Parameters:
  ///   - environment: set beside the test's own variables; nil removes one.
  ///   - folder: the working folder; the test's own where none is given.
  ///   - output: the file that takes what it prints.
  ///   - errors: the file that takes what it says on standard error.
  package func start(
    _ arguments: [String], environment: [String: String?] = [:], in folder: URL? = nil,
    output: URL, errors: URL
  ) throws -> Process {
    for file in [output, errors] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    var variables = ProcessInfo.processInfo.environment
    for (name, value) in environment { variables[name] = value }
    process.environment = variables
    process.currentDirectoryURL = folder
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// Runs it to its end.
  ///
  /// - Parameter seconds: after which it is killed; nil lets it end by itself.
  package func run(
    _ arguments: [String], environment: [String: String?] = [:], in folder: URL? = nil,
    killedAfter seconds: Double? = nil
  ) throws -> Outcome {
    let place = try TemporaryFolder()
    let process = try start(
      arguments, environment: environment, in: folder,
      output: place.url.appending(path: "output"), errors: place.url.appending(path: "errors"))
    if let seconds {
      Thread.sleep(forTimeInterval: seconds)
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
    process.waitUntilExit()
    let status = process.terminationStatus
    return Outcome(
      code: process.terminationReason == .uncaughtSignal ? -status : status,
      output: try place.text("output"), errors: try place.text("errors"))
  }
}
