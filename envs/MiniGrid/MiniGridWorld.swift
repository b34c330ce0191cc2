import EnvironmentKit
import Randomness

/// A MiniGrid world of one task.
///
/// Rewards are computed as the library does, in double precision, and rounded once to `Float`.
package struct MiniGridWorld<Task: MiniGridTask>: World {
  package typealias Action = MiniGridAction

  /// The grid, the agent and the random stream.
  package private(set) var level: MiniGrid.Level
  package let specification: WorldSpecification
  private let observer: MiniGrid.Observer
  private var task: Task

  /// Makes the world; its first level is that of seed 0.
  package init(_ id: String, _ task: Task, observation: ObservationKind) {
    self.task = task
    observer = MiniGrid.Observer(observation, missionPlaces: Task.missionPlaces)
    level = MiniGrid.Level(
      width: task.width, height: task.height, maximumSteps: task.maximumSteps,
      seesThroughWalls: Task.seesThroughWalls)
    specification = WorldSpecification(
      id: id, observation: observer.space(width: task.width, height: task.height),
      maximumSteps: task.maximumSteps,
      rewardRange: task.rewardRange, facts: Task.facts, stepsPerSecond: 10,
      aspectRatio: Double(task.width) / Double(task.height))
    reset(seed: 0)
  }

  package mutating func reset(seed: UInt64?) {
    if let seed { level.random = RandomStream(seed: seed) }
    level.clear()
    task.generate(&level)
  }

  package mutating func step(_ action: MiniGridAction) -> Step {
    var action = action
    task.willAct(&action, in: &level)
    let (reward, terminated) = level.act(action)
    var step = Step(
      reward: Float(reward), terminated: terminated,
      truncated: level.stepCount >= level.maximumSteps)
    task.didAct(action, in: &level, &step)
    return step
  }

  package func observe(into writer: inout ObservationWriter) {
    observer.write(level, into: &writer)
    observer.writeWords(of: task, into: &writer)
  }

  package func facts(into values: UnsafeMutableBufferPointer<Float>) {
    task.writeFacts(of: level, into: values)
  }

  package func draw(into canvas: Canvas) { level.draw(into: canvas) }

  package var mission: String { task.mission }
}

/// A MiniGrid world whose task is not known, opened for inspection.
package protocol InspectableMiniGrid: World where Action == MiniGridAction {
  /// The grid, the agent and the random stream.
  var level: MiniGrid.Level { get }
}

extension MiniGridWorld: InspectableMiniGrid {}
