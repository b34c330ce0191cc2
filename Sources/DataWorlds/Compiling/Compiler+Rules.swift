import EnvironmentKit
import Yams

// Rules, endings and facts.
extension Compiler {
  private static let triggers = Trigger.allCases.map { "\($0)" } + ["meet"]
  private static let ruleKeys = ["on", "by", "into", "action", "if", "do", "also"]

  func readRules() {
    guard let node = root["rules"] else { return }
    for element in problems.list(node).prefix(256) { readRule(element) }
  }

  private func readRule(_ node: Node) {
    guard let section = Section(node, "a rule", keys: Self.ruleKeys, problems) else { return }
    let on = section.required(
      "on", "write 'on: enter' (or \(Self.triggers.joined(separator: ", ")))")
    let name = on.flatMap { problems.word($0, "trigger", among: Self.triggers) }
    var rule = Rule()
    rule.by = section["by"].flatMap { kinds($0) } ?? KindSet([parts.agentKind])
    if let into = section["into"] {
      rule.into = kinds(into) ?? KindSet()
      rule.hasObject = true
    }
    if let node = section["if"] { rule.condition = code(node, "'if'", .rule) ?? -1 }
    if let node = section["also"] { rule.isAlso = problems.flag(node, "'also'") }
    readAction(section, &rule, name)
    rule.effects = Int32(parts.effects.count)
    if let node = section.required("do", "write 'do: move' or a list of effects") {
      for element in problems.list(node).prefix(64) {
        if let effect = effect(element, rule, name) { parts.effects.append(effect) }
      }
    }
    rule.effectCount = Int32(parts.effects.count) - rule.effects
    guard let name else { return }
    add(rule, name, section)
  }

  private func readAction(_ section: Section, _ rule: inout Rule, _ name: String?) {
    guard let node = section["action"] else {
      if name == "act" {
        problems.report(section.node, "a rule on 'act' lacks 'action'", "write 'action: jump'")
      }
      return
    }
    let names = parts.actions.map(\.name)
    if let word = problems.word(node, "action", among: names) {
      rule.action = Int32(names.firstIndex(of: word) ?? 0)
    }
    if name != nil, name != "act" {
      problems.report(node, "'action' is for rules on 'act'", "write 'on: act' or leave it out")
    }
  }

  private func add(_ rule: Rule, _ name: String, _ section: Section) {
    let isOfWorld = name == "tick" || name == "reset"
    if isOfWorld, let node = section["into"] ?? section["by"] {
      problems.report(
        node, "a rule on '\(name)' happens to the world as a whole", "leave 'by' and 'into' out")
    }
    if name == "meet", !rule.hasObject {
      problems.report(section.node, "a rule on 'meet' lacks 'into'", "write 'into: ghost'")
    }
    guard
      let trigger = Trigger.allCases.first(where: { "\($0)" == (name == "meet" ? "enter" : name) })
    else { return }
    parts.rules.append((trigger, rule))
    ruleSources.append((section.node, trigger))
    guard name == "meet" else { return }
    var swapped = rule
    (swapped.by, swapped.into, swapped.isSwapped) = (rule.into, rule.by, true)
    parts.rules.append((trigger, swapped))
    ruleSources.append((section.node, trigger))
  }

  func readEndings() {
    guard let node = root["endings"] else { return }
    for element in problems.list(node).prefix(64) {
      guard
        let section = Section(element, "an ending", keys: ["if", "result", "reward"], problems)
      else { continue }
      let condition = section.required("if", "write 'if: count(coin) == 0'")
      let code = condition.flatMap { self.code($0, "'if'", .world) }
      var ending = Ending(condition: code ?? -1, outcome: .win)
      if let node = section.required("result", "write 'result: win' or 'result: lose'") {
        ending.outcome =
          problems.word(node, "result", among: ["win", "lose"]) == "lose" ? .lose : .win
      }
      if let reward = section["reward"] {
        switch self.reward(reward, .world) {
        case .reward(let amount)?: ending.reward = amount
        case .rewardDecay(let share)?: ending.decay = share
        case .rewardCode(let code)?: ending.rewardCode = code
        default: break
        }
      }
      guard let condition, let code else { continue }
      parts.endings.append(ending)
      if ending.outcome == .win { addGoals(condition, code) }
    }
  }

  /// What must be reached where an episode is won once there is no more of something.
  private func addGoals(_ node: Node, _ start: Int32) {
    let place = (line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    for instruction in parts.code[Int(start)...] {
      switch instruction {
      case .count(let kinds), .at(let kinds), .holds(let kinds):
        parts.goals.append(
          Goal(kinds: kinds, needsAll: false, line: place.line, column: place.column))
      case .countBoth(let first, let second):
        for kinds in [first, second] {
          parts.goals.append(
            Goal(kinds: kinds, needsAll: false, line: place.line, column: place.column))
        }
      case .end: return
      default: break
      }
    }
  }

  /// A number, `decay`, or an expression.
  func reward(_ node: Node, _ setting: Setting) -> Effect? {
    let text = node.scalar?.string ?? ""
    if text == "decay" { return .rewardDecay(1) }
    if let number = Double(text) ?? constants.first(where: { $0.name == text })?.value {
      guard abs(number) <= 1e6 else {
        problems.report(node, "the reward is \(text)", "write a number up to 1000000")
        return nil
      }
      return .reward(number)
    }
    return code(node, "the reward", setting).map { .rewardCode($0) }
  }

  func readFacts() {
    addFact("agentX", [.agentX, .end], .quantity)
    addFact("agentY", [.agentY, .end], .quantity)
    if parts.view.showsDirection { addFact("agentDirection", [.agentDirection, .end], .category) }
    guard let node = root["facts"] else { return }
    for (name, key, value) in problems.pairs(node, "'facts'", "write 'keyX: x(key)'") {
      var expression = value
      var kind = Fact.Kind.quantity
      if value.mapping != nil {
        guard let section = Section(value, "a fact", keys: ["quantity", "category"], problems),
          let word = section.onlyOne(of: ["quantity", "category"], "write 'category: holds(key)'"),
          let inner = section[word]
        else { continue }
        expression = inner
        kind = word == "category" ? .category : .quantity
      }
      guard Self.isName(name), !parts.facts.contains(where: { $0.fact.name == name }) else {
        problems.report(
          key, "'\(name)' cannot be the name of a fact, or stands twice",
          "use letters and digits; agentX, agentY and agentDirection are there already")
        continue
      }
      if let instructions = instructions(expression, "fact '\(name)'", .fact) {
        addFact(name, instructions, kind)
      }
    }
  }

  private func addFact(_ name: String, _ instructions: [Instruction], _ kind: Fact.Kind) {
    parts.facts.append((Fact(name, kind), Int32(parts.code.count)))
    parts.code += instructions
  }
}
