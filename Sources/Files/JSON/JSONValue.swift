/// A JSON value whose objects keep the order of their members: the same value gives the same text.
///
/// Numbers are written in the fewest digits that read back to the same number. NaN and the infinities,
/// which JSON does not have, are written as null.
public enum JSONValue: Hashable, Sendable {
  /// Nothing.
  case null
  /// True or false.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// A number.
  case number(Double)
  /// A text.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Named values in order.
  case object([Member])

  /// One named value of an object.
  public struct Member: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: JSONValue

    /// Creates a member.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// A number of single precision, in the fewest digits that give it back as such.
  public init(_ value: Float) {
    self = .number(Double(value.description) ?? Double(value))
  }

  /// The value of a name in an object; setting replaces it in place or appends it, nil removes it.
  public subscript(name: String) -> JSONValue? {
    get {
      guard case .object(let members) = self else { return nil }
      return members.first { $0.name == name }?.value
    }
    set {
      guard case .object(var members) = self else {
        preconditionFailure("JSONValue: '\(name)' set on a value that is no object")
      }
      let place = members.firstIndex { $0.name == name }
      switch (place, newValue) {
      case (let place?, let value?): members[place].value = value
      case (let place?, nil): members.remove(at: place)
      case (nil, let value?): members.append(Member(name, value))
      case (nil, nil): break
      }
      self = .object(members)
    }
  }

  /// The text on one line, without spaces.
  public var line: String {
    var text = ""
    write(to: &text, indentation: nil)
    return text
  }

  /// The text indented by two spaces a level, ending in a new line.
  public var document: String {
    var text = ""
    write(to: &text, indentation: 0)
    return text + "\n"
  }

  private func write(to text: inout String, indentation: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += value.description
    case .number(let value): text += value.isFinite ? value.description : "null"
    case .string(let value): text += jsonQuotedForTerminals(value)
    case .array(let values):
      Self.writeList(values, "[", "]", to: &text, indentation) { value, text, indentation in
        value.write(to: &text, indentation: indentation)
      }
    case .object(let members):
      Self.writeList(members, "{", "}", to: &text, indentation) { member, text, indentation in
        text += jsonQuotedForTerminals(member.name) + (indentation == nil ? ":" : ": ")
        member.value.write(to: &text, indentation: indentation)
      }
    }
  }

  private static func writeList<Element>(
    _ elements: [Element], _ opening: String, _ closing: String, to text: inout String,
    _ indentation: Int?, _ writeElement: (Element, inout String, Int?) -> Void
  ) {
    func newLine(_ level: Int?) -> String {
      level.map { "\n" + String(repeating: "  ", count: $0) } ?? ""
    }
    let inner = indentation.map { $0 + 1 }
    text += opening
    for (index, element) in elements.enumerated() {
      text += (index > 0 ? "," : "") + newLine(inner)
      writeElement(element, &text, inner)
    }
    text += (elements.isEmpty ? "" : newLine(indentation)) + closing
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringInterpolation,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Null.
  public init(nilLiteral: ()) { self = .null }
  /// True or false.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Values in order.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// Named values in the order in which they stand.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map(Member.init))
  }
}
