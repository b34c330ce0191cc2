/// How all that swims moves on, and what it meets.
extension Seaquest {
  /// Moves the submarine's shots and takes away what they hit.
  mutating func moveShots(_ outcome: inout Outcome) {
    var index = 0
    while index < shots.count {
      shots[index].cell.x += shots[index].heading
      let cell = shots[index].cell
      let isSpent =
        !cell.isOnBoard || Self.remove(cell, from: &fish, &outcome)
        || Self.remove(cell, from: &enemies, &outcome)
      if isSpent { shots.remove(at: index) } else { index += 1 }
    }
  }

  /// Whether an enemy in a cell was there to be taken away.
  private static func remove(
    _ cell: Cell, from list: inout ShortList<32, Swimmer>, _ outcome: inout Outcome
  ) -> Bool {
    guard let index = list.indices.first(where: { list[$0].cell == cell }) else { return false }
    list.remove(at: index)
    outcome.points += 1
    return true
  }

  /// Takes divers on board and moves the others.
  mutating func moveDivers() {
    var index = 0
    while index < divers.count {
      if rescues(divers[index]) || !moveDiver(index) {
        divers.remove(at: index)
      } else {
        index += 1
      }
    }
  }

  /// Whether a diver is still to be rescued after his move.
  private mutating func moveDiver(_ index: Int) -> Bool {
    guard Self.move(&divers[index], interval: Self.diverMoveInterval) else { return true }
    return divers[index].cell.isOnBoard && !rescues(divers[index])
  }

  private mutating func rescues(_ diver: Swimmer) -> Bool {
    guard diver.cell == submarine.cell, crew < Self.fullCrew else { return false }
    crew += 1
    return true
  }

  /// Moves the enemies' submarines and lets them shoot.
  mutating func moveEnemies(_ outcome: inout Outcome) {
    var index = 0
    while index < enemies.count {
      guard var enemy = moved(enemies[index], &outcome) else {
        enemies.remove(at: index)
        continue
      }
      if enemy.reload == 0 { enemyShots.append(enemy) }
      enemy.reload = enemy.reload == 0 ? Self.enemyReloadSteps : enemy.reload - 1
      enemies[index] = enemy
      index += 1
    }
  }

  mutating func moveFish(_ outcome: inout Outcome) {
    var index = 0
    while index < fish.count {
      guard let one = moved(fish[index], &outcome) else {
        fish.remove(at: index)
        continue
      }
      fish[index] = one
      index += 1
    }
  }

  /// An enemy after its move, or nil where it is gone; one that meets the submarine ends the game.
  private mutating func moved(_ enemy: Swimmer, _ outcome: inout Outcome) -> Swimmer? {
    var enemy = enemy
    if enemy.cell == submarine.cell { outcome.isOver = true }
    guard Self.move(&enemy, interval: moveInterval) else { return enemy }
    guard enemy.cell.isOnBoard else { return nil }
    if enemy.cell == submarine.cell { outcome.isOver = true }
    guard let shot = shots.indices.first(where: { shots[$0].cell == enemy.cell }) else {
      return enemy
    }
    shots.remove(at: shot)
    outcome.points += 1
    return nil
  }

  mutating func moveEnemyShots(_ outcome: inout Outcome) {
    var index = 0
    while index < enemyShots.count {
      if enemyShots[index].cell == submarine.cell { outcome.isOver = true }
      enemyShots[index].cell.x += enemyShots[index].heading
      guard enemyShots[index].cell.isOnBoard else {
        enemyShots.remove(at: index)
        continue
      }
      if enemyShots[index].cell == submarine.cell { outcome.isOver = true }
      index += 1
    }
  }

  /// Whether a swimmer's time to move had come.
  private static func move(_ swimmer: inout Swimmer, interval: Int8) -> Bool {
    guard swimmer.moveTimer == 0 else {
      swimmer.moveTimer -= 1
      return false
    }
    swimmer.moveTimer = interval
    swimmer.cell.x += swimmer.heading
    return true
  }
}
