import EnvironmentKit

/// The true quantities, and a rule on them.
extension Breakout {
  private enum FactSlot {
    static let (paddle, ballX, ballY, headingX, headingY, bricks) = (0, 1, 2, 3, 4, 5)
  }

  /// Columns and rows; headings are -1 or 1.
  package static let facts = [
    Fact("paddle"), Fact("ballX"), Fact("ballY"), Fact("headingX", .category),
    Fact("headingY", .category), Fact("bricks"),
  ]

  package func writeFacts(into values: UnsafeMutableBufferPointer<Float>) {
    values[FactSlot.paddle] = Float(paddle)
    values[FactSlot.ballX] = Float(ball.x)
    values[FactSlot.ballY] = Float(ball.y)
    values[FactSlot.headingX] = Float(headingX)
    values[FactSlot.headingY] = Float(headingY)
    values[FactSlot.bricks] = Float(bricks.count)
  }

  /// Goes to where the ball will be in the row above the paddle's, and waits there.
  ///
  /// A rising ball is taken to turn at the lowest row of a whole wall: where it does not, it falls from higher and
  /// leaves time to follow.
  package static func play(_ facts: UnsafeBufferPointer<Float>) -> ArcadeAction {
    let (paddle, y) = (Int(facts[FactSlot.paddle]), Int(facts[FactSlot.ballY]))
    var (x, heading) = (Int(facts[FactSlot.ballX]), Int(facts[FactSlot.headingX]))
    // From row 4 it is as far down again, and the step in which it turns goes sideways only.
    let steps = facts[FactSlot.headingY] > 0 ? lowestRow - 1 - y : y + 1
    for _ in 0..<max(0, steps) {
      if 0..<Cell.side ~= x + heading { x += heading } else { heading.negate() }
    }
    return paddle == x ? .stay : paddle < x ? .right : .left
  }

  /// The ball and the paddle.
  package static func places(_ facts: UnsafeBufferPointer<Float>) -> [Cell] {
    [
      Cell(Int(facts[FactSlot.ballX]), Int(facts[FactSlot.ballY])),
      Cell(Int(facts[FactSlot.paddle]), lowestRow),
    ]
  }
}
