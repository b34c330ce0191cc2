import EnvironmentKit
import Yams

/// One id of a file, with the parameters' values for it.
struct Variant {
  var id: String
  var parameters: [(name: String, value: Double)] = []
  /// Names of the maps it uses; nil for all.
  var maps: Node?
  var node: Node

  /// The variants of a file; one of the file's name where it lists none.
  static func all(of root: Section) -> [Variant] {
    let problems = root.problems
    let base = parameters(of: root)
    let name = root.required("name", "write 'name: Sokoban'")
    let title = name.flatMap { problems.text($0, "the name") } ?? ""
    if let name, !isIdentifier(title) {
      problems.report(
        name, "the name '\(title)' cannot be an id", "use letters, digits, - and _ only")
    }
    guard let list = root["variants"] else {
      return [Variant(id: title, parameters: base, node: root.node)]
    }
    var variants: [Variant] = []
    for node in problems.list(list, of: "variants", atMost: 64) {
      let keys = ["id", "maps"] + base.map(\.name)
      guard let section = Section(node, "a variant", keys: keys, problems),
        let id = section.required("id", "write 'id: \(title)-Small'"),
        let text = problems.text(id, "the id")
      else { continue }
      if !isIdentifier(text) {
        problems.report(id, "'\(text)' cannot be an id", "use letters, digits, - and _ only")
      }
      if variants.contains(where: { $0.id == text }) {
        problems.report(id, "the id '\(text)' stands twice", "give every variant its own")
      }
      var variant = Variant(id: text, parameters: base, maps: section["maps"], node: node)
      for index in variant.parameters.indices {
        guard let value = section[variant.parameters[index].name] else { continue }
        variant.parameters[index].value =
          problems.number(value, "parameter '\(variant.parameters[index].name)'") ?? 0
      }
      variants.append(variant)
    }
    if problems.list(list).isEmpty {
      problems.report(
        list, "the list of variants is empty", "write one with an id, or leave it out")
    }
    return variants
  }

  private static func isIdentifier(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 60
      && text.utf8.allSatisfy { Compiler.isName("a\(UnicodeScalar($0))") || $0 == 45 }
  }

  private static func parameters(of root: Section) -> [(name: String, value: Double)] {
    guard let node = root["parameters"] else { return [] }
    let problems = root.problems
    var found: [(name: String, value: Double)] = []
    for (name, key, value) in problems.pairs(node, "'parameters'", "write 'size: 8'") {
      guard Compiler.isName(name), !ExpressionParser.words.contains(name),
        !["width", "height", "id", "maps"].contains(name)
      else {
        problems.report(
          key, "'\(name)' cannot be the name of a parameter",
          "use letters, digits and _, and none of the words of expressions")
        continue
      }
      guard let number = problems.number(value, "parameter '\(name)'") else { continue }
      guard abs(number) <= 1_000_000 else {
        problems.report(value, "parameter '\(name)' is \(number)", "write a number up to 1000000")
        continue
      }
      found.append((name, number))
    }
    return found
  }
}
