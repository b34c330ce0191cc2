/// One named part of an observation.
public struct ObservationField: Hashable, Sendable, Codable {
  /// What the field is called: `image`, `direction`, ...
  public let name: String
  /// Its extents; images are `[height, width, channel]`.
  public let shape: [Int]
  /// Which place of a cell its first extent counts, where it is a grid.
  public let order: GridOrder

  /// Creates a field.
  public init(_ name: String, shape: [Int], order: GridOrder = .rows) {
    precondition(shape.allSatisfy { $0 > 0 }, "field \(name): shape \(shape) has an extent below 1")
    self.name = name
    self.shape = shape
    self.order = order
  }

  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }
}

/// How the cells of a grid follow each other.
public enum GridOrder: String, Hashable, Sendable, Codable {
  /// `[row][column]`, as pictures.
  case rows
  /// `[column][row]`, as MiniGrid's symbols.
  case columns
}

extension ObservationField {
  private enum CodingKeys: CodingKey { case name, shape, order }

  /// Reads a field; one that says nothing of its order is in rows.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    shape = try values.decode([Int].self, forKey: .shape)
    order = try values.decodeIfPresent(GridOrder.self, forKey: .order) ?? .rows
  }

  /// Writes a field, its order where it is not in rows.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(name, forKey: .name)
    try values.encode(shape, forKey: .shape)
    if order != .rows { try values.encode(order, forKey: .order) }
  }
}

/// What an observation consists of: named fields, one after the other in one buffer.
public struct ObservationSpace: Hashable, Sendable, Codable {
  /// The fields in the order in which they are written.
  public let fields: [ObservationField]

  /// Creates a space of the given fields.
  public init(_ fields: [ObservationField]) {
    self.fields = fields
  }

  /// Elements of one observation.
  public var count: Int { fields.reduce(0) { $0 + $1.count } }

  /// The field called `image`, where there is one.
  public var image: ObservationField? { fields.first { $0.name == "image" } }

  /// A space of so many numbers: one field `numbers`, `[count, 4]` bytes, each row a Float32, least byte first.
  public static func numbers(_ count: Int) -> ObservationSpace {
    ObservationSpace([ObservationField("numbers", shape: [count, MemoryLayout<Float>.size])])
  }

  /// How many numbers an observation consists of; nil where it is of bytes.
  public var numberCount: Int? {
    guard fields.count == 1, let count = fields[0].shape.first, self == .numbers(count) else {
      return nil
    }
    return count
  }

  /// Extents of an observation seen as one frame: those of its only field, or `[count]` of several, or of numbers.
  public var frameShape: [Int] {
    numberCount.map { [$0] } ?? (fields.count == 1 ? fields[0].shape : [count])
  }

  /// Extents of the grid that an observation begins with: those of its first field, where they are three; else
  /// empty.
  public var grid: [Int] { fields.first.map { $0.shape.count == 3 ? $0.shape : [] } ?? [] }

  /// How the cells of that grid follow each other.
  public var order: GridOrder { fields.first?.order ?? .rows }

  /// Where the elements of a field lie within an observation.
  public func range(of name: String) -> Range<Int>? {
    var start = 0
    for field in fields {
      if field.name == name { return start..<start + field.count }
      start += field.count
    }
    return nil
  }
}

/// What an agent may do.
public enum ActionSpace: Hashable, Sendable {
  /// One of the named actions, given by index.
  case discrete([String])
  /// A vector; the bounds of each component.
  case continuous([ClosedRange<Float>])

  /// Number of actions, or of components.
  public var count: Int {
    switch self {
    case .discrete(let names): names.count
    case .continuous(let bounds): bounds.count
    }
  }
}

/// An action as a world takes it: an enum of choices, or a vector.
public protocol WorldAction: Sendable {
  /// All that can be chosen.
  static var space: ActionSpace { get }
  /// Creates the action of an index, or nil where there is none.
  init?(index: Int32)
  /// Creates the action of a row of components, or nil where rows are not accepted.
  init?(row: UnsafeBufferPointer<Float>)
}

/// An enum whose cases are the actions, in the order of their raw values from 0.
public protocol DiscreteAction: WorldAction, CaseIterable, RawRepresentable
where RawValue == Int32 {}

extension DiscreteAction {
  /// The names of the cases.
  public static var space: ActionSpace { .discrete(allCases.map { "\($0)" }) }
  /// The case with that raw value.
  @inlinable
  public init?(index: Int32) { self.init(rawValue: index) }
  /// Rows are not accepted.
  public init?(row: UnsafeBufferPointer<Float>) { nil }
}

/// A true quantity of a world, kept so that latents can be probed against it.
public struct Fact: Hashable, Sendable, Codable {
  /// How a fact is to be read.
  public enum Kind: String, Hashable, Sendable, Codable {
    /// A real number: probed by R².
    case quantity
    /// A whole number naming a class, or 0/1: probed by accuracy.
    case category
  }
  /// Lower camel case, with the unit where it is not obvious.
  public let name: String
  /// How it is to be read.
  public let kind: Kind

  /// Creates the description of a fact.
  public init(_ name: String, _ kind: Kind = .quantity) {
    self.name = name
    self.kind = kind
  }
}
