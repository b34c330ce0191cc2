/// One action: an index among choices, or a row of components.
public enum ActionValue: Hashable, Sendable {
  /// The index of a discrete action.
  case index(Int32)
  /// The components of a continuous action.
  case row([Float])

  /// The index of a discrete action; nil for a row.
  public var index: Int32? {
    guard case .index(let index) = self else { return nil }
    return index
  }
}

extension ActionValue: ExpressibleByIntegerLiteral {
  /// The discrete action of an index.
  public init(integerLiteral index: Int32) { self = .index(index) }
}

extension ActionValue: ExpressibleByArrayLiteral {
  /// The continuous action of some components.
  public init(arrayLiteral components: Float...) { self = .row(components) }
}

/// As JSON a whole number, or a list of numbers.
extension ActionValue: Codable {
  /// Reads a number or a list.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let index = try? container.decode(Int32.self) {
      self = .index(index)
    } else {
      self = .row(try container.decode([Float].self))
    }
  }

  /// Writes a number or a list.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .index(let index): try container.encode(index)
    case .row(let components): try container.encode(components)
    }
  }
}

extension DiscreteAction {
  /// The case as an action of a batch.
  public var value: ActionValue { .index(rawValue) }
}

extension ActionSpace {
  /// Components of a row; 0 where actions are choices.
  public var rowWidth: Int {
    if case .continuous(let bounds) = self { bounds.count } else { 0 }
  }

  /// The names of choices; empty where actions are rows.
  public var names: [String] {
    if case .discrete(let names) = self { names } else { [] }
  }

  /// What several actions at once mean, such as those of all keys that are held.
  ///
  /// - Returns: of choices the first; of rows the sum, cut to the bounds; nil of none.
  public func together(_ actions: [ActionValue]) -> ActionValue? {
    guard case .continuous(let bounds) = self, actions.count > 1 else { return actions.first }
    var sum = [Float](repeating: 0, count: bounds.count)
    for case .row(let row) in actions where row.count == sum.count {
      for (component, value) in row.enumerated() { sum[component] += value }
    }
    return .row(zip(sum, bounds).map { min(max($0, $1.lowerBound), $1.upperBound) })
  }

  /// What an action is called: its name, or its components.
  public func name(of action: ActionValue) -> String {
    switch (self, action) {
    case (.discrete(let names), .index(let index)) where names.indices.contains(Int(index)):
      names[Int(index)]
    case (_, .index(let index)): String(index)
    case (_, .row(let components)): components.map { "\($0)" }.joined(separator: " ")
    }
  }

  /// Whether an action is one of this space: an index of a choice, or finite components within bounds.
  public func contains(_ action: ActionValue) -> Bool {
    switch (self, action) {
    case (.discrete(let names), .index(let index)): names.indices.contains(Int(index))
    case (.continuous(let bounds), .row(let components)):
      components.count == bounds.count
        && zip(bounds, components).allSatisfy { $0.contains($1) }
    default: false
    }
  }
}

/// As JSON `{"kind": "discrete", "names": […]}` or `{"kind": "continuous", "bounds": [[low, high], …]}`.
extension ActionSpace: Codable {
  private enum CodingKeys: String, CodingKey { case kind, names, bounds }
  private enum Kind: String, Codable { case discrete, continuous }

  /// Reads a space.
  ///
  /// - Throws: where it offers nothing, or a bound is no finite range.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    switch try fields.decode(Kind.self, forKey: .kind) {
    case .discrete: self = .discrete(try fields.decode([String].self, forKey: .names))
    case .continuous:
      let pairs = try fields.decode([[Float]].self, forKey: .bounds)
      guard pairs.allSatisfy({ $0.count == 2 && $0[0] <= $0[1] && ($0[1] - $0[0]).isFinite })
      else {
        throw DecodingError.dataCorruptedError(
          forKey: .bounds, in: fields, debugDescription: "bounds are pairs of a low and a high")
      }
      self = .continuous(pairs.map { $0[0]...$0[1] })
    }
    guard count > 0 else {
      throw DecodingError.dataCorruptedError(
        forKey: .kind, in: fields, debugDescription: "there is nothing to choose")
    }
  }

  /// Writes the space.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .discrete(let names):
      try fields.encode(Kind.discrete, forKey: .kind)
      try fields.encode(names, forKey: .names)
    case .continuous(let bounds):
      try fields.encode(Kind.continuous, forKey: .kind)
      try fields.encode(bounds.map { [$0.lowerBound, $0.upperBound] }, forKey: .bounds)
    }
  }
}
