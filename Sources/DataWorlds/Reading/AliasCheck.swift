import Yams

/// Keeps aliases (`*name`) from growing a small file into a tree without bounds.
///
/// YAML's reader puts what an alias stands for in its place, again and again where aliases stand within
/// what others stand for. So they are counted before, in a reading in which each is a text of its own.
struct AliasCheck {
  /// Values that aliases may stand for, all together.
  private static let mostValues = 10_000
  /// Values within values, as brackets are.
  private static let deepest = 100
  /// Stands before an asterisk where a text is read in which no alias is one.
  private static let mark = "zq7x"

  /// What something adds to the tree.
  private struct Size {
    var values = 0
    var depth = 0
  }

  private let problems: ProblemList
  private var anchors: [String: Size] = [:]
  private var total = 0

  /// Whether the aliases of a text stand for few enough values; what is wrong is reported.
  static func passes(_ text: String, _ problems: ProblemList) -> Bool {
    guard text.utf8.contains(UInt8(ascii: "*")), text.utf8.contains(UInt8(ascii: "&")) else {
      return true
    }
    var marked = ""
    for character in text.unicodeScalars {
      if character == "*" { marked += mark }
      marked.unicodeScalars.append(character)
    }
    let found = ProblemList()
    guard let tree = FileTree.compose(marked, found) else {
      for problem in found.sorted { problems.add(unmarked(problem, in: text)) }
      return false
    }
    var check = AliasCheck(problems: problems)
    return withExtendedLifetime(tree.parser) { check.measure(tree.node) != nil }
  }

  /// A mistake of the marked text, as it is in the text itself.
  private static func unmarked(_ problem: WorldProblem, in text: String) -> WorldProblem {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    var result = problem
    result.cause.replace(mark + "*", with: "*")
    guard lines.indices.contains(problem.line - 1) else { return result }
    var column = 1
    for character in lines[problem.line - 1] {
      if character == "*" { result.column -= min(mark.count, max(0, problem.column - column)) }
      column += character == "*" ? mark.count + 1 : 1
      if column > problem.column { break }
    }
    return result
  }

  private init(problems: ProblemList) { self.problems = problems }

  /// What a node adds, aliases counted as what they stand for; nil where it is too much.
  private mutating func measure(_ node: Node) -> Size? {
    // A long text counts as several values.
    var size = Size(values: 1 + (node.scalar?.string.utf8.count ?? 0) / 100, depth: 1)
    if let name = Self.alias(node) {
      guard let found = anchors[name] else { return size }
      size = found
      total += found.values
      guard total <= Self.mostValues, size.depth <= Self.deepest else { return tooMuch(node) }
    }
    for part in Self.parts(of: node) {
      guard let inner = measure(part) else { return nil }
      size.values += inner.values
      size.depth = max(size.depth, inner.depth + 1)
    }
    if let name = node.anchor?.rawValue { anchors[name] = size }
    return size
  }

  private func tooMuch(_ node: Node) -> Size? {
    problems.report(
      node, "the aliases (*) stand for more than \(Self.mostValues) values, or too deep ones",
      "write out what they stand for, or use fewer")
    return nil
  }

  private static func alias(_ node: Node) -> String? {
    guard let scalar = node.scalar, scalar.style == .plain, scalar.string.hasPrefix(mark + "*")
    else { return nil }
    return String(scalar.string.dropFirst(mark.count + 1))
  }

  private static func parts(of node: Node) -> [Node] {
    if let sequence = node.sequence { return Array(sequence) }
    return node.mapping?.flatMap { [$0.key, $0.value] } ?? []
  }
}
