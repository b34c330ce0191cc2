import EnvironmentKit

/// What a player of the arcade may do, with the library's numbers.
package enum ArcadeAction: Int32, DiscreteAction {
  /// Do nothing.
  case stay
  /// One cell to the left.
  case left
  /// One cell up.
  case up
  /// One cell to the right.
  case right
  /// One cell down.
  case down
  /// Shoot.
  case fire
}

/// The actions that an id offers, by index.
package struct ArcadeActionSet: Hashable, Sendable {
  /// Number of actions.
  let count: Int
  /// The action of index i in the four bits from 4·i on, so that a world is copied without counting references.
  private let packed: UInt32

  /// All six: those of `-v0`.
  package static let all = ArcadeActionSet(ArcadeAction.allCases)

  /// Creates a set of at most eight actions.
  package init(_ actions: [ArcadeAction]) {
    precondition(actions.count <= 8, "ArcadeActionSet: \(actions.count) actions; give 8 or fewer")
    count = actions.count
    packed = actions.enumerated().reduce(0) { $0 | UInt32($1.element.rawValue) << (4 * $1.offset) }
  }

  /// The action of an index, or nil where there is none.
  @inline(__always)
  subscript(index: Int32) -> ArcadeAction? {
    guard 0..<Int32(count) ~= index else { return nil }
    return ArcadeAction(rawValue: Int32(packed >> (4 * UInt32(index)) & 0xF))
  }

  /// The index of an action, or nil where it is not offered.
  func index(of action: ArcadeAction) -> Int32? {
    (0..<Int32(count)).first { self[$0] == action }
  }

  /// The names of the actions.
  var space: ActionSpace { .discrete((0..<Int32(count)).compactMap { self[$0] }.map { "\($0)" }) }
}
