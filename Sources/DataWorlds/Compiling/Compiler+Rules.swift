import EnvironmentKit
import Yams

// Rules, endings and facts.
extension Compiler {
  private static let triggers = Trigger.allCases.map { "\($0)" } + ["meet"]
  private static let ruleKeys = [
    "on", "by", "into", "of", "near", "action", "if", "do", "also",
  ]

  func readRules() {
    guard let node = root["rules"] else { return }
    for element in problems.list(node, of: "rules", atMost: 1000) { readRule(element) }
  }

  private func readRule(_ node: Node) {
    guard let section = Section(node, "a rule", keys: Self.ruleKeys, problems) else { return }
    let on = section.required(
      "on", "write 'on: enter' (or \(Self.triggers.joined(separator: ", ")))")
    let name = on.flatMap { problems.word($0, "trigger", among: Self.triggers) }
    var rule = Rule()
    rule.line = Int32(SourcePlace(node).line)
    readKinds(section, &rule)
    if let node = section["if"] { rule.condition = code(node, "'if'", .rule) ?? -1 }
    if let node = section["also"] { rule.isAlso = problems.flag(node, "'also'") }
    readAction(section, &rule, name)
    rule.effects = Int32(parts.effects.count)
    if let node = section.required("do", "write 'do: move' or a list of effects") {
      for element in problems.list(node, of: "effects", atMost: 100) {
        if let effect = effect(element, rule, name) { parts.effects.append(effect) }
      }
    }
    rule.effectCount = Int32(parts.effects.count) - rule.effects
    guard let name else { return }
    add(rule, name, section)
  }

  /// Whom a rule is about: `by` and `into` of an event, `of` and `near` of each thing.
  private func readKinds(_ section: Section, _ rule: inout Rule) {
    rule.isForEach = section["of"] != nil
    rule.by =
      (section["of"] ?? section["by"]).flatMap { kinds($0) } ?? KindSet([parts.agentKind])
    if let node = section[rule.isForEach ? "near" : "into"] {
      rule.into = kinds(node) ?? KindSet()
      rule.hasObject = true
    }
    if !rule.isForEach, let near = section["near"] {
      problems.report(near, "'near' without 'of'", "write 'of: fire' beside it, on 'tick'")
    }
  }

  private func readAction(_ section: Section, _ rule: inout Rule, _ name: String?) {
    guard let node = section["action"] else {
      if name == "act" {
        problems.report(section.node, "a rule on 'act' lacks 'action'", "write 'action: jump'")
      }
      return
    }
    let names = parts.actions.map(\.name)
    if !hasBrokenActions, let word = problems.word(node, "action", among: names) {
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
        node, "a rule on '\(name)' happens to the world as a whole",
        "leave 'by' and 'into' out; 'of' and 'near' run it for each thing")
    }
    if !isOfWorld, let node = section["of"] {
      problems.report(
        node, "'of' is for rules on 'tick' and 'reset'", "write 'by' and 'into', or 'on: tick'")
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
    for element in problems.list(node, of: "endings", atMost: 100) {
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
        ending.reward = self.reward(reward, .world) ?? .fixed(0)
      }
      guard let condition, let code else { continue }
      parts.endings.append(ending)
      if ending.outcome == .win { addGoals(condition, code) }
    }
  }

  /// What must be reached where an episode is won once there is no more of something.
  private func addGoals(_ node: Node, _ start: Int32) {
    for instruction in parts.code[Int(start)...] {
      switch instruction {
      case .count(let kinds), .at(let kinds), .holds(let kinds):
        parts.goals.append(Goal(kinds: kinds, needsAll: false, place: SourcePlace(node)))
      case .countBoth(let first, let second):
        for kinds in [first, second] {
          parts.goals.append(Goal(kinds: kinds, needsAll: false, place: SourcePlace(node)))
        }
      case .end: return
      default: break
      }
    }
  }

  /// A number, `decay`, or an expression, which may be of real numbers.
  func reward(_ node: Node, _ setting: Setting) -> Reward? {
    let text = node.scalar?.string ?? ""
    if text == "decay" { return .decay }
    if let number = Double(text) ?? constants.first(where: { $0.name == text })?.value {
      guard abs(number) <= 1e6 else {
        problems.report(node, "the reward is \(text)", "write a number up to 1000000")
        return nil
      }
      return .fixed(number)
    }
    guard
      let instructions = instructions(node, "the reward", setting, allowsFractions: true),
      let code = append(instructions, node)
    else { return nil }
    return instructions.contains(where: \.isFraction) ? .real(code) : .whole(code)
  }

  func readFacts() {
    addFact("agentX", [.agentX, .end], .quantity, root.node)
    addFact("agentY", [.agentY, .end], .quantity, root.node)
    if parts.view.showsDirection {
      addFact("agentDirection", [.agentDirection, .end], .category, root.node)
    }
    guard let node = root["facts"] else { return }
    let names = Set(parts.facts.map(\.fact.name))
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
      guard Self.isName(name), !names.contains(name) else {
        problems.report(
          key, "'\(name)' cannot be the name of a fact, or stands twice",
          "use letters and digits; agentX, agentY and agentDirection are there already")
        continue
      }
      if let instructions = instructions(expression, "fact '\(name)'", .fact) {
        addFact(name, instructions, kind, value)
      }
    }
  }

  private func addFact(
    _ name: String, _ instructions: [Instruction], _ kind: Fact.Kind, _ node: Node
  ) {
    guard let code = append(instructions, node) else { return }
    parts.facts.append((Fact(name, kind), code))
  }
}
