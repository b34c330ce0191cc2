/// What moves by itself.
extension WorldState {
  /// Moves everything that moves by itself once, the oldest first.
  mutating func moveMovers(_ program: Program) {
    var hasGaps = false
    for index in 0..<moverCount {
      if outcome == .none, movers[index].kind != 0 { move(index, program) }
      if movers[index].kind == 0 { hasGaps = true }
    }
    if hasGaps { compactMovers() }
  }

  private mutating func move(_ index: Int, _ program: Program) {
    movers[index].age &+= 1
    let mover = movers[index]
    let behaviour = program.traits.behaviours[Int(mover.kind)]
    if behaviour.lifetime > 0, mover.age >= behaviour.lifetime {
      let layer = Int(program.traits.layerOf[Int(mover.kind)])
      if behaviour.after == 0 {
        remove(Int(mover.cell), layer, program)
      } else {
        change(Int(mover.cell), layer, to: behaviour.after, program)
      }
      return
    }
    guard behaviour.rule != .still, steps % Int32(mover.period) == 0 else { return }
    switch behaviour.rule {
    case .walk: walk(index, behaviour, program)
    case .wander:
      guard isLucky(behaviour) else { return }
      _ = tryMove(index, Heading.right.turned(Int32(random.integers(in: 0..<4))), program)
    case .chase, .flee: pursue(index, behaviour, program)
    case .none, .still: break
    }
  }

  private mutating func isLucky(_ behaviour: Behaviour) -> Bool {
    behaviour.chance >= 1 || random.random() < behaviour.chance
  }

  private mutating func walk(_ index: Int, _ behaviour: Behaviour, _ program: Program) {
    guard isLucky(behaviour) else { return }
    let mover = movers[index]
    if tryMove(index, mover.heading, program) || movers[index].kind == 0 { return }
    let layer = Int32(program.traits.layerOf[Int(mover.kind)])
    switch behaviour.edge {
    case .stop: break
    case .bounce:
      movers[index].heading = mover.heading.opposite
      _ = tryMove(index, mover.heading.opposite, program)
    case .vanish: remove(Int(mover.cell), Int(layer), program)
    case .wrap:
      guard neighbour(of: mover.cell, mover.heading, program) == nil else { return }
      let target = wrapped(mover.cell, mover.heading, program)
      guard isFree(target, forLayer: Int(layer), program) else { return }
      moveThing(
        Event.Spot(cell: mover.cell, layer: layer), to: target, mover.heading, mover: index, program
      )
    }
  }

  /// The cell at the other side of the map.
  private func wrapped(_ cell: Int32, _ heading: Heading, _ program: Program) -> Int {
    let (x, y) = (Int(cell) % program.width, Int(cell) / program.width)
    return switch heading {
    case .right: y * program.width
    case .left: y * program.width + program.width - 1
    case .down: x
    case .up: (program.height - 1) * program.width + x
    }
  }

  /// Moves a thing one cell; false where something stands in the way.
  private mutating func tryMove(_ index: Int, _ heading: Heading, _ program: Program) -> Bool {
    let mover = movers[index]
    guard let target = neighbour(of: mover.cell, heading, program) else { return false }
    let layer = program.traits.layerOf[Int(mover.kind)]
    let spot = Event.Spot(cell: mover.cell, layer: Int32(layer))
    if !program.rules.range(of: .bump).isEmpty {
      var event = Event(
        subject: spot, heading: heading, target: Int32(truncatingIfNeeded: target))
      if fire(.bump, &event, at: target, program) { return true }
    }
    guard isFree(target, forLayer: Int(layer), program) else { return false }
    movers[index].heading = heading
    moveThing(spot, to: target, heading, mover: index, program)
    return true
  }

  /// Goes towards or away from the nearest of the targets, or anywhere where it is not lucky.
  private mutating func pursue(_ index: Int, _ behaviour: Behaviour, _ program: Program) {
    guard isLucky(behaviour) else {
      _ = tryMove(index, Heading.right.turned(Int32(random.integers(in: 0..<4))), program)
      return
    }
    let goal = nearest(behaviour.targets, to: movers[index].cell, program)
    guard goal >= 0 else { return }
    let width = Int32(truncatingIfNeeded: program.width)
    let here = movers[index].cell
    var (dx, dy) = (goal % width &- here % width, goal / width &- here / width)
    if behaviour.rule == .flee { (dx, dy) = (0 &- dx, 0 &- dy) }
    let across: Heading = dx > 0 ? .right : .left
    let along: Heading = dy > 0 ? .down : .up
    let isAcrossFirst = abs(dx) > abs(dy) || (abs(dx) == abs(dy) && random.random() < 0.5)
    let (first, second) = isAcrossFirst ? (across, along) : (along, across)
    let hasSecond = isAcrossFirst ? dy != 0 : dx != 0
    if (dx != 0 || dy != 0), tryMove(index, first, program) { return }
    if hasSecond, movers[index].kind != 0 { _ = tryMove(index, second, program) }
  }

  /// The nearest cell with a thing of some kinds by steps across and along; -1 where there is none.
  private func nearest(_ kinds: KindSet, to cell: Int32, _ program: Program) -> Int32 {
    if kinds.contains(program.agentKind), agentX >= 0 {
      return Int32(truncatingIfNeeded: self.cell(agentX, agentY, program))
    }
    let width = Int32(truncatingIfNeeded: program.width)
    var best = Int32(-1)
    var bestWay = Int32.max
    for (index, kind) in contents.elements.enumerated() where kind != 0 && kinds.contains(kind) {
      let other = Int32(truncatingIfNeeded: index / program.stride)
      let way = abs(other % width &- cell % width) &+ abs(other / width &- cell / width)
      if way < bestWay { (best, bestWay) = (other, way) }
    }
    return best
  }
}
