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

  private let url: URL

  /// Names a program that lies beside the test bundle that is running.
  package init(_ name: String) {
    let bundle =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    url = URL(fileURLWithPath: bundle).deletingLastPathComponent().appending(path: name)
  }

  /// A program by path.
  package init(at path: String) { url = URL(fileURLWithPath: path) }

  /// Runs it to its end.
  ///
  /// - Parameters:
  ///   - folder: the working folder; the test's own where none is given.
  ///   - seconds: after which it is killed; nil lets it end by itself.
  package func run(
    _ arguments: [String], in folder: URL? = nil, killedAfter seconds: Double? = nil
  ) throws -> Outcome {
    let place = try TemporaryFolder()
    let files = ["output", "errors"].map { place.url.appending(path: $0) }
    for file in files { try Data().write(to: file) }
    let process = Process()
    process.executableURL = url
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    process.standardInput = FileHandle.nullDevice
    try process.run()
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
