import EnvironmentKit

/// The true quantities, and a rule on them.
extension SpaceInvaders {
  private enum FactSlot {
    static let (cannon, aliens, heading, moveTimer, moveInterval) = (0, 1, 2, 3, 4)
    static let (reload, alienReload, shotX, shotY, firstColumn) = (5, 6, 7, 8, 9)
  }

  /// Columns and rows, steps; `shotX` and `shotY` are the lowest of the aliens' shots, and of each column of the
  /// board `columnNRow` is the row of its lowest alien.
  package static let facts =
    [
      Fact("cannon"), Fact("aliens"), Fact("heading", .category), Fact("stepsUntilMove"),
      Fact("moveInterval"), Fact("reload"), Fact("alienReload"), Fact("shotX"), Fact("shotY"),
    ] + (0..<Cell.side).map { Fact("column\($0)Row") }

  package func writeFacts(into values: UnsafeMutableBufferPointer<Float>) {
    values[FactSlot.cannon] = Float(cannon)
    values[FactSlot.aliens] = Float(aliens.count)
    values[FactSlot.heading] = goesRight ? 1 : -1
    values[FactSlot.moveTimer] = Float(moveTimer)
    values[FactSlot.moveInterval] = Float(moveInterval)
    values[FactSlot.reload] = Float(reload)
    values[FactSlot.alienReload] = Float(alienReload)
    var lowestShot: Cell?
    alienShots.forEach { lowestShot = $0 }
    values[FactSlot.shotX] = lowestShot.map { Float($0.x) } ?? .nan
    values[FactSlot.shotY] = lowestShot.map { Float($0.y) } ?? .nan
    for column in 0..<Cell.side { values[FactSlot.firstColumn + column] = .nan }
    aliens.forEach { values[FactSlot.firstColumn + $0.x] = Float($0.y) }
  }

  /// Keeps out of the way of the lowest shot, else goes to where a shot will meet an alien soonest.
  package static func play(_ facts: UnsafeBufferPointer<Float>) -> ArcadeAction {
    let cannon = Int(facts[FactSlot.cannon])
    if let escape = escape(from: cannon, facts) { return escape }
    var best = (steps: Int.max, column: cannon)
    for column in (0..<Cell.side).sorted(by: { abs($0 - cannon) < abs($1 - cannon) }) {
      let start = max(abs(column - cannon), Int(facts[FactSlot.reload]))
      guard let flight = stepsToHit(from: column, start: start, facts) else { continue }
      if start + flight < best.steps { best = (start + flight, column) }
    }
    if best.column == cannon { return facts[FactSlot.reload] == 0 ? .fire : .stay }
    return best.column < cannon ? .left : .right
  }

  /// A step aside where a shot is about to meet the cannon.
  private static func escape(
    from cannon: Int, _ facts: UnsafeBufferPointer<Float>
  ) -> ArcadeAction? {
    guard !facts[FactSlot.shotX].isNaN else { return nil }
    let (column, stepsLeft) = (
      Int(facts[FactSlot.shotX]), lowestRow - Int(facts[FactSlot.shotY])
    )
    // A held action may stick: two columns and two steps are safe.
    guard stepsLeft <= 3, abs(column - cannon) <= 1 else { return nil }
    if column == cannon { return cannon > Cell.side / 2 ? .left : .right }
    let away: ArcadeAction = column < cannon ? .right : .left
    let isAtEdge = away == .right ? cannon == Cell.side - 1 : cannon == 0
    return isAtEdge ? .stay : away
  }

  /// Steps that a shot flies which is fired from a column some steps from now, or nil where it will miss.
  private static func stepsToHit(
    from column: Int, start: Int, _ facts: UnsafeBufferPointer<Float>
  ) -> Int? {
    var shift = 0
    var fall = 0
    var heading = Int(facts[FactSlot.heading])
    var timer = Int(facts[FactSlot.moveTimer])
    let period = max(1, Int(min(facts[FactSlot.aliens], facts[FactSlot.moveInterval])))
    let occupied = (0..<Cell.side).filter { !facts[FactSlot.firstColumn + $0].isNaN }
    guard let first = occupied.first, let last = occupied.last else { return nil }
    for step in 0..<start + Cell.side {
      if timer == 0 {
        timer = period
        let isAtEdge = heading < 0 ? first + shift == 0 : last + shift == Cell.side - 1
        if isAtEdge { (heading, fall) = (-heading, fall + 1) } else { shift += heading }
      }
      timer -= 1
      guard step >= start else { continue }
      let row = lowestRow - 1 - (step - start)
      let source = column - shift
      guard 0..<Cell.side ~= source, row >= 0 else { continue }
      let lowest = facts[FactSlot.firstColumn + source]
      if !lowest.isNaN, Int(lowest) + fall >= row { return step - start + 1 }
    }
    return nil
  }

  /// The cannon, and the lowest shot.
  package static func places(_ facts: UnsafeBufferPointer<Float>) -> [Cell] {
    let cannon = Cell(Int(facts[FactSlot.cannon]), lowestRow)
    guard !facts[FactSlot.shotX].isNaN else { return [cannon] }
    return [cannon, Cell(Int(facts[FactSlot.shotX]), Int(facts[FactSlot.shotY]))]
  }
}
