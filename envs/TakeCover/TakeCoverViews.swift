import EnvironmentKit

/// What a linear controller could be shown in the place of the picture.
extension TakeCover {
  /// Where fireballs are, as one perfect frame shows it; and, in the same numbers, where they will land.
  static let factsViews = [
    FactsView("frame", title: "facts of a frame", count: viewCount) {
      view($0, place: 0, into: $1)
    },
    FactsView("landing", title: "facts of landings", count: viewCount) {
      view($0, place: 2, into: $1)
    },
  ]

  /// Bins of a fireball's offset from the player, of its distance, and of the player's place.
  private static let (offsetBins, distanceBins, placeBins) = (15, 4, 5)
  private static let viewCount = offsetBins * distanceBins + placeBins
  /// Offsets beyond this many cells count as this many.
  private static let farthestOffset: Float = 14

  /// Shares every fireball out among the bins that its offset and its distance lie between, and the player's
  /// place likewise: a table `[offset, distance]`, then `[place]`.
  ///
  /// - Parameter place: which of a fireball's facts is its place: 0 where it is, 2 where it will land.
  private static func view(
    _ facts: UnsafeBufferPointer<Float>, place: Int,
    into view: UnsafeMutableBufferPointer<Float>
  ) {
    view.update(repeating: 0)
    let player = facts[FactSlot.playerPosition]
    for index in 0..<Int(facts[FactSlot.fireballCount]) {
      let slot = FactSlot.firstFireball + FactSlot.perFireball * index
      let offset = facts[slot + place] - player
      let (column, right) = bin(offset, -farthestOffset...farthestOffset, of: offsetBins)
      let (row, beyond) = bin(facts[slot + 1], 0...1, of: distanceBins)
      for (columnOfTwo, columnShare) in [(column, 1 - right), (column + 1, right)] {
        view[columnOfTwo * distanceBins + row] += columnShare * (1 - beyond)
        view[columnOfTwo * distanceBins + row + 1] += columnShare * beyond
      }
    }
    let reach = TakeCoverRules().halfWidth
    let (bin, right) = bin(player, -reach...reach, of: placeBins)
    view[offsetBins * distanceBins + bin] = 1 - right
    view[offsetBins * distanceBins + bin + 1] = right
  }

  /// The lower of the two bins that a value lies between, and the share that the upper one gets.
  private static func bin(
    _ value: Float, _ range: ClosedRange<Float>, of count: Int
  ) -> (index: Int, share: Float) {
    let place =
      (min(max(value, range.lowerBound), range.upperBound) - range.lowerBound)
      / (range.upperBound - range.lowerBound) * Float(count - 1)
    let index = min(Int(place), count - 2)
    return (index, place - Float(index))
  }
}
