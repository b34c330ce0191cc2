/// What dreams may start from; each start is made when an episode first begins at it.
public final class DreamStarts {
  /// Number of starts, 1 or more.
  public let count: Int
  private let make: (Int) -> any Sendable
  private var made: [Int: any Sendable] = [:]

  /// Describes starts.
  ///
  /// - Parameters:
  ///   - count: 1 or more.
  ///   - make: gives the start of a number, always the same, as `WorldModel.starts(at:count:)` makes it.
  public init(count: Int, make: @escaping (Int) -> any Sendable) {
    precondition(count >= 1, "DreamStarts: \(count) starts; give 1 or more")
    (self.count, self.make) = (count, make)
  }

  /// Starts that are there already.
  public convenience init(_ starts: [any Sendable]) {
    self.init(count: starts.count) { starts[$0] }
  }

  /// The start of a number below `count`.
  subscript(number: Int) -> any Sendable {
    if let known = made[number] { return known }
    let start = make(number)
    made[number] = start
    return start
  }
}
