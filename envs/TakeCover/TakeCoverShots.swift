import EnvironmentKit
import Randomness

/// Monsters and what they throw.
extension TakeCover {
  /// Gives every monster of the episode its place: one in each of equal parts of the far wall, in
  /// an order that fills the wall evenly.
  mutating func placeMonsters() {
    let order: InlineArray<5, Int> = [1, 3, 2, 0, 4]
    let part = 2 * rules.halfWidth / Float(Self.monsterSlots)
    for index in 0..<Self.monsterSlots {
      let center = (Float(order[index]) + 0.5) * part - rules.halfWidth
      monsters[index] = Monster(x: center + Float(stream.uniform(-0.25, 0.25)) * part)
    }
    monsterCount = rules.monsterCount(at: 0)
    for index in 0..<monsterCount { monsters[index].age = 1_000 }
  }

  /// Lets time pass for the monsters, and one more come when it is time.
  mutating func welcomeMonsters() {
    monsterCount = rules.monsterCount(at: stepCount)
    for index in 0..<monsterCount { monsters[index].age += 1 }
  }

  /// Chooses a shot and a monster near to where it will land.
  mutating func prepareShot() {
    let aimed = stream.random() < rules.aimedShare
    let reach = aimed ? rules.aimSpread : rules.halfWidth
    let shot = PreparedShot(
      stepsLeft: rules.windUpSteps, aimed: aimed,
      place: Float(stream.uniform(-1, 1)) * reach, lead: Float(stream.random()),
      flight: stream.integers(in: rules.flightSteps))
    let rank = stream.integers(in: 0..<rules.throwerChoice)
    if let thrower = idleMonster(rank, nearTo: landing(of: shot)) {
      monsters[thrower].shot = shot
    }
  }

  /// Where a shot would land if it were thrown now.
  private func landing(of shot: PreparedShot) -> Float {
    guard shot.aimed else { return shot.place }
    let led = playerX + shot.place + shot.lead * playerVelocity * Float(shot.flight)
    return min(rules.halfWidth, max(-rules.halfWidth, led))
  }

  /// The idle monster that has `rank` idle ones nearer to a place, or else the farthest of them.
  private func idleMonster(_ rank: Int, nearTo place: Float) -> Int? {
    var chosen: Int?
    var bound: Float = -1
    for _ in 0...rank {
      var nearest: (index: Int, gap: Float)?
      for index in 0..<monsterCount where monsters[index].shot == nil {
        let gap = abs(monsters[index].x - place)
        if gap > bound, gap < nearest?.gap ?? .infinity { nearest = (index, gap) }
      }
      guard let nearest else { break }
      chosen = nearest.index
      bound = nearest.gap
    }
    return chosen
  }

  /// Counts down every prepared shot and throws those whose time has come.
  mutating func throwPreparedShots() {
    for index in 0..<monsterCount {
      guard var shot = monsters[index].shot else { continue }
      shot.stepsLeft -= 1
      monsters[index].shot = shot
      if shot.stepsLeft <= 0, fireballCount < Self.fireballSlots {
        throwFireball(shot, from: monsters[index].x)
        monsters[index].shot = nil
      }
    }
  }

  private mutating func throwFireball(_ shot: PreparedShot, from origin: Float) {
    fireballs[fireballCount] = Fireball(
      origin: origin, landing: landing(of: shot), flight: shot.flight, stepsLeft: shot.flight)
    fireballCount += 1
  }

  /// Brings the nearest fireball to the front, the farthest to the end.
  mutating func sortFireballs() {
    for last in 0..<fireballCount {
      let ball = fireballs[last]
      var index = last
      while index > 0, fireballs[index - 1].distance > ball.distance {
        fireballs[index] = fireballs[index - 1]
        index -= 1
      }
      fireballs[index] = ball
    }
  }
}
