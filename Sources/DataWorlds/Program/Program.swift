import EnvironmentKit

/// One variant of a world, compiled: flat tables of plain values, nothing of which ever changes.
final class Program: Sendable {
  /// What it was made of, so that it can be made again with another view.
  let parts: ProgramParts
  let maximumSteps: Int
  let stepReward: Double
  let width: Int
  let height: Int
  /// Layers that things lie in, the agent not counted.
  let layers: Int
  /// Bytes of a cell: its layers, and one for the agent in observations.
  let stride: Int
  let kinds: [Kind]
  let agentKind: UInt8
  let agentCode: SymbolCode
  let view: ViewSettings
  let look: WorldLook
  let facts: [(fact: Fact, code: Int32)]
  let traits: KindTables
  let rules: RuleTables
  let generation: GenerationTables
  let variableStarts: Table<Int32>
  let verbs: Table<Verb>
  let code: Table<Instruction>
  /// What kind of expression begins at an instruction.
  let forms: Table<ExpressionForm>
  /// `[cell, heading]`; -1 outside.
  let neighbours: Table<Int32>
  /// What the agent sees outside the map; 0 for nothing.
  let outside: UInt8
  /// Bytes of the symbols' image.
  let symbolSize: Int

  var id: String { parts.id }
  var cells: Int { width * height }
  var actionNames: [String] { parts.actions.map(\.name) }

  init(_ parts: ProgramParts) {
    self.parts = parts
    maximumSteps = parts.maximumSteps
    stepReward = parts.stepReward
    (width, height) = (parts.width, parts.height)
    (layers, stride) = (parts.layers, parts.layers + 1)
    kinds = parts.kinds
    agentKind = UInt8(parts.agentKind)
    agentCode = parts.kinds[parts.agentKind].code
    (view, look) = (parts.view, parts.look)
    facts = parts.facts
    traits = KindTables(parts)
    rules = RuleTables(parts)
    generation = GenerationTables(parts)
    variableStarts = Table(parts.variables.map(\.start))
    verbs = Table(parts.actions.map(\.verb))
    code = Table(parts.code)
    forms = Table(parts.code.indices.map { ExpressionForm(parts.code[$0...]) })
    neighbours = Table(parts.neighbours)
    outside = UInt8(parts.kinds.firstIndex { $0.object == "wall" } ?? 0)
    symbolSize = parts.symbolSize
  }

  /// The same world, seen in a view of another size; 0 shows the whole map.
  func seen(size: Int) -> Program {
    var changed = parts
    changed.view.size = size
    return Program(changed)
  }
}

/// What kinds are like, by their number.
struct KindTables: ~Copyable {
  let layerOf: Table<UInt8>
  let behaviours: Table<Behaviour>
  let codes: Table<SymbolCode>
  /// 1 where it hides what lies behind it.
  let opacities: Table<UInt8>
  let solid: KindSet
  let pickable: KindSet
  let movers: KindSet
  let isAgentSolid: Bool

  init(_ parts: ProgramParts) {
    layerOf = Table(parts.kinds.map { UInt8($0.layer) })
    behaviours = Table(parts.kinds.map(\.behaviour))
    codes = Table(parts.kinds.map(\.code))
    let opaque = parts.kinds(\.isOpaque)
    opacities = Table(parts.kinds.indices.map { opaque.contains(UInt8($0)) ? 1 : 0 })
    solid = parts.kinds(\.isSolid)
    pickable = parts.kinds(\.isPickable)
    movers = parts.kinds { $0.behaviour.rule != .none }
    isAgentSolid = parts.kinds[parts.agentKind].isSolid
  }
}

/// Rules, what they do, and when an episode ends by itself.
struct RuleTables: ~Copyable {
  /// The rules of one trigger after those of another.
  let list: Table<Rule>
  let effects: Table<Effect>
  let endings: Table<Ending>
  /// What becomes of kinds, a row of `KindSet.capacity + 1` an effect.
  let changes: Table<UInt8>
  /// Where the rules of a trigger begin; one more than there are triggers.
  private let starts: Table<Int32>
  /// `[trigger, kind of subject]`.
  private let concerns: Table<Concern>
  private let kindCount: Int

  init(_ parts: ProgramParts) {
    let sorted = parts.rulesByTrigger
    list = Table(sorted.flatMap { $0 })
    effects = Table(parts.effects)
    endings = Table(parts.endings)
    changes = Table(parts.changes.flatMap { $0 })
    starts = Table(
      (0...sorted.count).map { last in Int32(sorted[..<last].reduce(0) { $0 + $1.count }) })
    concerns = Table(
      sorted.flatMap { rules in parts.kinds.indices.map { Concern(of: $0, in: rules) } })
    kindCount = parts.kinds.count
  }

  /// What a trigger's rules ask of the cell when they are about a kind.
  @inline(__always)
  func concern(of trigger: Trigger, _ subject: UInt8) -> Concern {
    concerns[Int(trigger.rawValue) &* kindCount &+ Int(subject)]
  }

  /// The places in `list` of a trigger's rules, in the order of the file.
  @inline(__always)
  func range(of trigger: Trigger) -> Range<Int> {
    let index = Int(trigger.rawValue)
    return Int(starts[index])..<Int(starts[index + 1])
  }
}

/// How levels are made: maps, and the commands that follow.
struct GenerationTables: ~Copyable {
  let steps: Table<GenerationStep>
  /// The line of each command in the file.
  let lines: Table<Int32>
  /// Kinds among which commands choose.
  let choices: Table<UInt8>
  /// The cells of each map, one map after the other.
  let maps: Table<UInt8>
  /// Where the agent stands in each map; -1 where the generation places it.
  let starts: Table<Int32>
  /// The condition a level must meet; -1 for none.
  let requirement: Int32

  init(_ parts: ProgramParts) {
    steps = Table(parts.steps)
    lines = Table(parts.stepLines)
    choices = Table(parts.choices)
    maps = Table(parts.maps.flatMap(\.cells))
    starts = Table(parts.maps.map(\.start))
    requirement = parts.requirement
  }

  /// Maps among which a level draws one.
  var mapCount: Int { starts.count }
}
