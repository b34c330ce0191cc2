/// Doubles with a name and a shape, as a checkpoint keeps them.
public struct NamedArray: Hashable, Sendable, Codable {
  /// A path such as `search/mean`.
  public var name: String
  /// Extents, whose product is the number of values; empty for a scalar.
  public var shape: [Int]
  /// Row-major values.
  public var values: [Double]

  /// Creates a named array.
  public init(_ name: String, _ shape: [Int], _ values: [Double]) {
    self.name = name
    self.shape = shape
    self.values = values
  }

  private enum CodingKeys: String, CodingKey {
    case name, shape, bits
  }

  /// Reads the values' bit patterns, so that text formats keep every bit, infinities included.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    shape = try container.decode([Int].self, forKey: .shape)
    values = try container.decode([UInt64].self, forKey: .bits).map(Double.init(bitPattern:))
  }

  /// Writes the values' bit patterns.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(shape, forKey: .shape)
    try container.encode(values.map(\.bitPattern), forKey: .bits)
  }
}

/// An integer with a name, as a checkpoint keeps it.
public struct NamedInteger: Hashable, Sendable, Codable {
  /// A path such as `search/generation`.
  public var name: String
  /// The value.
  public var value: Int

  /// Creates a named integer.
  public init(_ name: String, _ value: Int) {
    self.name = name
    self.value = value
  }
}

/// All that a search or a training must keep to go on bit for bit: arrays and integers by name.
///
/// Arrays keep every bit where they are stored as 64-bit floats (safetensors `F64`).
public struct SavedState: Hashable, Sendable, Codable {
  /// The arrays, in a fixed order.
  public var arrays: [NamedArray]
  /// The integers, in a fixed order.
  public var integers: [NamedInteger]

  /// Creates a state of its parts.
  public init(arrays: [NamedArray] = [], integers: [NamedInteger] = []) {
    self.arrays = arrays
    self.integers = integers
  }

  /// Adds a part under a prefix, such as `search/`.
  mutating func append(_ part: SavedState, under prefix: String) {
    arrays += part.arrays.map { NamedArray(prefix + $0.name, $0.shape, $0.values) }
    integers += part.integers.map { NamedInteger(prefix + $0.name, $0.value) }
  }

  /// The part whose names begin with a prefix, the prefix taken off.
  func part(under prefix: String) -> SavedState {
    SavedState(
      arrays: arrays.filter { $0.name.hasPrefix(prefix) }.map {
        NamedArray(String($0.name.dropFirst(prefix.count)), $0.shape, $0.values)
      },
      integers: integers.filter { $0.name.hasPrefix(prefix) }.map {
        NamedInteger(String($0.name.dropFirst(prefix.count)), $0.value)
      })
  }

  /// The integer of a name, checked against a range.
  func integer(_ name: String, in range: ClosedRange<Int> = 0...Int.max)
    throws(ControllerError) -> Int
  {
    guard let value = integers.first(where: { $0.name == name })?.value else {
      throw Self.failure(name, "the integer is missing")
    }
    guard range.contains(value) else {
      throw Self.failure(name, "\(value) lies outside \(range)")
    }
    return value
  }

  /// The values of an array, checked against its shape; nil in `shape` takes any extent.
  ///
  /// - Parameter finite: whether NaN and infinities are refused.
  func array(_ name: String, shape: [Int?], finite: Bool = true)
    throws(ControllerError) -> [Double]
  {
    guard let found = arrays.first(where: { $0.name == name }) else {
      throw Self.failure(name, "the array is missing")
    }
    let expected = shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
    let fits =
      found.shape.count == shape.count
      && zip(found.shape, shape).allSatisfy { $1 == nil || $0 == $1 }
      && found.shape.allSatisfy { $0 >= 0 }
    guard fits, found.values.count == found.shape.reduce(1, *) else {
      throw Self.failure(
        name, "shape \(found.shape) with \(found.values.count) values, expected [\(expected)]")
    }
    guard !finite || found.values.allSatisfy(\.isFinite) else {
      throw Self.failure(name, "a value is not finite")
    }
    return found.values
  }

  static func failure(_ name: String, _ cause: String) -> ControllerError {
    ControllerError(
      operation: "restore", place: name, cause: cause,
      remedy: "use a checkpoint of the same configuration, or start anew")
  }
}
