import Files
import Foundation
import Threads

/// Who ran what, where and when, in `meta.json`.
///
/// Times stand here and not among the results.
struct RunMetadata {
  private var value: JSONValue

  /// Notes that a run begins or goes on.
  static func begin(_ context: RunRoom, resumed: Bool) throws -> RunMetadata {
    let configuration = context.configuration
    let metadata = RunMetadata(value: [
      "schema": 1, "program": .string(ProgramVersion.text),
      "arguments": .array(CommandLine.arguments.map { .string($0) }),
      "world": .string(configuration.world), "preset": .string(configuration.preset),
      "seed": .integer(configuration.seed), "threads": .integer(ThreadCount.current),
      "host": .string(ProcessInfo.processInfo.hostName),
      "system": .string(ProcessInfo.processInfo.operatingSystemVersionString),
      "resumed": .bool(resumed), "started": .string(now()), "status": "running",
    ])
    try context.folder.write(metadata.value.document, to: context.folder.metadataFile)
    return metadata
  }

  /// Notes how it ended.
  mutating func end(_ status: String, _ context: RunRoom) throws {
    value["status"] = .string(status)
    value["ended"] = .string(Self.now())
    try context.folder.write(value.document, to: context.folder.metadataFile)
  }

  private static func now() -> String {
    ISO8601DateFormatter().string(from: Date())
  }
}

/// The program's version.
public enum ProgramVersion {
  /// Name and number.
  public static let text = "umwelt 0.1.0"
}
