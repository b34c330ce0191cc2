/// Finds the known name that a mistyped one most likely means.
public enum NearestName {
  /// The known name with the least edits, or nil where none is near.
  ///
  /// - Parameters:
  ///   - name: what was typed.
  ///   - known: what there is, in the order in which ties are decided.
  public static func find(_ name: String, among known: [String]) -> String? {
    let typed = Array(name.lowercased())
    var best: (name: String, distance: Int)?
    for candidate in known {
      let distance = edits(typed, Array(candidate.lowercased()))
      if distance < best?.distance ?? Int.max { best = (candidate, distance) }
    }
    guard let best, best.distance <= max(2, best.name.count / 2) else { return nil }
    return best.name
  }

  /// A hint to put behind an error: `; did you mean NAME?`, or the list where it is short.
  public static func hint(_ name: String, among known: [String]) -> String {
    if let near = find(name, among: known) { return "did you mean '\(near)'?" }
    if known.isEmpty { return "there are none to choose from" }
    return "known: " + known.prefix(24).joined(separator: ", ")
  }

  /// Levenshtein's distance: insertions, deletions and substitutions.
  private static func edits(_ a: [Character], _ b: [Character]) -> Int {
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, right) in b.enumerated() {
        let substitution = diagonal + (left == right ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, diagonal + 1, row[j] + 1)
      }
    }
    return row[b.count]
  }
}
