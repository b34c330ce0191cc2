import EnvironmentKit
import Randomness

/// A chicken crosses eight lanes of cars: `MinAtar/Freeway-*`.
///
/// # Actions
/// `up` and `down` move the chicken one row, at most every third step; the others do nothing.
///
/// # Rules
/// A car runs around in each of rows 1…8, one cell every 2 to 6 steps, to the left or to the right. One that
/// meets the chicken puts it back into row 9. At row 0 the crossing is done: the chicken starts anew, and all cars
/// change speed and direction.
///
/// # Reward
/// 1 per crossing.
///
/// # Episode end
/// Truncated after 2,501 steps; nothing terminates. (The library has one flag for both.)
///
/// # Source
/// minatar 1.0.15, Freeway: same seed, same game.
package struct Freeway: ArcadeGame {
  package static let name = "Freeway"
  package static let channels =
    ["chicken", "car"] + (1...5).map { "speed\($0)" }
  package static let usefulActions: [ArcadeAction] = [.stay, .up, .down]
  package static let maximumSteps = 2_501

  static let lanes = 8
  /// The chicken's column.
  static let column = 4
  static let restSteps = 3

  /// A car of a lane.
  struct Car: Hashable, Sendable {
    var x = 0
    /// Steps from one move to the next, one less: 1…5, the lowest being the fastest.
    var period = 1
    var goesRight = true
    /// Steps until it moves.
    var timer = 0
    /// Columns per move.
    var heading: Int { goesRight ? 1 : -1 }
  }

  /// The chicken's row.
  var row = 9
  /// Those of rows 1…8.
  var cars = InlineArray<8, Car>(repeating: Car())
  /// Steps until the chicken may move.
  var rest = Self.restSteps

  package init() {}

  package mutating func start(_ random: inout MersenneTwister) {
    self = Freeway()
    changeCars(&random)
  }

  private mutating func changeCars(_ random: inout MersenneTwister) {
    for lane in 0..<Self.lanes { cars[lane].period = random.integers(in: 1..<6) }
    for lane in 0..<Self.lanes {
      cars[lane].goesRight = random.random() >= 0.5
      cars[lane].timer = cars[lane].period
    }
  }

  package mutating func act(
    _ action: ArcadeAction, ramps: Bool, _ random: inout MersenneTwister
  ) -> Outcome {
    var outcome = Outcome()
    if rest == 0, action == .up || action == .down {
      row = action == .up ? max(0, row - 1) : min(9, row + 1)
      rest = Self.restSteps
    }
    if row == 0 {
      outcome.points = 1
      changeCars(&random)
      row = 9
    }
    moveCars()
    rest = max(0, rest - 1)
    return outcome
  }

  private mutating func moveCars() {
    for lane in 0..<Self.lanes {
      hit(lane)
      if cars[lane].timer == 0 {
        cars[lane].timer = cars[lane].period
        cars[lane].x = Self.wrapped(cars[lane].x + cars[lane].heading)
        hit(lane)
      } else {
        cars[lane].timer -= 1
      }
    }
  }

  /// Puts the chicken back where the car of a lane stands on it.
  private mutating func hit(_ lane: Int) {
    if cars[lane].x == Self.column, row == lane + 1 { row = 9 }
  }

  /// A column, what leaves at one edge coming in at the other.
  static func wrapped(_ x: Int) -> Int { x < 0 ? x + Cell.side : x < Cell.side ? x : x - Cell.side }

  @inline(__always)
  package func forEachThing(_ body: (_ channel: Int, _ cell: Cell) -> Void) {
    for lane in 0..<Self.lanes {
      let car = cars[lane]
      body(1 + car.period, Cell(Self.wrapped(car.x - car.heading), lane + 1))
      body(1, Cell(car.x, lane + 1))
    }
    body(0, Cell(Self.column, row))
  }
}
