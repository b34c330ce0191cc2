/// The best way over the board when what each cell is worth in each step is known: dynamic programming, from the
/// last step back to the first.
struct MovePlan {
  /// Rows that may be entered.
  let rows: ClosedRange<Int>
  /// What a gain is worth a step later.
  let discount: Float = 0.95

  /// Standing still and the four ways to go.
  static let moves: [(action: ArcadeAction, x: Int, y: Int)] = [
    (.stay, 0, 0), (.left, -1, 0), (.right, 1, 0), (.up, 0, -1), (.down, 0, 1),
  ]

  /// What each of `moves` is worth now; −∞ for one that leaves the board.
  ///
  /// - Parameters:
  ///   - worths: by step, what going to each cell is worth then: 100 numbers, row after row.
  ///   - end: what being in a cell is worth after the last step.
  func values(from start: Cell, worths: [[Float]], end: [Float]) -> [Float] {
    var later = end
    for worth in worths.dropFirst().reversed() {
      var value = later
      for y in rows {
        for x in 0..<Cell.side {
          value[y * Cell.side + x] = best(Cell(x, y), worth, later)
        }
      }
      later = value
    }
    return Self.moves.map { self.value(of: $0, from: start, worths[0], later) }
  }

  private func best(_ cell: Cell, _ worth: [Float], _ later: [Float]) -> Float {
    var most = -Float.infinity
    for move in Self.moves { most = max(most, value(of: move, from: cell, worth, later)) }
    return most
  }

  @inline(__always)
  private func value(
    of move: (action: ArcadeAction, x: Int, y: Int), from cell: Cell, _ worth: [Float],
    _ later: [Float]
  ) -> Float {
    let (x, y) = (cell.x + move.x, cell.y + move.y)
    guard 0..<Cell.side ~= x, rows ~= y else { return -.infinity }
    let place = y * Cell.side + x
    return worth[place] + discount * later[place]
  }
}
