import EnvironmentKit
import Randomness

extension DataWorldFile {
  /// Makes levels of every variant and reports what cannot be generated or reached.
  ///
  /// A goal is what a rule wins by, or what the condition of a won ending names. It is out of reach where
  /// only what stays solid for good lies around it; what rules can move, open or take away does not count.
  ///
  /// - Parameter count: levels a variant.
  /// - Returns: one mistake a goal, with the number of levels it concerns.
  public func checkLevels(_ count: Int = 50) -> [WorldProblem] {
    let problems = ProblemList()
    for program in programs {
      var failed: [(seed: Int, fault: Fault)] = []
      var unreached = [[Int]](repeating: [], count: program.parts.goals.count)
      var state = WorldState(program)
      for seed in 0..<count {
        state.random = RandomStream(seed: UInt64(seed))
        guard state.makeLevel(program) else {
          failed.append((seed, state.fault))
          if state.fault.kind == .noLevel { continue }
          break
        }
        for (index, goal) in program.parts.goals.enumerated()
        where !Self.isInReach(goal, state, program) {
          unreached[index].append(seed)
        }
      }
      if let first = failed.first {
        problems.add(Self.problem(program, failed.count, of: count, first.seed, first.fault))
      }
      for (goal, seeds) in zip(program.parts.goals, unreached) {
        guard let first = seeds.first else { continue }
        problems.add(Self.problem(goal, program, seeds.count, of: count, first))
      }
    }
    return problems.sorted
  }

  private static func isInReach(_ goal: Goal, _ state: WorldState, _ program: Program) -> Bool {
    // What is not there yet may come: a rule spawns it.
    guard goal.kinds.kinds.contains(where: { $0 != Int(program.agentKind) && state.counts[$0] > 0 })
    else { return true }
    return state.reaches(goal.kinds, through: program.parts.passable, all: goal.needsAll, program)
  }

  /// Levels that cannot be made: the line of 'require' or of the command that fails.
  private static func problem(
    _ program: Program, _ count: Int, of levels: Int, _ seed: Int, _ fault: Fault
  ) -> WorldProblem {
    let place =
      fault.line > 0
      ? SourcePlace(line: Int(fault.line), column: 1) : program.parts.requirementPlace
    let cause =
      fault.kind == .noLevel
      ? "\(count) of \(levels) levels cannot be made (seed \(seed))"
      : "\(fault.cause) (seed \(seed))"
    return WorldProblem(
      line: place.line, column: place.column, cause: "\(program.id): \(cause)",
      remedy: fault.remedy)
  }

  private static func problem(
    _ goal: Goal, _ program: Program, _ count: Int, of levels: Int, _ seed: Int
  ) -> WorldProblem {
    let names = goal.kinds.kinds.prefix(3).map { "'\(program.kinds[$0].name)'" }
    return WorldProblem(
      line: goal.place.line, column: goal.place.column,
      cause: "\(program.id): \(names.joined(separator: ", ")) is out of reach on \(count) of "
        + "\(levels) levels (first on seed \(seed))",
      remedy: "open a way on the map, or write 'require: reachable(…)'")
  }
}
