import EnvironmentKit
import Randomness

/// A ball is kept in play with a paddle and breaks the bricks of a wall: `MinAtar/Breakout-*`.
///
/// # Actions
/// `left` and `right` move the paddle one cell; the others do nothing.
///
/// # Rules
/// The ball goes one cell diagonally in each step, from row 3 at the left or the right edge downwards. Side
/// walls, the ceiling and bricks turn it; a brick breaks, unless the ball broke or lay among bricks in the step
/// before. In the lowest row the paddle turns it upwards where it stands under the ball, and back the way it
/// came where it stands where the ball arrives. When the wall is gone, the next one stands as the ball comes
/// to the lowest row.
///
/// # Reward
/// 1 per brick.
///
/// # Episode end
/// Terminated when the ball passes the paddle. The library sets no limit; here an episode is truncated after
/// 10,000 steps.
///
/// # Source
/// minatar 1.0.15, Breakout: same seed, same game.
package struct Breakout: ArcadeGame {
  package static let name = "Breakout"
  package static let channels = ["paddle", "ball", "trail", "brick"]
  package static let usefulActions: [ArcadeAction] = [.stay, .left, .right]

  static let wall = CellSet(columns: 0..<Cell.side, rows: 1..<4)
  static let lowestRow = Cell.side - 1

  /// The paddle's column.
  var paddle = 0
  var ball = Cell(0, 0)
  /// Where the ball was before.
  var trail = Cell(0, 0)
  /// Cells per step: -1 or 1 each.
  var headingX = 1
  var headingY = 1
  var bricks = CellSet.empty
  /// Whether the ball met a brick in the step before.
  private var isAmongBricks = false

  package init() {}

  package mutating func start(_ random: inout MersenneTwister) {
    let fromRight = random.integers(in: 0..<2) == 1
    ball = Cell(fromRight ? Cell.side - 1 : 0, 3)
    trail = ball
    (headingX, headingY) = (fromRight ? -1 : 1, 1)
    paddle = 4
    bricks = Self.wall
    isAmongBricks = false
  }

  package mutating func act(
    _ action: ArcadeAction, ramps: Bool, _ random: inout MersenneTwister
  ) -> Outcome {
    if action == .left { paddle = max(0, paddle - 1) }
    if action == .right { paddle = min(Cell.side - 1, paddle + 1) }
    trail = ball
    return moveBall()
  }

  private mutating func moveBall() -> Outcome {
    var next = Cell(ball.x + headingX, ball.y + headingY)
    var outcome = Outcome()
    var meetsBrick = false
    if !(0..<Cell.side ~= next.x) {
      next.x = ball.x
      headingX.negate()
    }
    if next.y < 0 {
      next.y = 0
      headingY.negate()
    } else if bricks.contains(next) {
      meetsBrick = true
      if !isAmongBricks { outcome.points = breakBrick(&next) }
    } else if next.y == Self.lowestRow {
      outcome.isOver = !returnBall(&next)
    }
    isAmongBricks = meetsBrick
    ball = next
    return outcome
  }

  /// Breaks the brick where the ball would go, which stays in its row and turns.
  private mutating func breakBrick(_ next: inout Cell) -> Int {
    bricks.remove(next)
    next.y = ball.y
    headingY.negate()
    return 1
  }

  /// Whether the paddle sends the ball back from the lowest row.
  private mutating func returnBall(_ next: inout Cell) -> Bool {
    if bricks.isEmpty { bricks = Self.wall }
    guard paddle == ball.x || paddle == next.x else { return false }
    if paddle != ball.x { headingX.negate() }
    headingY.negate()
    next.y = ball.y
    return true
  }

  @inline(__always)
  package func forEachThing(_ body: (_ channel: Int, _ cell: Cell) -> Void) {
    bricks.forEach { body(3, $0) }
    body(2, trail)
    body(1, ball)
    body(0, Cell(paddle, Self.lowestRow))
  }
}
