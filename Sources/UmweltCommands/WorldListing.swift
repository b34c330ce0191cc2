import EnvironmentKit
import Experiments
import Files
import Pictures

/// The catalogue as text and as JSON.
enum WorldListing {
  /// The catalogue as one JSON object, its form documented in `docs/files.md`.
  static func json(_ entries: [CatalogEntry]) -> String {
    let worlds = entries.map { entry -> JSONValue in
      let first = entry.specification(entry.observations[0])
      return [
        "id": .string(entry.id), "family": .string(entry.family),
        "source": .string(entry.source.rawValue),
        "file": .string(entry.file), "reference": .string(entry.reference),
        "observations": .array(entry.observations.flatMap { observation(entry, $0) }),
        "actions": actions(entry.actions), "maxSteps": .integer(first.maximumSteps),
        "rewardRange": [
          JSONValue(first.rewardRange.lowerBound), JSONValue(first.rewardRange.upperBound),
        ],
      ]
    }
    return (["worlds": .array(worlds)] as JSONValue).document
  }

  /// The catalogue as lines of a table.
  ///
  /// - Parameter columns: of the terminal, into which every line is cut; nil to cut nothing.
  static func table(_ entries: [CatalogEntry], columns: Int? = nil) -> [String] {
    let rows = entries.map { entry -> [String] in
      let specification = entry.specification(entry.observations[0])
      return [
        entry.id, NumberStyle.count(specification.maximumSteps), names(entry.actions),
        entry.observations.map(\.rawValue).joined(separator: ", "), entry.reference,
      ]
    }
    let lines = TextTable.lines(
      header: ["world", "max steps", "actions", "observations", "rules"], rows: rows,
      rightAligned: [1])
    guard let columns else { return lines }
    return lines.map { line in
      line.count < columns ? line : line.prefix(max(1, columns - 2)) + "…"
    }
  }

  /// Everything about a few worlds, a paragraph each.
  static func details(_ entries: [CatalogEntry]) -> [String] {
    entries.map { entry in
      let specification = entry.specification(entry.observations[0])
      let facts = [
        ("family", entry.family), ("rules", entry.reference), ("file", entry.file),
        ("actions", names(entry.actions)),
        ("observations", entry.observations.map(\.rawValue).joined(separator: ", ")),
        ("facts", specification.facts.map(\.name).joined(separator: ", ")),
        ("max steps", NumberStyle.count(specification.maximumSteps)),
        (
          "reward of a step",
          "\(specification.rewardRange.lowerBound) to \(specification.rewardRange.upperBound)"
        ),
      ]
      return [entry.id] + facts.filter { !$0.1.isEmpty }.map { "  \($0.0): \($0.1)" }
    }.joined(separator: [""]).map { $0 }
  }

  private static func observation(_ entry: CatalogEntry, _ kind: ObservationKind) -> [JSONValue] {
    let space = entry.specification(kind).observation
    return space.fields.map { field in
      let shape = space.numberCount.map { [$0] } ?? field.shape
      return [
        "kind": .string(kind.rawValue), "field": .string(field.name),
        "shape": .array(shape.map { .integer($0) }),
        "dtype": space.numberCount == nil ? "uint8" : "float32",
      ]
    }
  }

  private static func actions(_ space: ActionSpace) -> JSONValue {
    switch space {
    case .discrete(let names):
      ["kind": "discrete", "names": .array(names.map { .string($0) })]
    case .continuous(let bounds):
      [
        "kind": "continuous",
        "bounds": .array(bounds.map { [JSONValue($0.lowerBound), JSONValue($0.upperBound)] }),
      ]
    }
  }

  private static func names(_ space: ActionSpace) -> String {
    switch space {
    case .discrete(let names): names.joined(separator: " ")
    case .continuous(let bounds): "\(bounds.count) numbers"
    }
  }
}
