import EnvironmentKit
import Files

/// The catalogue as text and as JSON.
public enum WorldListing {
  /// The catalogue as one JSON object, its form documented in `docs/files.md`.
  public static func json(_ entries: [CatalogEntry]) -> String {
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
  public static func table(_ entries: [CatalogEntry]) -> [String] {
    let rows = entries.map { entry -> [String] in
      let specification = entry.specification(entry.observations[0])
      return [
        entry.id, entry.observations.map(\.rawValue).joined(separator: ", "),
        names(entry.actions), "\(specification.maximumSteps)", entry.reference,
      ]
    }
    return TextTable.lines(
      header: ["world", "observations", "actions", "max steps", "rules"], rows: rows,
      rightAligned: [3])
  }

  private static func observation(_ entry: CatalogEntry, _ kind: ObservationKind) -> [JSONValue] {
    entry.specification(kind).observation.fields.map { field in
      [
        "kind": .string(kind.rawValue), "field": .string(field.name),
        "shape": .array(field.shape.map { .integer($0) }), "dtype": "uint8",
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
