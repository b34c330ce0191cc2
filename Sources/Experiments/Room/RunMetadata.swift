import Files
import Foundation
import Threads

/// Who ran what, where and when, in `meta.json`.
///
/// Times stand here and not among the results.
struct RunMetadata {
  private var value: JSONValue

  /// Notes that a run begins or goes on.
  ///
  /// One that goes on where other bits may come out says so.
  static func begin(_ context: RunRoom, resumed: Bool) throws -> RunMetadata {
    let configuration = context.configuration
    let machine = Machine.current
    let before = context.folder.metadata
    if resumed, let before, let change = machine.change(since: before) {
      StandardStream.error.tell(
        "note: \(change); the run goes on, but its last bits may differ from one that never moved\n"
      )
    }
    var value: JSONValue = [
      "schema": 1, "program": .string(ProgramVersion.text),
      "arguments": .array(CommandLine.arguments.map { .string($0) }),
      "world": .string(context.subject), "preset": .string(configuration.preset),
      "seed": .integer(configuration.seed), "identity": .string(context.identity.text),
      "threads": .integer(ThreadCount.current),
      "host": .string(ProcessInfo.processInfo.hostName),
      "system": .string(ProcessInfo.processInfo.operatingSystemVersionString),
    ]
    for (name, text) in machine.facts { value[name] = .string(text) }
    value["resumed"] = .bool(resumed)
    value["process"] = .integer(Int(getpid()))
    value["started"] = .string(now())
    value["status"] = "running"
    let metadata = RunMetadata(value: value)
    try context.folder.write(value.document, to: context.folder.metadataFile)
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

extension RunFolder {
  /// What `meta.json` says, where it can be read.
  var metadata: JSONValue? {
    guard let bytes = try? readFile(metadataFile.path, atMost: 1 << 24) else { return nil }
    return try? JSONValue(reading: bytes)
  }

  /// How the run stands: `running`, `finished`, `interrupted`, `failed: …`, or `killed` where the file
  /// says that it is running and nobody works on it; nil where it was not begun.
  public var status: String? {
    guard let noted = metadata?["status"]?.asString else { return nil }
    return noted == "running" && !FolderLock.isHeld(self) ? "killed" : noted
  }

  /// How the run stands, for the end of a sentence.
  package var statusInWords: String {
    switch status {
    case "running": " yet (process \(metadata?["process"]?.asInteger ?? 0) is working on it)"
    case "killed": " (its process was killed)"
    default: ""
    }
  }
}

/// The program's version.
public enum ProgramVersion {
  /// The number.
  public static let number = "0.1.0"
  /// Name and number.
  public static let text = "umwelt \(number)"
}
