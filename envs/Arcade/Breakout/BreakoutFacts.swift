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
  package static func play(_ facts: UnsafeBufferPointer<Float>) -> ArcadeAction {
    let paddle = Int(facts[FactSlot.paddle])
    var (x, heading) = (Int(facts[FactSlot.ballX]), Int(facts[FactSlot.headingX]))
    let (y, falls) = (Int(facts[FactSlot.ballY]), facts[FactSlot.headingY] > 0)
    // Under a rising ball the paddle is where it has to be when something turns it.
    for _ in 0..<(falls ? max(0, lowestRow - 1 - y) : 0) {
      if !(0..<Cell.side ~= x + heading) { heading.negate() } else { x += heading }
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
