import EnvironmentKit
import Files
import Foundation
import Yams

/// Lays files and `--set` options over a configuration's defaults, and says where a mistake stands.
///
/// The defaults, encoded as YAML, are the schema: a key they do not have is an error, and a value
/// must be of the kind they show. Every value remembers where it came from.
public struct ConfigurationOverlay {
  private var tree: Node
  private var origins: [String: String] = [:]

  /// Starts from a configuration's own values.
  public init<Configuration: Encodable>(_ defaults: Configuration) throws {
    let text = try YAMLEncoder().encode(defaults)
    tree = Self.plainNumbers(try Yams.compose(yaml: text) ?? .mapping([:]))
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
        remedy: "write it as 'umwelt describe --configuration' prints it")
    }
    try merge(parsed, at: [], file: file)
  }

  /// The text of a top-level key of a YAML file; nil where there is none.
  public static func text(of key: String, in yaml: String) -> String? {
    guard case .mapping(let mapping)? = try? Yams.compose(yaml: yaml) else { return nil }
    return mapping[Node(key)]?.string
  }

  /// Lays one `key.path=value` option over the values so far.
  public mutating func apply(setting: String) throws {
    let option = "--set \(setting)"
    guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
      throw ExperimentError(
        .usage, place: option, cause: "no key and value",
        remedy: "write it as --set vision.latentSize=16")
    }
    let path = setting[..<equals].split(separator: ".", omittingEmptySubsequences: false)
    let value = String(setting[setting.index(after: equals)...])
    let list = value.hasPrefix("[") ? try? Yams.compose(yaml: value) : nil
    let node = list ?? Node(value, Tag(.implicit))
    try assign(node, at: path.map(String.init), origin: option)
  }

  /// Decodes the values, and checks their ranges.
  public func decode<Configuration: Decodable & ValidatedConfiguration>(
    _ type: Configuration.Type
  ) throws -> Configuration {
    let text = try Yams.serialize(node: tree)
    let configuration: Configuration
    do {
      configuration = try YAMLDecoder().decode(type, from: text)
    } catch let error as DecodingError {
      throw decodingError(error, Configuration.choices)
    }
    if let problem = configuration.problems().first {
      throw ExperimentError(
        .usage, place: place(problem.key), cause: "\(problem.key): \(problem.cause)",
        remedy: problem.remedy)
    }
    return configuration
  }

  /// The values so far, as YAML.
  var yaml: String {
    get throws { try Yams.serialize(node: tree) }
  }

  private func place(_ key: String) -> String {
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
    for (key, value) in mapping {
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
    let hint = NearestName.find(path.last ?? "", among: known).map {
      "did you mean '\(prefix)\($0)'?"
    }
    throw ExperimentError(
      .usage, place: origin, cause: "unknown key '\(key)'",
      remedy: hint ?? "known here: \(known.map { prefix + $0 }.joined(separator: ", "))")
  }

  private func decodingError(
    _ error: DecodingError, _ choices: [String: [String]]
  ) -> ExperimentError {
    let context: DecodingError.Context
    switch error {
    case .typeMismatch(_, let given), .valueNotFound(_, let given), .keyNotFound(_, let given),
      .dataCorrupted(let given):
      context = given
    @unknown default:
      return ExperimentError(.usage, place: "configuration", cause: "\(error)", remedy: "")
    }
    let key = context.codingPath.map(\.stringValue).joined(separator: ".")
    if let names = choices[key] {
      return ExperimentError(
        .usage, place: place(key), cause: "\(key): there is no such choice",
        remedy: "give one of: \(names.joined(separator: ", "))")
    }
    return ExperimentError(
      .usage, place: place(key), cause: "\(key): \(context.debugDescription)",
      remedy: "compare with 'umwelt describe --configuration'")
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
    default:
      return ExperimentError(
        .usage, place: file, cause: "not YAML: \(error)", remedy: "mend or replace the file")
    }
  }
}

/// A configuration that knows its own ranges.
public protocol ValidatedConfiguration {
  /// What is out of range, each with its dotted key.
  func problems() -> [ConfigurationProblem]

  /// The names that a setting may have, by dotted key, where it is one of a few.
  static var choices: [String: [String]] { get }
}

/// A value out of range.
public struct ConfigurationProblem: Hashable, Sendable {
  /// The dotted key.
  public let key: String
  /// What was found and what is wrong with it.
  public let cause: String
  /// What would be right.
  public let remedy: String

  /// Creates a problem.
  public init(_ key: String, _ cause: String, _ remedy: String) {
    self.key = key
    self.cause = cause
    self.remedy = remedy
  }
}
