import EnvironmentKit
import Files
import Foundation
import Yams

/// Lays files and `--set` options over a configuration's defaults, and says where a mistake stands.
///
/// The defaults, encoded as YAML, are the schema: a key they do not have is an error, and a value
/// must be of the kind they show. Every value remembers where it came from.
public struct ConfigurationOverlay {
  var tree: Node
  private(set) var origins: [String: String] = [:]
  let kinds: Kinds

  /// Starts from a configuration's own values.
  ///
  /// - Parameter kinds: the models and learners that may be named.
  public init(_ defaults: RunConfiguration, kinds: Kinds = .standard) throws {
    tree = try Self.tree(of: defaults)
    self.kinds = kinds
  }

  /// A value as a tree, its numbers in the fewest digits.
  static func tree(of value: some Encodable) throws -> Node {
    plainNumbers(try Yams.compose(yaml: try YAMLEncoder().encode(value)) ?? .mapping([:]))
  }

  /// Lays a YAML file over the values so far.
  ///
  /// - Parameters:
  ///   - text: the file's contents.
  ///   - file: its name, for messages.
  public mutating func apply(yaml text: String, file: String) throws {
    let parsed: Node?
    do {
      parsed = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw Self.syntaxError(error, file: file)
    }
    guard let parsed, parsed != Node("", Tag(.null)) else { return }
    guard case .mapping = parsed else {
      throw ExperimentError(
        .usage, place: file, cause: "its top level is not keys with values",
        remedy: "write it as this prints it: \(ShellCommand.text("describe", "--configuration"))")
    }
    try merge(parsed, at: [], file: file)
  }

  /// Lays a YAML file over the values so far that must say every value.
  ///
  /// - Throws: naming a key that it lacks: the file was cut or edited.
  public mutating func apply(wholeYAML text: String, file: String) throws {
    try apply(yaml: text, file: file)
    guard let parsed = try? Yams.compose(yaml: text) else { return }
    if let lacking = Self.firstLacking(in: parsed, of: tree, path: []) {
      throw ExperimentError(
        .usage, place: file, cause: "the key '\(lacking)' is missing: the file was cut or edited",
        remedy: "restore the file, or start a new run")
    }
  }

  private static func firstLacking(in found: Node, of wanted: Node, path: [String]) -> String? {
    guard case .mapping(let keys) = wanted else { return nil }
    for (key, value) in keys {
      let name = key.string ?? ""
      guard let child = found[name] else { return (path + [name]).joined(separator: ".") }
      if let lacking = firstLacking(in: child, of: value, path: path + [name]) { return lacking }
    }
    return nil
  }

  /// The text of a key of a YAML file, dotted where it lies within others; nil where there is none.
  public static func text(of key: String, in yaml: String) -> String? {
    key.split(separator: ".").reduce(try? Yams.compose(yaml: yaml)) { node, name in
      node?.mapping?[Node(String(name))]
    }?.string
  }

  /// Lays one `key.path=value` option over the values so far.
  public mutating func apply(setting: String) throws {
    let option = "--set \(setting)"
    guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
      throw ExperimentError(
        .usage, place: option, cause: "no key and value",
        remedy: "write it as --set model.latentSize=16")
    }
    let path = setting[..<equals].split(separator: ".", omittingEmptySubsequences: false)
    let value = String(setting[setting.index(after: equals)...])
    let list = value.hasPrefix("[") ? try? Yams.compose(yaml: value) : nil
    let node = list ?? Node(value, Tag(.implicit))
    try assign(node, at: path.map(String.init), origin: option)
  }

  /// The values so far, as YAML.
  var yaml: String {
    get throws { try Yams.serialize(node: tree) }
  }

  /// The values so far in words, by dotted key.
  var values: [(name: String, value: String)] { Self.values(tree, at: "") }

  private static func values(_ node: Node, at key: String) -> [(name: String, value: String)] {
    switch node {
    case .mapping(let keys):
      keys.flatMap { name, value in
        values(value, at: key + (key.isEmpty ? "" : ".") + (name.string ?? ""))
      }
    case .sequence(let items):
      [(key, "[" + items.map { $0.string ?? "" }.joined(separator: ", ") + "]")]
    default: [(key, node.string ?? "")]
    }
  }

  func place(_ key: String) -> String {
    var path = key.split(separator: ".")
    while !path.isEmpty {
      if let origin = origins[path.joined(separator: ".")] { return origin }
      path.removeLast()
    }
    return "configuration"
  }

  private mutating func merge(_ node: Node, at path: [String], file: String) throws {
    guard case .mapping(let mapping) = node else {
      try assign(node, at: path, origin: Self.location(node, file))
      return
    }
    // A kind decides which other keys its group has.
    let ordered =
      mapping.filter { $0.key.string == "kind" } + mapping.filter { $0.key.string != "kind" }
    for (key, value) in ordered {
      let name = key.string ?? ""
      try checkKnown(path + [name], origin: Self.location(key, file))
      if case .mapping? = Self.find(path + [name], in: tree) {
        try merge(value, at: path + [name], file: file)
      } else {
        try assign(value, at: path + [name], origin: Self.location(key, file))
      }
    }
  }

  private mutating func assign(_ value: Node, at path: [String], origin: String) throws {
    for depth in 1...max(1, path.count) {
      try checkKnown(Array(path.prefix(depth)), origin: origin)
    }
    guard let old = Self.find(path, in: tree) else { return }
    if path.count == 2, path[1] == "kind", let name = value.string {
      try changeKind(of: path[0], to: name, origin: origin)
    }
    let checked = try Self.convert(value, like: old, path: path, origin: origin)
    tree = Self.replacing(path[...], in: tree, with: checked)
    origins[path.joined(separator: ".")] = origin
  }

  private func checkKnown(_ path: [String], origin: String) throws {
    guard Self.find(path, in: tree) == nil else { return }
    let parent = Self.find(path.dropLast(), in: tree) ?? tree
    let key = path.joined(separator: ".")
    guard case .mapping(let mapping) = parent else {
      throw ExperimentError(
        .usage, place: origin,
        cause: "\(key): '\(path.dropLast().joined(separator: "."))' has no parts",
        remedy: "give its value directly")
    }
    let prefix = path.dropLast().map { $0 + "." }.joined()
    let known = Array(mapping.keys).compactMap(\.string)
    let hint =
      Self.renamed(key)
      ?? NearestName.find(path.last ?? "", among: known).map { "did you mean '\(prefix)\($0)'?" }
    throw ExperimentError(
      .usage, place: origin, cause: "unknown key '\(key)'",
      remedy: hint ?? "known here: \(known.map { prefix + $0 }.joined(separator: ", "))")
  }

  private static func location(_ node: Node, _ file: String) -> String {
    node.mark.map { "\(file):\($0.line)" } ?? file
  }

  private static func syntaxError(_ error: YamlError, file: String) -> ExperimentError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return ExperimentError(
        .usage, place: "\(file):\(mark.line)", cause: "not YAML: \(problem)",
        remedy: "mend the line (column \(mark.column))")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { "'\($0)'" }.joined(separator: ", ")
      return ExperimentError(
        .usage, place: "\(file):\(context.mark.line)", cause: "a key stands there twice: \(names)",
        remedy: "leave one of them out")
    default:
      return ExperimentError(
        .usage, place: file, cause: "not YAML: \(error)", remedy: "mend or replace the file")
    }
  }
}
