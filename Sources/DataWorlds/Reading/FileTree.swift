import Yams

/// The tree of nodes of a world's file.
enum FileTree {
  /// Largest file that is read, in bytes.
  private static let largest = 1 << 20

  /// The tree of a text; nil, reported, where it is no YAML or asks for too much.
  static func read(_ text: String, _ problems: ProblemList) -> Node? {
    func refuse(_ cause: String, _ remedy: String) {
      problems.add(WorldProblem(line: 1, column: 1, cause: cause, remedy: remedy))
    }
    guard text.utf8.count <= largest else {
      refuse("the file has more than a megabyte", "write less, or several files")
      return nil
    }
    guard isShallow(text) else {
      refuse("the file is nested too deeply", "use fewer brackets and less indentation")
      return nil
    }
    guard AliasCheck.passes(text, problems), let tree = compose(text, problems) else { return nil }
    return tree.node
  }

  /// What YAML makes of a text; what it does not allow is reported.
  ///
  /// Nodes know their anchors as long as their parser is there.
  static func compose(_ text: String, _ problems: ProblemList) -> (node: Node, parser: Parser)? {
    func report(_ line: Int, _ column: Int, _ cause: String, _ remedy: String) {
      problems.add(
        WorldProblem(line: max(1, line), column: max(1, column), cause: cause, remedy: remedy))
    }
    do {
      let parser = try Parser(yaml: text)
      if let node = try parser.singleRoot() { return (node, parser) }
      report(1, 1, "the file is empty", "write 'format: 1', 'name: …' and what follows")
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        report(
          mark.line, mark.column, "this is no YAML: \(problem)",
          "look at indentation, colons, quotes and brackets here and just above")
      case .duplicatedKeysInMapping(let keys, let context):
        report(
          context.mark.line, context.mark.column,
          "\(keys.sorted().map { "'\($0)'" }.joined(separator: ", ")) stands twice",
          "leave one of them")
      default: report(1, 1, "this is no YAML: \(error)", "write text in UTF-8")
      }
    } catch {
      report(1, 1, "this is no YAML: \(error)", "write text in UTF-8")
    }
    return nil
  }

  /// Whether brackets and indentation are few enough to be read without running out of stack.
  private static func isShallow(_ text: String) -> Bool {
    var depth = 0
    for line in text.utf8.split(separator: 10) {
      var signs = 0
      for byte in line {
        if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { depth += 1 }
        if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { depth = max(0, depth - 1) }
        if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "?") { signs += 1 }
        if depth > 200 { return false }
      }
      if signs > 500 || line.prefix(while: { $0 == 32 }).count > 400 { return false }
    }
    return true
  }
}
