import Yams

/// How the overlay walks, changes and checks the tree of values.
extension ConfigurationOverlay {
  static func find<Path: Collection>(_ path: Path, in node: Node) -> Node?
  where Path.Element == String {
    guard let key = path.first else { return node }
    guard case .mapping(let mapping) = node, let child = mapping[Node(key)] else { return nil }
    return find(path.dropFirst(), in: child)
  }

  static func replacing(_ path: ArraySlice<String>, in node: Node, with value: Node) -> Node {
    guard let key = path.first, case .mapping(var mapping) = node, let child = mapping[Node(key)]
    else { return value }
    mapping[Node(key)] = replacing(path.dropFirst(), in: child, with: value)
    return .mapping(mapping)
  }

  /// Checks that a value is of the kind that the default shows, and writes it in that kind's form.
  static func convert(_ value: Node, like old: Node, path: [String], origin: String) throws -> Node
  {
    let key = path.joined(separator: ".")
    func wrong(_ expected: String) -> ExperimentError {
      ExperimentError(
        .usage, place: origin, cause: "\(key): expected \(expected), found \(shown(value))",
        remedy: "the value so far is \(shown(old))")
    }
    switch old {
    case .mapping: throw wrong("keys below '\(key)'")
    case .sequence:
      guard case .sequence = value else { throw wrong("a list") }
      return value
    default: break
    }
    guard case .scalar(let scalar) = value else { throw wrong("a single value") }
    switch kind(of: old) {
    case .whole:
      guard let number = wholeNumber(scalar.string) else { throw wrong("a whole number") }
      return Node(String(number))
    case .real:
      guard let number = Double(scalar.string), number.isFinite else { throw wrong("a number") }
      // Most settings are of single precision, and none has a use for more.
      guard Float(number).isFinite else { throw wrong("a number below 3.4e38") }
      return Node("\(number)")
    case .truth:
      switch scalar.string.lowercased() {
      case "true", "yes", "on": return Node("true")
      case "false", "no", "off": return Node("false")
      default: throw wrong("true or false")
      }
    case .text:
      return Node(scalar.string, Tag(.str), .doubleQuoted)
    }
  }

  /// Writes numbers in the fewest digits that give them back: 0.1 and not 1.00000001490116e-1.
  static func plainNumbers(_ node: Node) -> Node {
    switch node {
    case .mapping(var mapping):
      for key in Array(mapping.keys) {
        if let value = mapping[key] { mapping[key] = plainNumbers(value) }
      }
      return .mapping(mapping)
    case .sequence(var sequence):
      for place in sequence.indices { sequence[place] = plainNumbers(sequence[place]) }
      return .sequence(sequence)
    case .scalar(let scalar):
      guard Int(scalar.string) == nil, let value = Double(scalar.string),
        kind(of: node) == .real
      else { return node }
      let single = Float(value)
      // A single-precision value comes from the encoder with 15 digits.
      let isSingle = abs(Double(single) - value) <= abs(value) * 1e-14
      return Node(isSingle ? "\(single)" : "\(value)")
    default: return node
    }
  }

  private enum Kind { case whole, real, truth, text }

  private static func kind(of node: Node) -> Kind {
    guard case .scalar(let scalar) = node else { return .text }
    if scalar.style == .doubleQuoted || scalar.style == .singleQuoted { return .text }
    if scalar.string == "true" || scalar.string == "false" { return .truth }
    if Int(scalar.string) != nil { return .whole }
    return Double(scalar.string) != nil ? .real : .text
  }

  /// Accepts `200000`, `2e5` and `200_000`.
  private static func wholeNumber(_ text: String) -> Int? {
    let plain = text.replacing("_", with: "")
    if let number = Int(plain) { return number }
    guard let real = Double(plain) else { return nil }
    return Int(exactly: real)
  }

  private static func shown(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar): "'\(scalar.string)'"
    case .sequence: "a list"
    case .mapping: "a group of keys"
    case .alias: "an alias"
    }
  }
}
