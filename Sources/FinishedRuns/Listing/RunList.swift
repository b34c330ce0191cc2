import Experiments
import Files
import Foundation
import Pictures
import Settings

/// The runs in a folder.
package struct RunList {
  /// What runs are sorted by.
  package enum Order: String, CaseIterable, Sendable {
    /// The earliest first.
    case started
    /// By name of the folder.
    case name
    /// World by world.
    case world
    /// The greatest return first, then what is best of V alone; those without a result last.
    case result
    /// The longest first.
    case time
  }

  /// The runs, in order.
  package let runs: [ListedRun]

  /// Reads all runs that lie in a folder, or in folders of that one, such as a sweep's.
  ///
  /// - Throws: where there is no such folder.
  package init(in folder: URL, by order: Order, _ toolkit: Toolkit) throws {
    let found = try Self.folders(in: folder, depth: 0)
    let runs = found.map { ListedRun(RunFolder($0), toolkit) }
    self.runs = runs.enumerated().sorted { first, second in
      let (a, b) = (first.element, second.element)
      return Self.comes(a, before: b, by: order) ?? (first.offset < second.offset)
    }.map(\.element)
  }

  /// Folders within folders that are looked into.
  private static let mostDepth = 2

  /// Folders of runs, by name; nothing is looked for inside a run.
  private static func folders(in folder: URL, depth: Int) throws -> [URL] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    } catch {
      guard depth == 0 else { return [] }
      throw ExperimentError(
        .usage, place: folder.relativePath, cause: "there is no such folder, or it cannot be read",
        remedy: "give a folder that holds runs, such as runs; make one with: "
          + ShellCommand.text("run"))
    }
    return try names.flatMap { name -> [URL] in
      let url = folder.appendingPathComponent(name)
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
        isFolder.boolValue
      else { return [] }
      if RunFolder(url).holdsRun { return [url] }
      return depth < mostDepth ? try folders(in: url, depth: depth + 1) : []
    }
  }

  /// Whether a run comes before another; nil where the order does not say.
  private static func comes(_ a: ListedRun, before b: ListedRun, by order: Order) -> Bool? {
    func rising<Value: Comparable>(_ a: Value, _ b: Value) -> Bool? { a == b ? nil : a < b }
    switch order {
    case .name: return rising(a.name, b.name)
    case .started: return rising(a.started, b.started)
    case .world:
      return rising(a.configuration?.subject ?? "", b.configuration?.subject ?? "")
    case .time: return rising(b.seconds ?? -1, a.seconds ?? -1)
    case .result:
      func rank(_ run: ListedRun) -> Double {
        run.result.map { $0.name == "return" ? $0.value : -$0.value } ?? -.infinity
      }
      return rising(rank(b), rank(a))
    }
  }

  /// The table.
  ///
  /// - Parameter columns: of the terminal, into which every line is cut; nil to cut nothing.
  package func lines(columns: Int?) -> [String] {
    let rows = runs.map { run -> [String] in
      let configuration = run.configuration
      return [
        run.path, run.state.rawValue, configuration?.subject ?? "–",
        configuration?.preset ?? "–", configuration.map { "\($0.seed)" } ?? "–",
        run.result.map(Self.text) ?? "–", run.random.map { NumberStyle.value($0) } ?? "–",
        run.seconds.map { NumberStyle.duration($0) } ?? "–",
        run.changes.map { "\($0.name)=\($0.value)" }.joined(separator: " "),
      ]
    }
    let lines = TextTable.lines(
      header: [
        "run", "state", "world or data", "preset", "seed", "result", "random", "took",
        "other than the preset",
      ], rows: rows, rightAligned: [4, 5, 6, 7])
    guard let columns else { return lines }
    return lines.map { $0.count < columns ? $0 : $0.prefix(max(1, columns - 2)) + "…" }
  }

  private static func text(_ result: ListedRun.Result) -> String {
    let number = NumberStyle.value(result.value)
    guard result.name == "return" else { return "\(result.name) \(number)" }
    return result.interval.map {
      "\(number) [\(NumberStyle.value($0.lowerBound)), \(NumberStyle.value($0.upperBound))]"
    } ?? number
  }

  /// The same for programs.
  package var json: JSONValue { ["runs": .array(runs.map(Self.json))] }

  private static func json(_ run: ListedRun) -> JSONValue {
    var value: JSONValue = [
      "folder": .string(run.path), "state": .string(run.state.rawValue),
      "started": .string(run.started),
    ]
    if let configuration = run.configuration {
      value["world"] = .string(configuration.world)
      value["subject"] = .string(configuration.subject)
      value["preset"] = .string(configuration.preset)
      value["seed"] = .integer(configuration.seed)
      value["model"] = .string(configuration.model.kind)
      if !configuration.isOfFrames { value["learner"] = .string(configuration.learner.kind) }
    }
    if let result = run.result {
      var number: JSONValue = ["name": .string(result.name), "value": .number(result.value)]
      if let interval = result.interval {
        number["low"] = .number(interval.lowerBound)
        number["high"] = .number(interval.upperBound)
      }
      value["result"] = number
    }
    if let random = run.random { value["random"] = .number(random) }
    if let seconds = run.seconds { value["seconds"] = .number(seconds) }
    value["changes"] = .object(run.changes.map { .init($0.name, .string($0.value)) })
    return value
  }
}
