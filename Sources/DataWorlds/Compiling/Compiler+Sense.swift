import EnvironmentKit
import Yams

// Rules that mean nothing although they can be read.
extension Compiler {
  func checkSense() {
    parts.passable = changeable
    for kind in parts.kinds.indices
    where parts.kinds[kind].isPickable
      || parts.kinds[kind].behaviour.rule != .none
    {
      parts.passable.insert(kind)
    }
    guard !hasBrokenObjects, !hasBrokenActions, !hasBrokenMaps else { return }
    appearing.insert(parts.agentKind)
    var seen = Set<Int>()
    for (index, (source, rule)) in zip(ruleSources, parts.rules.map(\.rule)).enumerated() {
      guard let reason = reasonNotToFire(index, source.trigger, rule) else {
        seen.insert(index)
        continue
      }
      // A 'meet' can happen in either of two ways.
      let twin = rule.isSwapped ? index - 1 : index + 1
      let hasTwin =
        ruleSources.indices.contains(twin) && ruleSources[twin].node == source.node
        && parts.rules[twin].rule.isSwapped != rule.isSwapped
      if hasTwin, seen.contains(twin) || !rule.isSwapped { continue }
      doubts.report(source.node, "this rule can never fire: \(reason.cause)", reason.remedy)
    }
  }

  private func reasonNotToFire(
    _ index: Int, _ trigger: Trigger, _ rule: Rule
  ) -> (cause: String, remedy: String)? {
    let verbs = parts.actions.map(\.verb)
    func has(_ isWanted: (Verb) -> Bool) -> Bool { verbs.contains(where: isWanted) }
    switch trigger {
    case .use where !has({ if case .use = $0 { true } else { false } }):
      return ("no action does 'use'", "add an action with 'does: use'")
    case .pickup where !has({ if case .pickup = $0 { true } else { false } }):
      return ("no action does 'pickup'", "add an action with 'does: pickup'")
    case .drop where !has({ if case .drop = $0 { true } else { false } }):
      return ("no action does 'drop'", "add an action with 'does: drop'")
    case .tick, .reset:
      if rule.isForEach { return reasonNeverThere(rule) }
    default:
      if rule.by.isEmpty || rule.hasObject && rule.into.isEmpty { return nil }
      if let reason = reasonNeverThere(rule) { return reason }
      if trigger == .enter || trigger == .leave, rule.hasObject,
        rule.into.intersection(appearing).isSubset(of: solid), rule.by.isSubset(of: movable)
      {
        return (
          "\(names(rule.into)) is solid and cannot be entered",
          "write 'on: bump', or leave 'solid' out"
        )
      }
    }
    if rule.condition >= 0 {
      let end = parts.code[Int(rule.condition)...]
      if Arithmetic.value(of: Array(end.prefix(64))) == 0 {
        return ("its condition is always false", "mend the condition, or leave the rule out")
      }
    }
    return shadow(index, trigger, rule)
  }

  private func reasonNeverThere(_ rule: Rule) -> (cause: String, remedy: String)? {
    let wanted = rule.hasObject ? [rule.by, rule.into] : [rule.by]
    let missing = wanted.first { !$0.isEmpty && $0.intersection(appearing).isEmpty }
    return missing.map { ("\(names($0)) never appears", "put it on a map, or spawn it") }
  }

  /// An earlier rule that always comes first.
  private func shadow(
    _ index: Int, _ trigger: Trigger, _ rule: Rule
  ) -> (cause: String, remedy: String)? {
    guard trigger != .tick, trigger != .reset else { return nil }
    for other in 0..<index where ruleSources[other].trigger == trigger {
      let earlier = parts.rules[other].rule
      let covers =
        !earlier.hasObject || rule.hasObject && rule.into.isSubset(of: earlier.into)
      if covers, earlier.condition < 0, !earlier.isAlso, rule.by.isSubset(of: earlier.by),
        earlier.action < 0 || earlier.action == rule.action
      {
        let line = ruleSources[other].node.mark?.line ?? 0
        return (
          "the rule of line \(line) always comes first",
          "put this one before it, or write 'also: true' there"
        )
      }
    }
    return nil
  }

  private var solid: KindSet {
    KindSet(parts.kinds.indices.filter { $0 > 0 && parts.kinds[$0].isSolid })
  }

  /// Things that never share a cell with what is solid.
  private var movable: KindSet { KindSet(parts.kinds.indices.dropFirst()) }

  private func names(_ kinds: KindSet) -> String {
    "'" + kinds.kinds.prefix(3).map { parts.kinds[$0].name }.joined(separator: "', '") + "'"
  }
}
