import EnvironmentKit

/// The actions of an episode, one after the other: indices, or rows of components.
public struct ActionSequence: Hashable, Sendable {
  /// Components of a row; 0 where actions are indices.
  public let width: Int
  /// One per step; empty where actions are rows.
  public private(set) var indices: [Int32] = []
  /// `[step, component]`; empty where actions are indices.
  public private(set) var rows: [Float] = []

  /// Creates an empty sequence for the actions of a space.
  public init(of space: ActionSpace) { width = space.rowWidth }

  /// Creates a sequence of indices.
  public init(_ indices: [Int32]) {
    width = 0
    self.indices = indices
  }

  /// Creates a sequence of rows.
  ///
  /// - Parameters:
  ///   - rows: `[step, component]`.
  ///   - width: components of a row, 1 or more.
  public init(rows: [Float], width: Int) {
    precondition(
      width >= 1 && rows.count % width == 0,
      "ActionSequence: \(rows.count) components are no rows of \(width)")
    self.width = width
    self.rows = rows
  }

  /// Number of actions.
  public var count: Int { width == 0 ? indices.count : rows.count / width }

  /// The action of a step.
  public subscript(step: Int) -> ActionValue {
    width == 0 ? .index(indices[step]) : .row(Array(rows[step * width..<(step + 1) * width]))
  }

  /// Appends the action of one slot of a batch.
  ///
  /// - Precondition: the actions are of this sequence's kind.
  public mutating func append(_ slot: Int, of actions: ActionBuffer) {
    switch actions {
    case .indices(let buffer) where width == 0: indices.append(buffer[slot])
    case .rows(let buffer) where width > 0:
      rows.append(contentsOf: buffer[slot * width..<(slot + 1) * width])
    default:
      preconditionFailure("ActionSequence.append: indices and rows do not go together")
    }
  }

  mutating func removeFirst(_ count: Int) {
    if width == 0 { indices.removeFirst(count) } else { rows.removeFirst(count * width) }
  }

  mutating func removeAll() {
    indices.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
  }
}

extension ActionSequence: ExpressibleByArrayLiteral {
  /// A sequence of indices.
  public init(arrayLiteral indices: Int32...) { self.init(indices) }
}
