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
    return withUnsafeTemporaryAllocation(of: Int32.self, capacity: program.cells * 2) { memory in
      let queue = UnsafeMutableBufferPointer(rebasing: memory[..<program.cells])
      let seen = UnsafeMutableBufferPointer(rebasing: memory[program.cells...])
      seen.update(repeating: 0)
      var (first, last) = (0, 1)
      queue[0] = Int32(truncatingIfNeeded: cell(agentX, agentY, program))
      seen[Int(queue[0])] = 1
      while first < last {
        let here = queue[first]
        first &+= 1
        if !all, has(kinds, at: Int(here), program) { return true }
        guard isPassable(Int(here), passable, program) || first == 1 else { continue }
        for heading in 0..<4 {
          let heading = Heading.right.turned(Int32(heading))
          guard let next = neighbour(of: here, heading, program), seen[next] == 0 else { continue }
          seen[next] = 1
          queue[last] = Int32(truncatingIfNeeded: next)
          last &+= 1
        }
      }
      guard all else { return false }
      for cell in 0..<program.cells where seen[cell] == 0 && has(kinds, at: cell, program) {
        return false
      }
      return true
    }
  }

  private func isPassable(_ cell: Int, _ passable: KindSet?, _ program: Program) -> Bool {
    let start = cell &* program.stride
    for layer in 0..<program.layers {
      let kind = contents[start &+ layer]
      if kind != 0, program.solid.contains(kind), !(passable?.contains(kind) ?? false) {
        return false
      }
    }
    return true
  }
}
