/// Shows the last observations together: each field gets a leading axis, the oldest first.
public struct FrameStack<Base: World>: WorldWrapper {
  /// What stands for observations before the first of an episode.
  public enum Padding: String, Hashable, Sendable, Codable {
    /// The first one.
    case reset
    /// Zeros.
    case zero
  }

  /// The world within.
  public var base: Base
  /// The world's, with stacked fields.
  public let specification: WorldSpecification
  /// Elements of each field of the world within: asking it for its specification may allocate.
  private let fieldCounts: [Int]
  private let count: Int
  private let padding: Padding
  /// A ring of observations.
  private var kept: KeptObservations
  /// Where in the ring the newest is.
  private var newest = 0

  /// Stacks a world's last 1 or more observations.
  public init(_ base: Base, count: Int, padding: Padding = .reset) {
    precondition(count >= 1, "FrameStack: \(count) frames; give 1 or more")
    var specification = base.specification
    kept = KeptObservations(count, of: specification.observation)
    fieldCounts = specification.observation.fields.map(\.count)
    specification.observation = ObservationSpace(
      specification.observation.fields.map {
        ObservationField($0.name, shape: [count] + $0.shape)
      })
    self.base = base
    self.specification = specification
    self.count = count
    self.padding = padding
    begin()
  }

  private mutating func begin() {
    newest = 0
    kept.keep(base)
    for index in 1..<max(1, count) {
      switch padding {
      case .reset: kept.copy(from: 0, to: index)
      case .zero: kept.clear(at: index)
      }
    }
  }

  /// Starts an episode, and the stack anew.
  public mutating func reset(seed: UInt64?) {
    base.reset(seed: seed)
    begin()
  }

  /// Steps, and lets the oldest observation go.
  public mutating func step(_ action: Base.Action) -> Step {
    let result = base.step(action)
    newest = (newest + 1) % count
    kept.keep(base, at: newest)
    return result
  }

  /// Writes field by field, each from the oldest to the newest.
  public func observe(into writer: inout ObservationWriter) {
    kept.bytes.withUnsafeBufferPointer { bytes in
      var start = 0
      for fieldCount in fieldCounts {
        for age in 1...count {
          let place = (newest + age) % count * kept.size + start
          writer.write(count: fieldCount) {
            _ = $0.update(fromContentsOf: bytes[place..<place + fieldCount])
          }
        }
        start += fieldCount
      }
    }
  }
}

extension World {
  /// This world, its last observations shown together.
  public func frameStack(
    _ count: Int, padding: FrameStack<Self>.Padding = .reset
  ) -> FrameStack<Self> { FrameStack(self, count: count, padding: padding) }
}
