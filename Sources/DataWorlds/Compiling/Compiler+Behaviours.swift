import EnvironmentKit
import Yams

// What moves by itself.
extension Compiler {
  static let moveKeys = [
    "walk", "wander", "chase", "flee", "every", "chance", "edge", "lasts", "becomes",
  ]

  /// Reads the behaviours once all kinds are known.
  func readMoves() {
    for (kind, node) in pendingMoves where kind < parts.kinds.count {
      guard let section = Section(node, "'move'", keys: Self.moveKeys, problems) else { continue }
      if parts.kinds[kind].object == "agent" {
        problems.report(
          node, "the agent cannot move by itself", "leave 'move' out; actions move it")
        continue
      }
      parts.kinds[kind].behaviour = behaviour(section)
    }
    pendingMoves = []
  }

  private func behaviour(_ section: Section) -> Behaviour {
    var result = Behaviour()
    let ways = ["walk", "wander", "chase", "flee"].filter { section[$0] != nil }
    if ways.count > 1 || ways.isEmpty && section["lasts"] == nil {
      _ = section.onlyOne(
        of: ["walk", "wander", "chase", "flee"],
        "write one of them, such as {chase: agent, every: 2}, or 'lasts'")
    }
    switch ways.first {
    case "walk":
      result.rule = .walk
      result.heading = section["walk"].flatMap { heading($0) } ?? .right
    case "wander": result.rule = .wander
    case "chase":
      result.rule = .chase
      result.targets = section["chase"].flatMap { kinds($0) } ?? KindSet()
    case "flee":
      result.rule = .flee
      result.targets = section["flee"].flatMap { kinds($0) } ?? KindSet()
    default: result.rule = .still
    }
    if let node = section["every"] {
      result.period = UInt8(constant(node, "'every'", in: 1...255) ?? 1)
    }
    if let node = section["chance"] { result.chance = probability(node) ?? 1 }
    if let node = section["edge"],
      let word = problems.word(node, "edge", among: ["stop", "wrap", "bounce", "vanish"])
    {
      result.edge =
        word == "wrap" ? .wrap : word == "bounce" ? .bounce : word == "vanish" ? .vanish : .stop
    }
    readLifetime(section, &result)
    return result
  }

  private func readLifetime(_ section: Section, _ result: inout Behaviour) {
    if let node = section["lasts"] {
      result.lifetime = Int32(constant(node, "'lasts'", in: 1...10_000) ?? 0)
    }
    guard let node = section["becomes"] else { return }
    if section["lasts"] == nil {
      problems.report(node, "'becomes' without 'lasts'", "write 'lasts: 5' beside it")
    }
    result.after = kind(node) ?? 0
    if result.after != 0 { appearing.insert(Int(result.after)) }
  }

  /// A direction by its name.
  func heading(_ node: Node) -> Heading? {
    problems.word(node, "direction", among: Heading.names).flatMap { Heading(name: $0) }
  }

  /// A number from 0 to 1, or a parameter of such a value.
  func probability(_ node: Node) -> Double? {
    let text = node.scalar?.string ?? ""
    let value = Double(text) ?? constants.first { $0.name == text }?.value
    if let value, (0...1).contains(value) { return value }
    problems.report(
      node, "'\(text)' is no probability", "write a number or a parameter from 0 to 1")
    return nil
  }
}
