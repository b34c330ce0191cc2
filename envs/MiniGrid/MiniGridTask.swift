import EnvironmentKit

/// What makes one family of MiniGrid a task: how its levels come about, and what counts.
///
/// A value, so that whatever it keeps of an episode is part of a world's snapshot.
package protocol MiniGridTask: Sendable {
  /// The true quantities that `writeFacts` writes, in order.
  static var facts: [Fact] { get }
  /// Whether walls and doors hide nothing.
  static var seesThroughWalls: Bool { get }
  /// The actions that have a meaning of their own here; the library takes the others for one of them.
  static var actions: [MiniGridAction] { get }

  /// Columns of the grid.
  var width: Int { get }
  /// Rows of the grid.
  var height: Int { get }
  /// Steps after which an episode is truncated.
  var maximumSteps: Int { get }
  /// The least and greatest reward of a step.
  var rewardRange: ClosedRange<Float> { get }
  /// What is asked of the agent in this episode, in the library's words.
  var mission: String { get }
  /// Where the mission varies from level to level: for each such place the words that may stand there, as the
  /// placeholders of the library's `MissionSpace`; empty where the mission is always the same.
  static var missionPlaces: [[String]] { get }
  /// Whether nothing but the mission tells which of several things, or rooms, is meant.
  static var missionDecides: Bool { get }
  /// Which of its words stands in a place of the mission in this episode.
  func missionWord(_ place: Int) -> Int

  /// Fills a cleared level and places the agent, drawing numbers in the library's order.
  mutating func generate(_ level: inout MiniGrid.Level)

  /// Comes before the common rules, and may replace the action.
  mutating func willAct(_ action: inout MiniGridAction, in level: inout MiniGrid.Level)

  /// Comes after the common rules, and may change the step's result.
  mutating func didAct(
    _ action: MiniGridAction, in level: inout MiniGrid.Level, _ step: inout Step)

  /// Writes the true values; NaN where one is absent now.
  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>)
}

/// A task in which a step can end the episode badly: into lava, or into an obstacle.
package protocol DeadlyTask: MiniGridTask {}

extension MiniGridTask {
  package static var actions: [MiniGridAction] { MiniGridAction.allCases }
  package var rewardRange: ClosedRange<Float> { 0...1 }
  package var mission: String { "" }
  package static var missionPlaces: [[String]] { [] }
  package static var missionDecides: Bool { false }
  package func missionWord(_ place: Int) -> Int { 0 }
  package mutating func willAct(_ action: inout MiniGridAction, in level: inout MiniGrid.Level) {}
  package mutating func didAct(
    _ action: MiniGridAction, in level: inout MiniGrid.Level, _ step: inout Step
  ) {}
}
