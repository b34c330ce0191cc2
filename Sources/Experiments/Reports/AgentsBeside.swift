import Files
import Foundation
import Settings

/// What other agents reached in a run's world, to be shown beside its own: `beside.json`.
struct AgentsBeside {
  /// The version of the file's form.
  private static let schema = 1
  /// Files of sweeps whose variants are agents.
  private static let sweeps = ["agents", "exploration", "temperature"].map { "\($0).json" }

  /// `title`, `mean`, `low`, `high`, what the interval is `over` (`episodes` or `seeds`), how many those are (`count`),
  /// `realSteps`, and, of a sweep that kept it, `curve`.
  let rows: [JSONValue]

  /// Reads what others reached, of folders that hold finished runs, or sweeps of agents.
  ///
  /// - Parameters:
  ///   - folders: of whose own run only the sweep is taken where it is the run that they are shown beside.
  ///   - run: the run that they are shown beside.
  ///   - world: its world.
  init(
    _ folders: [RunFolder], beside run: RunFolder, in world: String, kinds: Kinds
  ) throws {
    guard !world.isEmpty else {
      throw ExperimentError(
        .usage, place: "--beside", cause: "the run has no world: nothing in it has a return there",
        remedy: "leave it out")
    }
    rows = try folders.flatMap { folder -> [JSONValue] in
      let isItself = folder.url.standardizedFileURL == run.url.standardizedFileURL
      let own = isItself ? nil : try Self.row(ofRun: folder, in: world, kinds: kinds)
      let rows = ([own].compactMap { $0 }) + (try Self.rows(ofSweep: folder, in: world))
      guard rows.isEmpty else { return rows }
      throw ExperimentError(
        .usage, place: "--beside \(folder.url.relativePath)",
        cause: isItself
          ? "is the run itself, and no sweep was made in its folder"
          : "holds neither a finished run in a world nor a sweep of agents",
        remedy:
          "name the folder of another run, or one in which 'sweep agents' has written agents.json")
    }
  }

  /// Reads the file of a run; nil where there is none that can be read.
  init?(of folder: RunFolder) {
    guard let bytes = try? readFile(folder.besideFile.path, atMost: 1 << 26),
      let rows = (try? JSONValue(reading: bytes))?["agents"]?.asArray
    else { return nil }
    self.rows = rows
  }

  /// The document.
  var json: JSONValue { ["schema": .integer(Self.schema), "agents": .array(rows)] }

  /// A run's trained policy as a row.
  ///
  /// - Parameter summary: what `summary.json` holds.
  static func row(_ summary: JSONValue, title: String) -> JSONValue? {
    guard let trained = summary["returns"]?["trained"], trained["mean"] != nil else { return nil }
    let steps = ["collect", "controller"].map {
      summary["environmentSteps"]?[$0]?.asInteger ?? 0
    }
    return [
      "title": .string(title), "mean": trained["mean"] ?? .null, "low": trained["low"] ?? .null,
      "high": trained["high"] ?? .null, "over": "episodes",
      "count": trained["episodes"] ?? .null, "realSteps": .integer(steps.reduce(0, +)),
    ]
  }

  /// What a run calls its agent: preset, what learns, and where.
  static func title(_ summary: JSONValue) -> String {
    func word(_ name: String) -> String { summary[name]?.asString ?? "" }
    let (preset, learner) = (word("preset"), word("learner"))
    return preset + (preset.hasPrefix(learner) ? "" : ", \(learner)")
      + (word("trainsIn") == "dream" ? " in the dream" : "")
      + ", seed \(summary["seed"]?.asInteger ?? 0)"
  }

  private static func row(
    ofRun folder: RunFolder, in world: String, kinds: Kinds
  ) throws -> JSONValue? {
    guard folder.holdsRun, try folder.isFinished(folder.configuration(kinds)),
      let summary = folder.summary, let own = summary["world"]?.asString
    else { return nil }
    try check(own, of: folder, is: world)
    return row(summary, title: "\(folder.url.lastPathComponent): \(title(summary))")
  }

  private static func rows(ofSweep folder: RunFolder, in world: String) throws -> [JSONValue] {
    try sweeps.map { folder.url.appending(path: $0) }.filter {
      FileManager.default.fileExists(atPath: $0.path)
    }.flatMap { file -> [JSONValue] in
      guard
        let sweep = try? JSONValue(reading: readFile(file.path, atMost: 1 << 28)),
        let own = sweep["world"]?.asString, let variants = sweep["variants"]?.asArray
      else {
        throw ExperimentError(
          place: file.relativePath, cause: "is no result of a sweep",
          remedy: "remove it: the sweep's command makes it again from the same folder")
      }
      try check(own, of: folder, is: world)
      return variants.compactMap { row(ofVariant: $0, seeds: sweep["seeds"]?.asArray?.count ?? 0) }
    }
  }

  private static func row(ofVariant variant: JSONValue, seeds: Int) -> JSONValue? {
    guard let real = variant["real"], real["mean"] != nil else { return nil }
    let steps = ["real", "collected"].flatMap {
      (variant["trainingSteps"]?[$0]?.asArray ?? []).compactMap(\.asInteger)
    }
    var row: JSONValue = [
      "title": .string(variant["title"]?.asString ?? variant["name"]?.asString ?? ""),
      "mean": real["mean"] ?? .null, "low": real["low"] ?? .null, "high": real["high"] ?? .null,
      "over": "seeds", "count": .integer(seeds),
      "realSteps": .integer(steps.reduce(0, +) / max(1, seeds)),
    ]
    if let curve = variant["meanCurve"], curve["steps"] != nil { row["curve"] = curve }
    return row
  }

  private static func check(_ own: String, of folder: RunFolder, is world: String) throws {
    guard own != world else { return }
    throw ExperimentError(
      .usage, place: "--beside \(folder.url.relativePath)",
      cause: "its world is \(own), the run's is \(world): their returns say nothing of each other",
      remedy: "name runs and sweeps of \(world)")
  }
}
