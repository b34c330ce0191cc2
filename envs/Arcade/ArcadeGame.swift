import EnvironmentKit
import Randomness

/// What an act of a game gave.
package struct Outcome: Hashable, Sendable {
  /// The points of this act.
  var points = 0
  /// Whether the game is over.
  var isOver = false
}

/// A game of MinAtar: its rules, what there is to see, and how it is drawn.
///
/// A value of plain numbers, so that a copy is a snapshot. `random` is drawn from in the library's order.
package protocol ArcadeGame: Sendable {
  /// The name in ids, such as `Breakout`.
  static var name: String { get }
  /// The kinds of things that can be in a cell, in the order of the bit planes.
  static var channels: [String] { get }
  /// The actions that are of use: those of `-v1`.
  static var usefulActions: [ArcadeAction] { get }
  /// Steps after which an episode is truncated.
  static var maximumSteps: Int { get }
  /// The most points of a step.
  static var mostPoints: Int { get }
  /// The true quantities that `writeFacts` writes, in order.
  static var facts: [Fact] { get }

  /// Creates a game, to be started before its first act.
  init()

  /// Starts a game.
  mutating func start(_ random: inout MersenneTwister)

  /// Acts once.
  ///
  /// - Parameter ramps: whether the game grows harder.
  mutating func act(
    _ action: ArcadeAction, ramps: Bool, _ random: inout MersenneTwister
  ) -> Outcome

  /// Hands out every thing that is to be seen, from the back to the front.
  func forEachThing(_ body: (_ channel: Int, _ cell: Cell) -> Void)

  /// Writes the true values; NaN where one is absent now.
  func writeFacts(into values: UnsafeMutableBufferPointer<Float>)

  /// Draws what never changes, over the whole canvas.
  static func drawScenery(_ view: ArcadeView)

  /// Draws everything else.
  func draw(_ view: ArcadeView)

  /// A rule on the facts: how well the game can be played.
  static func play(_ facts: UnsafeBufferPointer<Float>) -> ArcadeAction

  /// Where the things that matter most are, given the facts.
  static func places(_ facts: UnsafeBufferPointer<Float>) -> [Cell]
}

extension ArcadeGame {
  package static var maximumSteps: Int { 10_000 }
  package static var mostPoints: Int { 1 }
}
