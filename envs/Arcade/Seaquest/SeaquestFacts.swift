import EnvironmentKit

/// The true quantities, and a rule on them.
extension Seaquest {
  enum FactSlot {
    static let (x, y, heading, air, crew, reload, moveInterval) = (0, 1, 2, 3, 4, 5, 6)
    static let firstEnemy = 7
    /// Column, row, heading, steps until it moves, whether it shoots.
    static let perEnemy = 5
    static let firstShot = firstEnemy + perEnemy * enemySlots
    /// Column, row, heading.
    static let perShot = 3
    static let firstDiver = firstShot + perShot * shotSlots
    /// Column, row, heading, steps until it moves.
    static let perDiver = 4
  }

  /// Places for enemies, for their shots and for divers; what is more is left out.
  static let (enemySlots, shotSlots, diverSlots) = (16, 8, 4)

  /// Columns and rows, steps; headings are -1 or 1.
  ///
  /// Enemies are submarines first, then fish, in the order in which they came.
  package static let facts =
    [
      Fact("x"), Fact("y"), Fact("heading", .category), Fact("air"), Fact("crew"), Fact("reload"),
      Fact("moveInterval"),
    ]
    + (0..<enemySlots).flatMap {
      [
        Fact("enemy\($0)X"), Fact("enemy\($0)Y"), Fact("enemy\($0)Heading", .category),
        Fact("enemy\($0)Timer"), Fact("enemy\($0)Shoots", .category),
      ]
    }
    + (0..<shotSlots).flatMap {
      [Fact("shot\($0)X"), Fact("shot\($0)Y"), Fact("shot\($0)Heading", .category)]
    }
    + (0..<diverSlots).flatMap {
      [
        Fact("diver\($0)X"), Fact("diver\($0)Y"), Fact("diver\($0)Heading", .category),
        Fact("diver\($0)Timer"),
      ]
    }

  package func writeFacts(into values: UnsafeMutableBufferPointer<Float>) {
    values[FactSlot.x] = Float(submarine.cell.x)
    values[FactSlot.y] = Float(submarine.cell.y)
    values[FactSlot.heading] = Float(submarine.heading)
    values[FactSlot.air] = Float(max(0, air))
    values[FactSlot.crew] = Float(crew)
    values[FactSlot.reload] = Float(submarine.reload)
    values[FactSlot.moveInterval] = Float(moveInterval)
    for index in FactSlot.firstEnemy..<values.count { values[index] = .nan }
    for index in enemies.indices { writeEnemy(enemies[index], index, shoots: 1, into: values) }
    for index in fish.indices {
      writeEnemy(fish[index], enemies.count + index, shoots: 0, into: values)
    }
    for index in enemyShots.indices.prefix(Self.shotSlots) {
      write(enemyShots[index], into: values, at: FactSlot.firstShot + FactSlot.perShot * index)
    }
    for index in divers.indices.prefix(Self.diverSlots) {
      let slot = FactSlot.firstDiver + FactSlot.perDiver * index
      write(divers[index], into: values, at: slot)
      values[slot + 3] = Float(divers[index].moveTimer)
    }
  }

  private func writeEnemy(
    _ enemy: Swimmer, _ index: Int, shoots: Float, into values: UnsafeMutableBufferPointer<Float>
  ) {
    guard index < Self.enemySlots else { return }
    let slot = FactSlot.firstEnemy + FactSlot.perEnemy * index
    write(enemy, into: values, at: slot)
    values[slot + 3] = Float(enemy.moveTimer)
    values[slot + 4] = shoots
  }

  private func write(
    _ swimmer: Swimmer, into values: UnsafeMutableBufferPointer<Float>, at slot: Int
  ) {
    values[slot] = Float(swimmer.cell.x)
    values[slot + 1] = Float(swimmer.cell.y)
    values[slot + 2] = Float(swimmer.heading)
  }

  /// The submarine, enemies, shots and divers.
  package static func places(_ facts: UnsafeBufferPointer<Float>) -> [Cell] {
    let slots =
      (0..<enemySlots).map { FactSlot.firstEnemy + FactSlot.perEnemy * $0 }
      + (0..<shotSlots).map { FactSlot.firstShot + FactSlot.perShot * $0 }
      + (0..<diverSlots).map { FactSlot.firstDiver + FactSlot.perDiver * $0 }
    return [Cell(Int(facts[FactSlot.x]), Int(facts[FactSlot.y]))]
      + slots.filter { !facts[$0].isNaN }.map { Cell(Int(facts[$0]), Int(facts[$0 + 1])) }
  }
}
