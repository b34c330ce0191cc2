/// Moves one latent dimension after the other through its range and back, the same way each time.
///
/// From its start a dimension rises to 3, falls to −3 and returns, at even speed; then comes the next. Codes go through
/// all of their values.
package struct LatentSweep: Hashable, Sendable {
  /// Steps that one dimension takes.
  package static let stepsPerDimension = 24
  /// Where a number turns: three standard deviations of the prior.
  package static let turningPoints: ClosedRange<Float> = -3...3

  /// Where every dimension turns.
  private let turningPoints: ClosedRange<Float>
  /// Steps taken so far.
  package private(set) var step = 0

  /// Begins with the first dimension.
  package init(within turningPoints: ClosedRange<Float> = Self.turningPoints) {
    self.turningPoints = turningPoints
  }

  /// The next step.
  ///
  /// - Parameters:
  ///   - count: dimensions, 1 or more.
  ///   - start: where a dimension starts, by its place in the order.
  /// - Returns: the place of the dimension to move, and its value.
  package mutating func next(of count: Int, from start: (Int) -> Float) -> (
    place: Int, value: Float
  ) {
    defer { step += 1 }
    let place = step / Self.stepsPerDimension % count
    let share = Float(step % Self.stepsPerDimension + 1) / Float(Self.stepsPerDimension)
    return (place, value(from: start(place), at: share))
  }

  /// The value after a share of the way, 0...1.
  package func value(from start: Float, at share: Float) -> Float {
    guard share < 1 else { return start }
    let low = min(turningPoints.lowerBound, start)
    let high = max(turningPoints.upperBound, start)
    let way = share * 2 * (high - low)
    if way <= high - start { return start + way }
    let down = way - (high - start)
    return down <= high - low ? high - down : low + down - (high - low)
  }
}
