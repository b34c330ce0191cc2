/// Where the agent can get to.
extension WorldState {
  /// Whether the agent can walk to things of some kinds without passing what is solid.
  ///
  /// - Parameters:
  ///   - kinds: what is to be reached, be it solid or not.
  ///   - passable: what does not stand in the way although it is solid now.
  ///   - all: whether all of them must be reached, rather than one.
  func reaches(
    _ kinds: KindSet, through passable: KindSet?, all: Bool = false, _ program: Program
  ) -> Bool {
    guard agentX >= 0 else { return false }
    let reached = walked(through: passable, program).andBeside(program)
    for y in 0..<program.height {
      for x in 0..<program.width where has(kinds, at: y &* program.width &+ x, program) {
        let isReached = reached.contains(x, y)
        if isReached != all { return isReached }
      }
    }
    return all
  }

  /// The cells in which the agent can stand, its own among them whatever lies there.
  private func walked(through passable: KindSet?, _ program: Program) -> CellSet {
    let open = passableCells(passable, program)
    var walked = CellSet()
    walked.rows[Int(agentY)] = 1 << UInt64(agentX)
    var last = CellSet()
    while walked != last {
      last = walked
      for y in 0..<program.height { walked.spread(intoRow: y, from: y &- 1, along: open) }
      for y in (0..<program.height).reversed() {
        walked.spread(intoRow: y, from: y &+ 1, along: open)
      }
    }
    return walked
  }

  private func passableCells(_ passable: KindSet?, _ program: Program) -> CellSet {
    var open = CellSet()
    for y in 0..<program.height {
      for x in 0..<program.width where isPassable(y &* program.width &+ x, passable, program) {
        open.rows[y] |= 1 << UInt64(x)
      }
    }
    return open
  }

  private func isPassable(_ cell: Int, _ passable: KindSet?, _ program: Program) -> Bool {
    let start = cell &* program.stride
    for layer in 0..<program.layers {
      let kind = contents[start &+ layer]
      if kind != 0, program.traits.solid.contains(kind), !(passable?.contains(kind) ?? false) {
        return false
      }
    }
    return true
  }
}
