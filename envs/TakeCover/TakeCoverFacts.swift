import EnvironmentKit

/// The true quantities, for probes and for the rule that plays on them.
extension TakeCover {
  /// Where each fact stands in the buffer.
  enum FactSlot {
    static let playerPosition = 0
    static let playerVelocity = 1
    static let nearestOffset = 2
    static let nearestDistance = 3
    static let nearHalfOffset = 4
    static let fireballCount = 5
    static let monsterCount = 6
    static let firstFireball = 7
    /// Position, distance, landing point, steps until it lands.
    static let perFireball = 4
    static let firstMonster = firstFireball + perFireball * TakeCover.fireballSlots
    static let nearestLandingOffset = firstMonster + TakeCover.monsterSlots
    static let nearHalfLandingOffset = nearestLandingOffset + 1
    static let secondOffset = nearHalfLandingOffset + 1
    static let count = secondOffset + 1
  }

  static let factList: [Fact] =
    [
      Fact("playerPosition"), Fact("playerVelocity"), Fact("nearestOffset"),
      Fact("nearestDistance"), Fact("nearHalfOffset"), Fact("fireballCount", .category),
      Fact("monsterCount", .category),
    ]
    + (0..<fireballSlots).flatMap {
      [
        Fact("fireball\($0)Position"), Fact("fireball\($0)Distance"), Fact("fireball\($0)Landing"),
        Fact("fireball\($0)Steps"),
      ]
    } + (0..<monsterSlots).map { Fact("monster\($0)Position") }
    + [Fact("nearestLandingOffset"), Fact("nearHalfLandingOffset"), Fact("secondOffset")]

  /// Writes positions in cells across the room, distances as shares of a flight, nearest first.
  ///
  /// `nearHalfOffset` is the nearest fireball's offset from the player while it is in the nearer
  /// half of its flight: what he must see to live. `nearestLandingOffset` and `nearHalfLandingOffset` are
  /// the offsets of the place where it will land: what he must know to live long, and no frame shows.
  /// `secondOffset` is the second fireball's.
  public func facts(into values: UnsafeMutableBufferPointer<Float>) {
    precondition(
      values.count >= FactSlot.count,
      "TakeCover.facts: room for \(values.count) of \(FactSlot.count) facts")
    values[FactSlot.playerPosition] = playerX
    values[FactSlot.playerVelocity] = playerVelocity
    let flies = fireballCount > 0
    let isNear = flies && fireballs[0].distance <= 0.5
    values[FactSlot.nearestOffset] = flies ? fireballs[0].x - playerX : .nan
    values[FactSlot.nearestDistance] = flies ? fireballs[0].distance : .nan
    values[FactSlot.nearHalfOffset] = isNear ? fireballs[0].x - playerX : .nan
    values[FactSlot.nearestLandingOffset] = flies ? fireballs[0].landing - playerX : .nan
    values[FactSlot.nearHalfLandingOffset] = isNear ? fireballs[0].landing - playerX : .nan
    values[FactSlot.secondOffset] = fireballCount > 1 ? fireballs[1].x - playerX : .nan
    values[FactSlot.fireballCount] = Float(fireballCount)
    values[FactSlot.monsterCount] = Float(monsterCount)
    for index in 0..<Self.fireballSlots { writeFireball(index, into: values) }
    for index in 0..<Self.monsterSlots {
      values[FactSlot.firstMonster + index] = index < monsterCount ? monsters[index].x : .nan
    }
  }

  private func writeFireball(_ index: Int, into values: UnsafeMutableBufferPointer<Float>) {
    let slot = FactSlot.firstFireball + FactSlot.perFireball * index
    let (ball, flies) = (fireballs[index], index < fireballCount)
    values[slot] = flies ? ball.x : .nan
    values[slot + 1] = flies ? ball.distance : .nan
    values[slot + 2] = flies ? ball.landing : .nan
    values[slot + 3] = flies ? Float(ball.stepsLeft) : .nan
  }
}
