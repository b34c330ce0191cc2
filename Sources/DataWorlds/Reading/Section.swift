import EnvironmentKit
import Files
import Yams

/// A mapping of the file whose keys are known.
struct Section {
  let node: Node
  /// What it describes, such as `a rule`.
  let name: String
  let problems: ProblemList
  /// Known keys that unknown ones most likely mean.
  private var meant: Set<String> = []
  private var hasUnknown = false

  /// Reads a mapping and reports keys that are not known; nil where it is no mapping.
  ///
  /// - Parameter elsewhere: keys that are known in another place, and where that is.
  init?(
    _ node: Node, _ name: String, keys: [String], _ problems: ProblemList,
    elsewhere: (keys: [String], remedy: String) = ([], "")
  ) {
    guard let mapping = node.mapping else {
      problems.report(
        node, "\(name) must be a list of 'key: value' lines",
        "write keys among: \(keys.joined(separator: ", "))")
      return nil
    }
    self.node = node
    self.name = name
    self.problems = problems
    for (key, _) in mapping {
      let text = key.scalar?.string ?? ""
      guard !keys.contains(text) else { continue }
      problems.report(
        key, "\(name) has no key '\(text)'",
        elsewhere.keys.contains(text) ? elsewhere.remedy : NearestName.hint(text, among: keys))
      hasUnknown = true
      if let near = NearestName.find(text, among: keys) { meant.insert(near) }
    }
  }

  /// The value of a key, where it is there.
  subscript(_ key: String) -> Node? {
    guard let mapping = node.mapping else { return nil }
    return mapping.first { $0.key.scalar?.string == key }?.value
  }

  /// The value of a key that must be there.
  func required(_ key: String, _ remedy: String) -> Node? {
    if let value = self[key] { return value }
    if meant.contains(key) { return nil }
    problems.report(node, "\(name) lacks '\(key)'", remedy)
    return nil
  }

  /// The keys that are there among some that exclude each other; all but one are reported.
  func onlyOne(of keys: [String], _ remedy: String) -> String? {
    let present = keys.filter { self[$0] != nil }
    if present.count > 1 || present.isEmpty && !hasUnknown {
      problems.report(
        node,
        present.isEmpty
          ? "\(name) lacks one of: \(keys.joined(separator: ", "))"
          : "\(name) has \(present.map { "'\($0)'" }.joined(separator: " and ")) at once", remedy)
    }
    return present.first
  }
}

// Plain values.
extension ProblemList {
  /// A text.
  func text(_ node: Node, _ what: String) -> String? {
    if let scalar = node.scalar { return scalar.string }
    report(node, "\(what) must be a text", "write it on one line")
    return nil
  }

  /// A whole number of a range.
  func integer(_ node: Node, _ what: String, in range: ClosedRange<Int>) -> Int? {
    if let text = node.scalar?.string, let value = Int(text), range.contains(value) { return value }
    report(
      node, "\(what) is '\(node.scalar?.string ?? "a list")'",
      "write a whole number from \(range.lowerBound) to \(range.upperBound)")
    return nil
  }

  /// A finite number.
  func number(_ node: Node, _ what: String) -> Double? {
    if let text = node.scalar?.string, let value = Double(text), abs(value) <= 1e9 { return value }
    report(node, "\(what) is '\(node.scalar?.string ?? "a list")'", "write a number such as 0.5")
    return nil
  }

  /// Yes or no.
  func flag(_ node: Node, _ what: String) -> Bool {
    switch node.scalar?.string {
    case "true", "yes": return true
    case "false", "no": return false
    case let text:
      report(node, "\(what) is '\(text ?? "a list")'", "write true or false")
      return false
    }
  }

  /// One of some words.
  func word(_ node: Node, _ what: String, among words: [String]) -> String? {
    let text = node.scalar?.string ?? ""
    if words.contains(text) { return text }
    report(node, "there is no \(what) '\(text)'", NearestName.hint(text, among: words))
    return nil
  }

  /// The elements of a list; a single value counts as a list of one.
  func list(_ node: Node) -> [Node] {
    if let sequence = node.sequence { return Array(sequence) }
    return [node]
  }

  /// The elements of a list of bounded length; the first one too many is reported.
  func list(_ node: Node, of what: String, atMost limit: Int) -> [Node] {
    let elements = list(node)
    if elements.count > limit {
      report(elements[limit], "there are \(elements.count) \(what)", "write \(limit) at most")
    }
    return Array(elements.prefix(limit))
  }

  /// The expressions of a list; commas within round brackets do not part them.
  ///
  /// YAML itself takes `[random(0, 5), 1]` apart into three texts; here it is two.
  func terms(_ node: Node) -> [Node] {
    var result: [Node] = []
    var open = ""
    for element in list(node) {
      guard let scalar = element.scalar else {
        result.append(element)
        continue
      }
      open += open.isEmpty ? scalar.string : ", " + scalar.string
      let depth = open.utf8.reduce(0) { $0 + ($1 == 40 ? 1 : $1 == 41 ? -1 : 0) }
      if depth > 0, element != list(node).last { continue }
      let isWhole = open == scalar.string
      let mark = isWhole ? scalar.mark : result.isEmpty ? list(node).first?.mark : scalar.mark
      result.append(.scalar(Node.Scalar(open, scalar.tag, scalar.style, mark)))
      open = ""
    }
    return result
  }

  /// The pairs of a mapping.
  ///
  /// - Parameter limit: pairs that may be there; the first one too many is reported.
  func pairs(_ node: Node, _ what: String, _ remedy: String, atMost limit: Int = 1000) -> [(
    name: String, key: Node, value: Node
  )] {
    guard let mapping = node.mapping else {
      report(node, "\(what) must be a list of 'name: value' lines", remedy)
      return []
    }
    let pairs = Array(mapping)
    if pairs.count > limit {
      report(pairs[limit].key, "\(what) has \(pairs.count) lines", "write \(limit) at most")
    }
    return pairs.prefix(limit).map {
      (name: $0.key.scalar?.string ?? "", key: $0.key, value: $0.value)
    }
  }
}
