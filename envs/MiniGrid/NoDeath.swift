import EnvironmentKit

/// What a step into does not end an episode any more, in worlds made by `Catalog.withoutDeath`.
public enum MiniGridDanger: String, Hashable, Sendable, CaseIterable {
  case lava, ball

  fileprivate var kind: MiniGrid.Kind {
    switch self {
    case .lava: .lava
    case .ball: .ball
    }
  }
}

/// A task in which certain cells cost instead of ending the episode; MiniGrid's `NoDeath` wrapper.
///
/// An end that comes while the agent stands on such a cell, or went forward with one ahead, does not
/// count, and the cost is added to the reward of that step.
struct NoDeath<Base: DeadlyTask>: MiniGridTask {
  static var facts: [Fact] { Base.facts }
  static var seesThroughWalls: Bool { Base.seesThroughWalls }
  static var actions: [MiniGridAction] { Base.actions }
  static var missionPlaces: [[String]] { Base.missionPlaces }
  static var missionDecides: Bool { Base.missionDecides }

  private var base: Base
  private let dangers: [MiniGridDanger]
  private let cost: Float
  private var goesIntoDanger = false

  init(_ base: Base, _ dangers: [MiniGridDanger], cost: Float) {
    self.base = base
    self.dangers = dangers
    self.cost = cost
  }

  var width: Int { base.width }
  var height: Int { base.height }
  var maximumSteps: Int { base.maximumSteps }
  var mission: String { base.mission }
  func missionWord(_ place: Int) -> Int { base.missionWord(place) }
  var rewardRange: ClosedRange<Float> {
    let range = base.rewardRange
    return min(
      range.lowerBound, range.lowerBound + cost)...max(
        range.upperBound, range.upperBound + cost)
  }

  private func isDanger(_ cell: MiniGrid.Cell) -> Bool {
    dangers.contains { $0.kind == cell.kind }
  }

  mutating func generate(_ level: inout MiniGrid.Level) { base.generate(&level) }

  mutating func willAct(_ action: inout MiniGridAction, in level: inout MiniGrid.Level) {
    goesIntoDanger = action == .forward && isDanger(level.grid[level.front])
    base.willAct(&action, in: &level)
  }

  mutating func didAct(
    _ action: MiniGridAction, in level: inout MiniGrid.Level, _ step: inout Step
  ) {
    base.didAct(action, in: &level, &step)
    guard step.terminated, goesIntoDanger || isDanger(level.grid[level.agent]) else { return }
    step.terminated = false
    step.reward += cost
  }

  func writeFacts(of level: MiniGrid.Level, into values: UnsafeMutableBufferPointer<Float>) {
    base.writeFacts(of: level, into: values)
  }
}
