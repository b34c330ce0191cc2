import EnvironmentKit
import Randomness

/// An action of a world written as data: a number among those that the file names.
public struct DataAction: WorldAction, Hashable {
  /// Its place in the file's list, from 0.
  public let index: Int

  /// Not known to the type: ask a world for its `actionSpace`.
  public static var space: ActionSpace { .discrete([]) }

  /// The action of an index from 0; a world refuses those that it has not.
  public init?(index: Int32) {
    guard index >= 0 else { return nil }
    self.index = Int(index)
  }

  /// Rows are not accepted.
  public init?(row: UnsafeBufferPointer<Float>) { nil }
}

/// A world written as data: a compiled file, and the state of an episode.
///
/// A value: a copy is a snapshot. `step` and `observe` allocate nothing once tiles are painted.
public struct DataWorld: World {
  /// An action of the file's list.
  public typealias Action = DataAction

  let program: Program
  private(set) var state: WorldState
  /// What this world is.
  public let specification: WorldSpecification
  private let showing: Showing
  private let sheets: TileSheets

  init(_ program: Program, _ sheets: TileSheets, observation: ObservationKind) {
    let program = Showing.program(program, for: observation)
    self.program = program
    self.sheets = sheets
    state = WorldState(program)
    showing = Showing(observation, program, sheets)
    specification = WorldSpecification(
      id: program.id, observation: showing.space,
      maximumSteps: program.maximumSteps, rewardRange: program.parts.rewardRange,
      facts: program.facts.map(\.fact), stepsPerSecond: program.parts.stepsPerSecond,
      aspectRatio: Double(program.width) / Double(program.height))
    reset(seed: 0)
  }

  /// The file's actions.
  public var actionSpace: ActionSpace { .discrete(program.actionNames) }

  /// The action of an index, where the file has so many.
  public func action(index: Int32) -> DataAction? {
    guard index < Int32(truncatingIfNeeded: program.verbs.count) else { return nil }
    return DataAction(index: index)
  }

  /// Starts an episode.
  public mutating func reset(seed: UInt64?) {
    if let seed { state.random = RandomStream(seed: seed) }
    let before = state.random
    state.makeLevel(program)
    // A level that draws nothing must not make every episode the same.
    if seed == nil, state.random == before { _ = state.random.nextUInt64() }
  }

  /// Acts once.
  public mutating func step(_ action: DataAction) -> Step {
    state.step(action.index, program)
    return Step(
      reward: Float(state.reward), terminated: state.outcome != .none,
      truncated: Int(state.steps) >= program.maximumSteps)
  }

  /// All that decides how the episode goes on, time aside: equal ones are one place for a search.
  package var position: some Hashable {
    var position = state
    (position.steps, position.reward) = (0, 0)
    return position
  }

  /// Whether the episode ended well.
  public var isWon: Bool { state.outcome == .win }

  /// Writes the symbols or the picture.
  public func observe(into writer: inout ObservationWriter) {
    showing.write(state, into: &writer, program)
  }

  /// Writes the values of the file's facts.
  public func facts(into values: UnsafeMutableBufferPointer<Float>) {
    var state = state
    for (index, fact) in program.facts.enumerated() {
      let value = state.evaluate(fact.code, .none, program)
      values[index] = value == Arithmetic.absent ? .nan : Float(value)
    }
  }

  /// Draws the whole map.
  public func draw(into canvas: Canvas) { state.draw(into: canvas, sheets, program) }

  /// What of its file keeps it from going on, with the line.
  public var fault: WorldFault? {
    let fault = state.fault
    guard fault.kind != .none else { return nil }
    let line = fault.line > 0 ? ":\(fault.line)" : ""
    return WorldFault(
      cause: "\(program.parts.path)\(line): \(fault.cause)", remedy: fault.remedy)
  }

  /// The file's mission.
  public var mission: String { program.parts.mission }
}
