/// How rules are found and what they do.
extension WorldState {
  /// Runs the first rule that fits an event, and those after it as long as rules say `also`.
  ///
  /// - Parameter cell: where objects are looked for, the topmost first; nil for events without.
  /// - Returns: whether any rule fitted.
  mutating func fire(
    _ trigger: Trigger, _ event: inout Event, at cell: Int? = nil, action: Int32 = -1,
    _ program: Program
  ) -> Bool {
    let subject = kind(of: event.subject, program)
    guard canFire(trigger, subject, at: cell, program) else { return false }
    var hasFired = false
    for index in program.rules.range(of: trigger) {
      let rule = program.rules.list[index]
      guard rule.by.contains(subject), rule.action < 0 || rule.action == action else { continue }
      guard runIfFitting(rule, &event, cell, program) else { continue }
      hasFired = true
      if !rule.isAlso || outcome != .none { return true }
      // What the rule did may have moved or removed the subject.
      if kind(of: event.subject, program) != subject { return true }
    }
    return hasFired
  }

  /// Whether any rule is about such a subject and what lies in the cell.
  @inline(__always)
  private func canFire(
    _ trigger: Trigger, _ subject: UInt8, at cell: Int?, _ program: Program
  ) -> Bool {
    let concern = program.rules.concern(of: trigger, subject)
    if concern.isFree { return true }
    guard let cell, !concern.into.isEmpty else { return false }
    return has(concern.into, at: cell, program)
  }

  @inline(__always)
  private mutating func runIfFitting(
    _ rule: Rule, _ event: inout Event, _ cell: Int?, _ program: Program
  ) -> Bool {
    guard rule.hasObject else {
      event.object = .nothing
      guard holds(rule.condition, event, program) else { return false }
      run(rule, event, program)
      return true
    }
    guard let cell else { return false }
    for layer in stride(from: program.layers - 1, through: 0, by: -1) {
      let kind = kind(cell, layer, program)
      guard kind != 0, rule.into.contains(kind) else { continue }
      let spot = Event.Spot(
        cell: Int32(truncatingIfNeeded: cell), layer: Int32(truncatingIfNeeded: layer))
      if event.subject.isThing, event.subject.cell == spot.cell, event.subject.layer == spot.layer {
        continue
      }
      event.object = spot
      guard holds(rule.condition, event, program) else { continue }
      run(rule, event, program)
      return true
    }
    guard rule.into.contains(program.agentKind), !event.subject.isAgent,
      isAgent(at: cell, program)
    else { return false }
    event.object = .agent(cell)
    guard holds(rule.condition, event, program) else { return false }
    run(rule, event, program)
    return true
  }

  mutating func run(_ rule: Rule, _ event: Event, _ program: Program) {
    runs &+= 1
    guard runs <= Self.mostRuns else { return stop(.endlessRules, line: rule.line) }
    var event = event
    if rule.isSwapped { (event.subject, event.object) = (event.object, event.subject) }
    let first = Int(rule.effects)
    for index in first..<first &+ Int(rule.effectCount) {
      perform(program.rules.effects[index], &event, program)
    }
    if fault.kind != .none, fault.line == 0 { fault.line = rule.line }
  }

  /// Notes why the episode cannot go on; the first reason stays.
  @inline(never)
  mutating func stop(_ kind: Fault.Kind, line: Int32) {
    if fault.kind == .none { fault = Fault(kind: kind, line: line) }
    outcome = .lose
  }

  /// Runs every rule of a trigger that happens to the world as a whole.
  mutating func runTicks(_ trigger: Trigger, _ program: Program) {
    for index in program.rules.range(of: trigger) where outcome == .none {
      let rule = program.rules.list[index]
      if rule.isForEach {
        runForEach(rule, program)
        continue
      }
      let event = Event(
        subject: .agent(cell(agentX, agentY, program)), heading: heading)
      if holds(rule.condition, event, program) { run(rule, event, program) }
    }
  }

  private mutating func perform(_ effect: Effect, _ event: inout Event, _ program: Program) {
    switch effect {
    case .reward(let amount): reward += worth(amount, event, program)
    case .end(let result): if outcome == .none { outcome = result }
    case .set(let variable, let code):
      variables[Int(variable)] = evaluate(code, event, program)
    case .add(let variable, let code):
      let amount = evaluate(code, event, program)
      guard amount != Arithmetic.absent else { return }
      variables[Int(variable)] = Arithmetic.combine(.add, variables[Int(variable)], amount)
    case .turn(let quarters): turn(event.subject, by: quarters, program)
    case .face(let direction):
      turn(
        event.subject, by: direction &- Int32(heading(of: event.subject, program).rawValue), program
      )
    case .reverse: turn(event.subject, by: 2, program)
    case .teleport(let place):
      if let cell = find(place, event, forLayer: -1, program) { placeAgent(at: cell, program) }
    case .dropHand: dropHand(program)
    default: performOnThings(effect, &event, program)
    }
  }

  private mutating func performOnThings(
    _ effect: Effect, _ event: inout Event, _ program: Program
  ) {
    switch effect {
    case .move: moveSubject(&event, program)
    case .push: push(&event, program)
    case .take:
      guard event.object.isThing, hand == 0 else { return }
      hand = kind(of: event.object, program)
      remove(Int(event.object.cell), Int(event.object.layer), program)
    case .remove(let target):
      let spot = target == .object ? event.object : event.subject
      if spot.isThing { remove(Int(spot.cell), Int(spot.layer), program) }
    case .removeAll(let kinds):
      for index in contents.indices where contents[index] != 0 && kinds.contains(contents[index]) {
        remove(index / program.stride, index % program.stride, program)
      }
    case .become(let target, let table):
      let spot = target == .object ? event.object : event.subject
      guard spot.isThing else { return }
      let row = Int(table) &* (KindSet.capacity + 1)
      let kind = program.rules.changes[row &+ Int(kind(of: spot, program))]
      if kind != 0 { change(Int(spot.cell), Int(spot.layer), to: kind, program) }
    case .spawn(let kind, let place, let direction):
      spawn(kind, place, direction, event, program)
    default: break
    }
  }

  private mutating func moveSubject(_ event: inout Event, _ program: Program) {
    guard event.target >= 0, depth < 64 else { return }
    if event.subject.isAgent {
      guard !has(program.traits.solid, at: Int(event.target), program) else { return }
      moveAgent(to: event.target, event.heading, program)
      event.subject = .agent(cell(agentX, agentY, program))
    } else if event.subject.isThing {
      let layer = Int(event.subject.layer)
      guard kind(of: event.subject, program) != 0,
        isFree(Int(event.target), forLayer: layer, program)
      else { return }
      moveThing(event.subject, to: Int(event.target), event.heading, program)
      event.subject.cell = event.target
    }
  }

  private mutating func push(_ event: inout Event, _ program: Program) {
    guard event.object.isThing, depth < 64, kind(of: event.object, program) != 0,
      let next = neighbour(of: event.object.cell, event.heading, program),
      isFree(next, forLayer: Int(event.object.layer), program)
    else { return }
    moveThing(event.object, to: next, event.heading, program)
    event.object.cell = Int32(truncatingIfNeeded: next)
  }

  private mutating func turn(_ spot: Event.Spot, by quarters: Int32, _ program: Program) {
    if spot.isAgent {
      heading = heading.turned(quarters)
    } else if spot.isThing, let mover = mover(at: Int(spot.cell), kind(of: spot, program)) {
      movers[mover].heading = movers[mover].heading.turned(quarters)
    }
  }

  private mutating func spawn(
    _ kind: UInt8, _ place: Place, _ direction: Int32, _ event: Event, _ program: Program
  ) {
    let layer = Int(program.traits.layerOf[Int(kind)])
    guard let cell = find(place, event, forLayer: layer, program),
      isFree(cell, forLayer: layer, program)
    else { return }
    put(kind, at: cell, heading: drawHeading(direction), program)
  }

  /// The cell of a place; nil where it lies outside or none is free.
  private mutating func find(
    _ place: Place, _ event: Event, forLayer layer: Int, _ program: Program
  ) -> Int? {
    switch place {
    case .start: return startX < 0 ? nil : cell(startX, startY, program)
    case .subject: return event.subject.cell < 0 ? nil : Int(event.subject.cell)
    case .object: return event.object.cell < 0 ? nil : Int(event.object.cell)
    case .point(let x, let y):
      let (x, y) = (evaluate(x, event, program), evaluate(y, event, program))
      return contains(x, y, program) ? cell(x, y, program) : nil
    case .area: return drawCell(place, tries: 64, event, program)
    case .besideSubject, .besideObject, .beside:
      return drawCell(beside: place, event, program)
    }
  }

  /// A free cell beside something, each as likely; draws nothing where there is one at most.
  private mutating func drawCell(
    beside place: Place, _ event: Event, _ program: Program
  ) -> Int? {
    var count = 0
    forEachCell(beside: place, event, program) { _ in count &+= 1 }
    guard count > 0 else { return nil }
    var rest = count == 1 ? 0 : random.integers(in: 0..<count)
    var found: Int?
    forEachCell(beside: place, event, program) { cell in
      if rest == 0 { found = cell }
      rest &-= 1
    }
    return found
  }

  /// The free cells beside something, row after row.
  private func forEachCell(
    beside place: Place, _ event: Event, _ program: Program, _ body: (Int) -> Void
  ) {
    for cell in 0..<program.cells where isEmpty(cell, program) {
      for turn in 0..<4 {
        guard
          let other = neighbour(
            of: Int32(truncatingIfNeeded: cell), Heading.right.turned(Int32(turn)), program)
        else { continue }
        let isBeside =
          switch place {
          case .besideSubject: other == Int(event.subject.cell)
          case .besideObject: other == Int(event.object.cell)
          case .beside(let kinds): has(kinds, at: other, program)
          default: false
          }
        guard isBeside else { continue }
        body(cell)
        break
      }
    }
  }
}
