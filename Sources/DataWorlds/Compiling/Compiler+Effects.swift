import EnvironmentKit
import Files
import Yams

// What rules do.
extension Compiler {
  private static let effectWords = [
    "move", "push", "take", "remove", "drop", "reverse", "win", "lose",
  ]
  private static let effectKeys = [
    "become", "subject", "remove", "spawn", "set", "add", "reward", "end", "teleport", "turn",
    "face",
  ]

  /// One effect: a word, or a key with a value.
  func effect(_ node: Node, _ rule: Rule, _ trigger: String?) -> Effect? {
    if let word = node.scalar?.string { return effect(word: word, node, rule, trigger) }
    guard let mapping = node.mapping, mapping.count == 1, let pair = mapping.first,
      let key = pair.key.scalar?.string
    else {
      problems.report(
        node, "an effect is one word or one 'key: value'",
        "write each on a line of its own: '- reward: 1'")
      return nil
    }
    guard Self.effectKeys.contains(key) else {
      problems.report(
        pair.key, "there is no effect '\(key)'",
        NearestName.hint(key, among: Self.effectKeys + Self.effectWords))
      return nil
    }
    return effect(key, pair.value, rule, trigger)
  }

  private func effect(word: String, _ node: Node, _ rule: Rule, _ trigger: String?) -> Effect? {
    switch word {
    case "move", "push", "take", "remove":
      if word != "move" { needsObject(node, word, rule) }
      if word == "move", let trigger, trigger != "bump", trigger != "enter", trigger != "act" {
        problems.report(
          node, "'move' in a rule on '\(trigger)'", "use it on 'bump', where something wants to go")
      }
      if word != "move" { changeable = changeable.union(rule.objects) }
      return word == "move"
        ? .move : word == "push" ? .push : word == "take" ? .take : .remove(.object)
    case "drop": return .dropHand
    case "reverse": return .reverse
    case "win", "lose":
      addGoal(rule, node, isWin: word == "win")
      return .end(word == "win" ? .win : .lose)
    default:
      problems.report(
        node, "there is no effect '\(word)'",
        NearestName.hint(word, among: Self.effectWords + Self.effectKeys))
      return nil
    }
  }

  private func needsObject(_ node: Node, _ word: String, _ rule: Rule) {
    guard !rule.hasObject, !rule.isForEach else { return }
    problems.report(node, "'\(word)' has no object here", "give the rule an 'into'")
  }

  private func addGoal(_ rule: Rule, _ node: Node, isWin: Bool) {
    guard isWin, rule.hasObject, !rule.into.isEmpty else { return }
    parts.goals.append(Goal(kinds: rule.into, needsAll: false, place: SourcePlace(node)))
  }

  private func effect(_ key: String, _ value: Node, _ rule: Rule, _ trigger: String?) -> Effect? {
    switch key {
    case "reward": return reward(value, .rule).map { .reward($0) }
    case "end":
      guard let word = problems.word(value, "result", among: ["win", "lose"]) else { return nil }
      addGoal(rule, value, isWin: word == "win")
      return .end(word == "win" ? .win : .lose)
    case "set", "add": return assignment(key, value)
    case "become":
      needsObject(value, "become", rule)
      changeable = changeable.union(rule.objects)
      return change(value, rule.objects, .object)
    case "subject":
      if value.scalar?.string == "remove" { return .remove(.subject) }
      return change(value, rule.by, .subject)
    case "remove":
      guard let kinds = kinds(value) else { return nil }
      changeable = changeable.union(kinds)
      return .removeAll(kinds)
    case "spawn": return spawn(value, rule)
    case "teleport": return place(value, "where to").map { .teleport($0) }
    case "turn":
      let words = ["right": Int32(1), "back": 2, "left": 3]
      return problems.word(value, "turn", among: ["left", "right", "back"]).map {
        .turn(words[$0] ?? 0)
      }
    default: return heading(value).map { .face(Int32($0.rawValue)) }
    }
  }

  private func assignment(_ key: String, _ value: Node) -> Effect? {
    guard let mapping = value.mapping, mapping.count == 1, let pair = mapping.first else {
      problems.report(value, "'\(key)' takes one variable", "write '\(key): {score: 1}'")
      return nil
    }
    let names = parts.variables.map(\.name)
    guard let name = problems.word(pair.key, "variable", among: names),
      let variable = names.firstIndex(of: name),
      let code = code(pair.value, "the value", .rule)
    else { return nil }
    return key == "set"
      ? .set(variable: Int32(variable), code: code) : .add(variable: Int32(variable), code: code)
  }

  /// What becomes of each kind: its own object in another state or colour, or another object.
  private func change(_ node: Node, _ from: KindSet, _ target: Effect.Target) -> Effect? {
    guard let text = problems.text(node, "what it becomes"), let wanted = kinds(text, node) else {
      return nil
    }
    var row = [UInt8](repeating: 0, count: KindSet.capacity + 1)
    for old in from.kinds where old < parts.kinds.count {
      let now = parts.kinds[old]
      func isNear(_ kind: Int, _ rank: Int) -> Bool {
        let other = parts.kinds[kind]
        switch rank {
        case 0: return other.object == now.object && other.color == now.color
        case 1: return other.object == now.object && other.state == now.state
        case 2: return other.object == now.object
        default: return true
        }
      }
      let choices = wanted.kinds.filter { $0 != parts.agentKind }
      let found = (0..<4).lazy.compactMap { rank in choices.first { isNear($0, rank) } }.first
      guard let found else {
        problems.report(node, "nothing can become '\(text)'", "name an object, a state or a colour")
        return nil
      }
      row[old] = UInt8(found)
      appearing.insert(found)
    }
    parts.changes.append(row)
    return .become(target, Int32(parts.changes.count - 1))
  }

  private func spawn(_ node: Node, _ rule: Rule) -> Effect? {
    if node.scalar != nil {
      guard let kind = kind(node) else { return nil }
      appearing.insert(Int(kind))
      doubt(spawning: kind, at: .object, rule, node)
      return .spawn(kind: kind, .object, heading: GenerationStep.ownHeading)
    }
    guard
      let section = Section(
        node, "'spawn'", keys: ["what", "at", "in", "beside", "facing"], problems),
      let what = section.required("what", "write 'what: rock'"), let kind = kind(what),
      let place = spawnPlace(section)
    else { return nil }
    appearing.insert(Int(kind))
    doubt(spawning: kind, at: place, rule, node)
    var heading = GenerationStep.ownHeading
    if let node = section["facing"], let found = self.heading(node) {
      heading = Int32(found.rawValue)
    }
    return .spawn(kind: kind, place, heading: heading)
  }

  /// `at: place`, `in: area` or `beside: something`; anywhere without.
  private func spawnPlace(_ section: Section) -> Place? {
    let keys = ["at", "in", "beside"].filter { section[$0] != nil }
    if keys.count > 1 {
      _ = section.onlyOne(of: keys, "leave one of them")
      return nil
    }
    if let at = section["at"] { return place(at, "where") }
    if let node = section["in"] { return area(node, .rule) }
    guard let node = section["beside"] else {
      return .area(x: -1, y: -1, width: -1, height: -1)
    }
    switch node.scalar?.string {
    case "subject": return .besideSubject
    case "object": return .besideObject
    default: return kinds(node).map { .beside($0) }
    }
  }

  /// Doubts a thing that is put where one of its layer lies, and is not taken away before.
  private func doubt(spawning kind: UInt8, at place: Place, _ rule: Rule, _ node: Node) {
    guard case .object = place, !rule.objects.isEmpty else { return }
    let layer = parts.kinds[Int(kind)].layer
    let isTaken = rule.objects.kinds.allSatisfy { parts.kinds[$0].layer == layer }
    let before = parts.effects[Int(rule.effects)...]
    guard isTaken, !before.contains(where: \.mayFreeCell) else { return }
    doubts.report(
      node, "nothing can be spawned here: the object lies in the layer of \(name(of: kind))",
      "write 'remove' before it, or 'become' in its place")
  }

  private func name(of kind: UInt8) -> String { "'\(parts.kinds[Int(kind)].name)'" }

  /// `start`, `subject`, `object`, `anywhere`, `[x, y]` or `[x, y, columns, rows]`.
  private func place(_ node: Node, _ what: String) -> Place? {
    if node.sequence != nil {
      return problems.terms(node).count == 4 ? area(node, .rule) : point(node, .rule)
    }
    switch problems.word(node, "place", among: ["start", "subject", "object", "anywhere"]) {
    case "start": return .start
    case "subject": return .subject
    case "object": return .object
    case "anywhere": return .area(x: -1, y: -1, width: -1, height: -1)
    default: return nil
    }
  }
}
