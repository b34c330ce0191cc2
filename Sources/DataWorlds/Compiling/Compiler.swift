import EnvironmentKit
import Yams

/// Turns one variant of a file into a program, and reports whatever is wrong on the way.
final class Compiler {
  static let keys = [
    "format", "name", "title", "reference", "mission", "steps", "speed", "idle", "rewards",
    "parameters", "variants", "variables", "actions", "view", "look", "objects", "legend", "maps",
    "size", "generate", "require", "rules", "endings", "facts", "tests",
  ]

  let root: Section
  let problems: ProblemList
  /// Mistakes only where every variant has them, such as rules that can never fire.
  let doubts = ProblemList()
  var parts = ProgramParts()
  var constants: [(name: String, value: Double)] = []
  var palette: [(name: String, color: Color)] = []
  /// Kinds that are somewhere at some time.
  var appearing = KindSet()
  var keyNames: [[String]] = []
  /// Behaviours that are read once all kinds are known.
  var pendingMoves: [(kind: Int, node: Node)] = []
  /// What each rule was read from.
  var ruleSources: [(node: Node, trigger: Trigger)] = []
  /// Whether objects, or actions, or maps could not be read whole: what is lacking later may come of that, and is no
  /// mistake of its own.
  var (hasBrokenObjects, hasBrokenActions, hasBrokenMaps) = (false, false, false)
  /// The same of what characters of maps stand for.
  var hasBrokenLegend = false
  /// Words of objects that could not be read.
  var lostWords: Set<String> = []
  /// Characters of maps that were reported.
  var unknownSigns: Set<Character> = []
  private static let mostVariables = 64
  /// Kinds that rules may take out of the way.
  var changeable = KindSet()

  /// The lines of the file, for the places of characters in maps.
  let sourceLines: [Substring]
  /// The kinds that a word selects, and the words as they came.
  var kindsOfWord: [String: KindSet] = [:]
  var kindWords: [String] = []
  /// Whether some command of the generation puts the agent somewhere.
  private(set) lazy var generatesAgent = root["generate"].map(Self.mentionsAgent) ?? false

  init(_ root: Section, path: String, lines: [Substring]) {
    sourceLines = lines
    self.root = root
    problems = root.problems
    parts.path = path
  }

  /// Compiles a variant.
  ///
  /// - Parameter variant: the variant's keys; nil for a file without variants.
  func compile(_ variant: Variant) -> ProgramParts {
    parts.id = variant.id
    parts.title = root["title"].flatMap { problems.text($0, "the title") } ?? variant.id
    parts.mission = root["mission"].flatMap { problems.text($0, "the mission") } ?? ""
    constants = variant.parameters
    readLook()
    readVariables()
    hasBrokenActions = problems.areReported { readActions() }
    hasBrokenObjects = problems.areReported {
      readObjects()
      readMoves()
    }
    hasBrokenMaps = problems.areReported { readMaps(of: variant) }
    constants += [("width", Double(parts.width)), ("height", Double(parts.height))]
    readNumbers()
    readView()
    readGeneration()
    readRules()
    readEndings()
    readFacts()
    readTests(of: variant)
    checkSense()
    return parts
  }

  private func readNumbers() {
    if let node = root.required("steps", "write 'steps: 100', after which an episode is cut off") {
      parts.maximumSteps = constant(node, "the number of steps", in: 1...1_000_000) ?? 1
    }
    if let node = root["speed"], let speed = problems.number(node, "the speed") {
      if (0.1...60).contains(speed) {
        parts.stepsPerSecond = speed
      } else {
        problems.report(node, "the speed is \(speed)", "write steps a second from 0.1 to 60")
      }
    }
    guard
      let node = root.required("rewards", "write 'rewards: {range: [0, 1]}'"),
      let section = Section(node, "'rewards'", keys: ["range", "step"], problems)
    else { return }
    if let step = section["step"] {
      parts.stepReward = problems.number(step, "the reward of a step") ?? 0
    }
    guard let range = section.required("range", "write 'range: [0, 1]'") else { return }
    let bounds = problems.list(range).compactMap { problems.number($0, "a bound of the reward") }
    if bounds.count == 2, bounds[0] <= bounds[1] {
      parts.rewardRange = Float(bounds[0])...Float(bounds[1])
    } else {
      problems.report(
        range, "the range of rewards is no pair of numbers, the lower one first",
        "write 'range: [0, 1]': the least and greatest reward of a step")
    }
  }

  private func readVariables() {
    guard let node = root["variables"] else { return }
    for (name, key, value) in problems.pairs(
      node, "'variables'", "write 'name: 0'", atMost: Self.mostVariables)
    {
      addVariable(
        name, key,
        start: problems.integer(value, "variable '\(name)'", in: -1_000_000...1_000_000) ?? 0)
    }
  }

  /// Adds a variable and reports a name that cannot be used.
  @discardableResult
  func addVariable(_ name: String, _ node: Node, start: Int = 0) -> Int32? {
    guard Self.isName(name), !ExpressionParser.words.contains(name) else {
      problems.report(
        node, "'\(name)' cannot be the name of a variable",
        "use letters, digits and _, and none of the words of expressions")
      return nil
    }
    if constants.contains(where: { $0.name == name }) {
      problems.report(node, "'\(name)' is a parameter already", "give the variable another name")
      return nil
    }
    if let index = parts.variables.firstIndex(where: { $0.name == name }) { return Int32(index) }
    guard parts.variables.count < Self.mostVariables else {
      problems.report(
        root["generate"] ?? node, "there are more than \(Self.mostVariables) variables",
        "use fewer, those of 'let' and 'index' among them")
      return nil
    }
    parts.variables.append((name, Int32(start)))
    return Int32(parts.variables.count - 1)
  }

  /// Whether a text is made of letters, digits and underscores, the first being a letter.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 40 else { return false }
    func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
    return isLetter(first)
      && text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == 95 }
  }
}
