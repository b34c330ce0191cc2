/// How an action enters a network that reads numbers.
///
/// Continuous actions enter as they are, in every encoding.
public enum ActionEncoding: String, Codable, Sendable, Hashable, CaseIterable {
  /// One number an action: 1 for the one that is taken, 0 for the others.
  case oneHot
  /// One number in −1...1: the middle of the action's part, where −1...1 is cut in equal parts.
  ///
  /// Three actions enter as −2/3, 0 and 2/3: World Models' Doom, which cuts one scalar in thirds.
  case parts

  /// Numbers that one action of a space becomes.
  public func size(for space: ActionSpace) -> Int {
    switch (space, self) {
    case (.discrete(let names), .oneHot): names.count
    case (.discrete, .parts): 1
    case (.continuous(let bounds), _): bounds.count
    }
  }

  /// Writes a discrete action.
  ///
  /// - Parameters:
  ///   - index: the action's index, below the number of the space's actions.
  ///   - space: discrete.
  ///   - numbers: `[size(for: space)]`, written.
  public func encode(
    _ index: Int32, of space: ActionSpace, into numbers: UnsafeMutableBufferPointer<Float>
  ) {
    let (count, size, place) = (space.count, size(for: space), Int(index))
    precondition(
      numbers.count >= size && place >= 0 && place < count,
      "ActionEncoding.encode: action \(index) of \(count) into \(numbers.count) numbers; give an index below \(count) and room for \(size)"
    )
    switch self {
    case .oneHot:
      for number in 0..<count { numbers[number] = number == place ? 1 : 0 }
    case .parts:
      numbers[0] = Float(2 * place + 1 - count) / Float(count)
    }
  }

  /// Writes a continuous action: as it is.
  ///
  /// - Parameters:
  ///   - row: the action's components, one a bound of the space.
  ///   - space: continuous.
  ///   - numbers: `[size(for: space)]`, written.
  public func encode(
    _ row: UnsafeBufferPointer<Float>, of space: ActionSpace,
    into numbers: UnsafeMutableBufferPointer<Float>
  ) {
    let size = size(for: space)
    precondition(
      row.count == size && numbers.count >= size,
      "ActionEncoding.encode: \(row.count) components into \(numbers.count) numbers; the space has \(size)"
    )
    for component in 0..<size { numbers[component] = row[component] }
  }

  /// An action as numbers, `[size(for: space)]`.
  public func numbers(of action: ActionValue, in space: ActionSpace) -> [Float] {
    [Float](unsafeUninitializedCapacity: size(for: space)) { numbers, count in
      switch action {
      case .index(let index): encode(index, of: space, into: numbers)
      case .row(let row): row.withUnsafeBufferPointer { encode($0, of: space, into: numbers) }
      }
      count = size(for: space)
    }
  }

  /// Writes the action of one slot of a batch.
  ///
  /// - Parameters:
  ///   - slot: whose action.
  ///   - actions: indices for a discrete space, rows for a continuous one.
  ///   - space: what those who act may do.
  ///   - numbers: `[size(for: space)]`, written.
  public func encode(
    slot: Int, of actions: ActionBuffer, in space: ActionSpace,
    into numbers: UnsafeMutableBufferPointer<Float>
  ) {
    switch actions {
    case .indices(let indices): encode(indices[slot], of: space, into: numbers)
    case .rows(let rows):
      let width = space.count
      encode(
        UnsafeBufferPointer(rebasing: rows[slot * width..<(slot + 1) * width]), of: space,
        into: numbers)
    }
  }
}
