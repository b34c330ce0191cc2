import EnvironmentKit

/// What a compiler gathers for a program.
struct ProgramParts: Sendable {
  /// Cells a side of the largest map.
  static let largestSide = 64

  var id = ""
  /// The file, as it was given.
  var path = ""
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
  /// The line of each command of `steps`.
  var stepLines: [Int32] = []
  /// What becomes of kinds, a row of `KindSet.capacity + 1` an effect.
  var changes: [[UInt8]] = []
  var choices: [UInt8] = []
  var maps: [(cells: [UInt8], start: Int32)] = []
  var requirement: Int32 = -1
  var requirementPlace = SourcePlace()
  var testing = CompiledTests()
  var goals: [Goal] = []
  var passable = KindSet()

  /// Kinds, nothing aside, of which something holds.
  func kinds(_ isWanted: (Kind) -> Bool) -> KindSet {
    KindSet(kinds.indices.filter { $0 > 0 && isWanted(kinds[$0]) })
  }

  /// The rules of each trigger, in the order of the file.
  var rulesByTrigger: [[Rule]] {
    Trigger.allCases.map { trigger in rules.filter { $0.trigger == trigger }.map(\.rule) }
  }

  /// `[cell, heading]`: the cell next to another; -1 outside.
  var neighbours: [Int32] {
    (0..<width * height).flatMap { cell in
      Heading.allCases.map { heading in
        let (x, y) = (cell % width + Int(heading.dx), cell / width + Int(heading.dy))
        return (0..<width).contains(x) && (0..<height).contains(y) ? Int32(y * width + x) : -1
      }
    }
  }

  /// Bytes of the symbols' image.
  var symbolSize: Int {
    let isWhole = view.size == 0
    let seen = isWhole ? width * height : view.size * view.size
    return seen * (view.symbols == .minigrid ? 3 : layers + (isWhole ? 1 : 0))
  }
}
