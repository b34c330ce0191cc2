/// Rules that run for each of some things rather than for an event.
extension WorldState {
  /// Runs a rule for each thing of its `by`, row after row from the upper left, the agent last.
  ///
  /// Those count that are there when the rule begins: what it makes on the way waits for the next step.
  mutating func runForEach(_ rule: Rule, _ program: Program) {
    for layer in 0..<program.layers {
      let cells = cells(of: rule.by, inLayer: layer, program)
      for y in 0..<program.height where cells.rows[y] != 0 {
        for x in 0..<program.width where cells.contains(x, y) {
          guard outcome == .none else { return }
          let cell = y &* program.width &+ x
          guard rule.by.contains(kind(cell, layer, program)) else { continue }
          let spot = Event.Spot(
            cell: Int32(truncatingIfNeeded: cell), layer: Int32(truncatingIfNeeded: layer))
          run(rule, for: spot, program)
        }
      }
    }
    guard outcome == .none, rule.by.contains(program.agentKind), agentX >= 0 else { return }
    run(rule, for: .agent(cell(agentX, agentY, program)), program)
  }

  private func cells(of kinds: KindSet, inLayer layer: Int, _ program: Program) -> CellSet {
    var cells = CellSet()
    for y in 0..<program.height {
      for x in 0..<program.width {
        let kind = kind(y &* program.width &+ x, layer, program)
        if kind != 0, kinds.contains(kind) { cells.rows[y] |= 1 << UInt64(x) }
      }
    }
    return cells
  }

  /// Runs a rule for one thing: once, or for each thing beside it that the rule looks for.
  private mutating func run(_ rule: Rule, for spot: Event.Spot, _ program: Program) {
    guard rule.hasObject else {
      let event = Event(subject: spot, object: spot, heading: heading(of: spot, program))
      if holds(rule.condition, event, program) { run(rule, event, program) }
      return
    }
    for turn in 0..<4 where outcome == .none {
      let heading = Heading.right.turned(Int32(turn))
      guard let next = neighbour(of: spot.cell, heading, program),
        let object = topmost(of: rule.into, at: next, program)
      else { continue }
      let event = Event(
        subject: spot, object: object, heading: heading,
        target: Int32(truncatingIfNeeded: next))
      if holds(rule.condition, event, program) { run(rule, event, program) }
      // What the rule did may have moved or removed the subject.
      guard rule.by.contains(kind(of: spot, program)) else { return }
    }
  }

  /// The topmost thing of some kinds in a cell, the agent below all.
  private func topmost(of kinds: KindSet, at cell: Int, _ program: Program) -> Event.Spot? {
    for layer in stride(from: program.layers - 1, through: 0, by: -1) {
      let kind = kind(cell, layer, program)
      guard kind != 0, kinds.contains(kind) else { continue }
      return Event.Spot(
        cell: Int32(truncatingIfNeeded: cell), layer: Int32(truncatingIfNeeded: layer))
    }
    return kinds.contains(program.agentKind) && isAgent(at: cell, program) ? .agent(cell) : nil
  }
}
