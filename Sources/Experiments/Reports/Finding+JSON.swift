import Evaluation
import Files

extension Finding {
  /// `id`, `severity`, `words`, `evidence`, and `remedy` where something is wrong.
  package var json: JSONValue {
    var value: JSONValue = [
      "id": .string(trouble.rawValue), "severity": .string(severity.rawValue),
      "words": .string(words),
      "evidence": .object(
        evidence.map { .init($0.name, $0.value.isFinite ? .number($0.value) : .null) }),
    ]
    guard let remedy else { return value }
    var cure: JSONValue = ["words": .string(remedy.words)]
    if let first = remedy.settings.first { cure["set"] = .string(first) }
    let others = remedy.settings.dropFirst()
    if !others.isEmpty { cure["also"] = .array(others.map { .string($0) }) }
    value["remedy"] = cure
    return value
  }

  /// What is wrong and what cures it, a line each.
  package var lines: [String] {
    let title = isJudged ? "\(severity.rawValue): " : ""
    var lines = ["\(title)\(trouble.rawValue): \(words)"]
    if let remedy {
      let settings = remedy.settings.map { "--set \($0)" }.joined(separator: " ")
      lines.append("  cure: \(settings.isEmpty ? "" : settings + ": ")\(remedy.words)")
    }
    return lines
  }
}
