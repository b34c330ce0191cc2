import EnvironmentKit

/// One variant of a world, compiled: flat tables of plain values, nothing of which ever changes.
final class Program: Sendable {
  let id: String
  let title: String
  let mission: String
  let stepsPerSecond: Double
  let maximumSteps: Int
  let rewardRange: ClosedRange<Float>
  let stepReward: Double
  let width: Int
  let height: Int
  /// Layers that things lie in, the agent not counted.
  let layers: Int
  /// Bytes of a cell: its layers, and one for the agent in observations.
  let stride: Int
  let kinds: [Kind]
  let kindCount: Int
  let agentKind: UInt8
  let actionNames: [String]
  let view: ViewSettings
  let look: WorldLook
  let facts: [(fact: Fact, code: Int32)]
  let variables: [String]
  let variableStarts: Table<Int32>

  let verbs: Table<Verb>
  let code: Table<Instruction>
  /// What kind of expression begins at an instruction.
  let forms: Table<ExpressionForm>
  let rules: Table<Rule>
  /// Where the rules of a trigger begin; one more than there are triggers.
  let triggers: Table<Int32>
  /// `[trigger, kind of subject]`.
  let concerns: Table<Concern>
  /// `[cell, heading]`; -1 outside.
  let neighbours: Table<Int32>
  let effects: Table<Effect>
  let endings: Table<Ending>
  let steps: Table<GenerationStep>
  /// What becomes of kinds, a row of `KindSet.capacity + 1` an effect.
  let changes: Table<UInt8>
  /// Kinds among which commands choose.
  let choices: Table<UInt8>
  /// The cells of each map, one map after the other.
  let maps: Table<UInt8>
  /// Where the agent stands in each map; -1 where the generation places it.
  let starts: Table<Int32>
  let mapCount: Int
  /// By kind.
  let layerOf: Table<UInt8>
  let behaviours: Table<Behaviour>
  let codes: Table<SymbolCode>
  let solid: KindSet
  /// By kind, 1 where it hides what lies behind it.
  let opacities: Table<UInt8>
  let pickable: KindSet
  let movers: KindSet
  let isAgentSolid: Bool
  /// The condition a level must meet; -1 for none.
  let requirement: Int32
  let requirementPlace: (line: Int, column: Int)
  let agentCode: SymbolCode
  let sheets: TileSheets
  let testing: CompiledTests
  let goals: [Goal]
  let passable: KindSet
  /// What the agent sees outside the map; 0 for nothing.
  let outside: UInt8
  /// Bytes of the symbols' image.
  let symbolSize: Int

  var cells: Int { width * height }

  /// What it was made of, so that it can be made again with another view.
  let parts: ProgramParts

  init(_ parts: ProgramParts) {
    self.parts = parts
    id = parts.id
    title = parts.title
    mission = parts.mission
    stepsPerSecond = parts.stepsPerSecond
    maximumSteps = parts.maximumSteps
    rewardRange = parts.rewardRange
    stepReward = parts.stepReward
    width = parts.width
    height = parts.height
    layers = parts.layers
    stride = parts.layers + 1
    kinds = parts.kinds
    kindCount = parts.kinds.count
    agentKind = UInt8(parts.agentKind)
    actionNames = parts.actions.map(\.name)
    view = parts.view
    look = parts.look
    facts = parts.facts
    variables = parts.variables.map(\.name)
    variableStarts = Table(parts.variables.map(\.start))
    verbs = Table(parts.actions.map(\.verb))
    code = Table(parts.code)
    forms = Table(parts.code.indices.map { ExpressionForm(parts.code[$0...]) })
    let sorted = Trigger.allCases.map { trigger in
      parts.rules.filter { $0.trigger == trigger }.map(\.rule)
    }
    rules = Table(sorted.flatMap { $0 })
    triggers = Table(
      (0...sorted.count).map { last in Int32(sorted[..<last].reduce(0) { $0 + $1.count }) })
    concerns = Table(
      sorted.flatMap { rules in parts.kinds.indices.map { Concern(of: $0, in: rules) } })
    neighbours = Table(Self.neighbours(width: parts.width, height: parts.height))
    effects = Table(parts.effects)
    endings = Table(parts.endings)
    steps = Table(parts.steps)
    changes = Table(parts.changes.flatMap { $0 })
    choices = Table(parts.choices)
    maps = Table(parts.maps.flatMap(\.cells))
    starts = Table(parts.maps.map(\.start))
    mapCount = parts.maps.count
    layerOf = Table(parts.kinds.map { UInt8($0.layer) })
    behaviours = Table(parts.kinds.map(\.behaviour))
    codes = Table(parts.kinds.map(\.code))
    func select(_ isWanted: (Kind) -> Bool) -> KindSet {
      KindSet(parts.kinds.indices.filter { $0 > 0 && isWanted(parts.kinds[$0]) })
    }
    solid = select(\.isSolid)
    opacities = Table(
      parts.kinds.indices.map { $0 > 0 && parts.kinds[$0].isOpaque ? 1 : 0 })
    pickable = select(\.isPickable)
    movers = select { $0.behaviour.rule != .none }
    isAgentSolid = parts.kinds[parts.agentKind].isSolid
    agentCode = parts.kinds[parts.agentKind].code
    requirement = parts.requirement
    requirementPlace = parts.requirementPlace
    testing = parts.testing
    goals = parts.goals
    passable = parts.passable
    outside = UInt8(parts.kinds.firstIndex { $0.object == "wall" } ?? 0)
    let isWhole = parts.view.size == 0
    let seen = isWhole ? parts.width * parts.height : parts.view.size * parts.view.size
    symbolSize =
      seen * (parts.view.symbols == .minigrid ? 3 : parts.layers + (isWhole ? 1 : 0))
    sheets = TileSheets(
      kinds: parts.kinds, layers: parts.layers, agentKind: parts.agentKind, look: parts.look)
  }

  deinit {
    variableStarts.free()
    verbs.free()
    code.free()
    forms.free()
    opacities.free()
    concerns.free()
    neighbours.free()
    rules.free()
    triggers.free()
    effects.free()
    endings.free()
    steps.free()
    changes.free()
    choices.free()
    maps.free()
    starts.free()
    layerOf.free()
    behaviours.free()
    codes.free()
  }

  private static func neighbours(width: Int, height: Int) -> [Int32] {
    (0..<width * height).flatMap { cell in
      Heading.allCases.map { heading in
        let (x, y) = (cell % width + Int(heading.dx), cell / width + Int(heading.dy))
        return (0..<width).contains(x) && (0..<height).contains(y) ? Int32(y * width + x) : -1
      }
    }
  }

  /// What a trigger's rules ask of the cell when they are about a kind.
  @inline(__always)
  func concern(of trigger: Trigger, _ subject: UInt8) -> Concern {
    concerns[Int(trigger.rawValue) &* kindCount &+ Int(subject)]
  }

  /// The rules of a trigger, in the order of the file.
  @inline(__always)
  func rules(of trigger: Trigger) -> Range<Int> {
    let index = Int(trigger.rawValue)
    return Int(triggers[index])..<Int(triggers[index + 1])
  }
}

/// What a compiler gathers for a program.
struct ProgramParts {
  var id = ""
  var title = ""
  var mission = ""
  var stepsPerSecond = 10.0
  var maximumSteps = 1
  var rewardRange: ClosedRange<Float> = 0...1
  var stepReward = 0.0
  var width = 1
  var height = 1
  var layers = 1
  /// Kind 0 is nothing.
  var kinds: [Kind] = []
  var agentKind = 0
  var actions: [(name: String, verb: Verb)] = []
  var view = ViewSettings()
  var look = WorldLook()
  var facts: [(fact: Fact, code: Int32)] = []
  var variables: [(name: String, start: Int32)] = []
  var code: [Instruction] = []
  var rules: [(trigger: Trigger, rule: Rule)] = []
  var effects: [Effect] = []
  var endings: [Ending] = []
  var steps: [GenerationStep] = []
  var changes: [[UInt8]] = []
  var choices: [UInt8] = []
  var maps: [(cells: [UInt8], start: Int32)] = []
  var requirement: Int32 = -1
  var requirementPlace = (line: 1, column: 1)
  var testing = CompiledTests()
  var goals: [Goal] = []
  var passable = KindSet()
}
