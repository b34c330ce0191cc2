/// What an action does, and how things move.
extension WorldState {
  /// Takes a step: the action, then what moves by itself, then `tick` rules, then endings.
  mutating func step(_ action: Int, _ program: Program) {
    makeUnique()
    steps &+= 1
    reward = program.stepReward
    (depth, runs) = (0, 0)
    perform(action, program)
    if outcome == .none, moverCount > 0 { moveMovers(program) }
    if outcome == .none { runTicks(.tick, program) }
    if outcome == .none { checkEndings(program) }
    // No reward tells that the episode is worth nothing: the batch then asks for the fault.
    if fault.kind != .none { (reward, outcome) = (.nan, .lose) }
  }

  private mutating func perform(_ action: Int, _ program: Program) {
    let own = cell(agentX, agentY, program)
    var event = Event(subject: .agent(own), heading: heading)
    if !program.rules.range(of: .act).isEmpty {
      event.target = target(program)
      let ahead = event.target < 0 ? nil : Int(event.target)
      let number = Int32(truncatingIfNeeded: action)
      if fire(.act, &event, at: ahead, action: number, program) { return }
    }
    switch program.verbs[action] {
    case .stay: break
    case .turn(let quarters): heading = heading.turned(quarters)
    case .go(let heading):
      self.heading = heading
      walk(program)
    case .goAhead: walk(program)
    case .use: _ = useAhead(.use, program)
    case .pickup: if !useAhead(.pickup, program) { pickUp(program) }
    case .drop: if !useAhead(.drop, program) { dropHand(program) }
    }
  }

  /// The cell ahead of the agent; -1 outside.
  private func target(_ program: Program) -> Int32 {
    let (x, y) = (agentX &+ heading.dx, agentY &+ heading.dy)
    return contains(x, y, program) ? Int32(truncatingIfNeeded: cell(x, y, program)) : -1
  }

  /// Tries to go one cell ahead.
  private mutating func walk(_ program: Program) {
    let target = target(program)
    guard target >= 0 else { return }
    var event = Event(
      subject: .agent(cell(agentX, agentY, program)), heading: heading, target: target)
    if fire(.bump, &event, at: Int(target), program) { return }
    guard !has(program.traits.solid, at: Int(target), program) else { return }
    moveAgent(to: target, heading, program)
  }

  /// Puts the agent into a cell and tells the rules.
  mutating func moveAgent(to target: Int32, _ heading: Heading, _ program: Program) {
    let old = cell(agentX, agentY, program)
    let width = Int32(truncatingIfNeeded: program.width)
    (agentX, agentY) = (target % width, target / width)
    let subject = Event.Spot.agent(Int(target))
    tell(subject, from: old, to: Int(target), heading, program)
  }

  /// Tells the rules that something left one cell and entered another.
  mutating func tell(
    _ subject: Event.Spot, from old: Int, to new: Int, _ heading: Heading, _ program: Program
  ) {
    guard depth < 64 else { return }
    depth &+= 1
    var event = Event(
      subject: subject, heading: heading, target: Int32(truncatingIfNeeded: new))
    if !program.rules.range(of: .leave).isEmpty { _ = fire(.leave, &event, at: old, program) }
    if !program.rules.range(of: .enter).isEmpty {
      event.object = .nothing
      _ = fire(.enter, &event, at: new, program)
    }
    depth &-= 1
  }

  /// Tells the rules that the agent does something with the cell ahead.
  private mutating func useAhead(_ trigger: Trigger, _ program: Program) -> Bool {
    guard !program.rules.range(of: trigger).isEmpty else { return false }
    let target = target(program)
    guard target >= 0 else { return false }
    var event = Event(
      subject: .agent(cell(agentX, agentY, program)), heading: heading, target: target)
    return fire(trigger, &event, at: Int(target), program)
  }

  private mutating func pickUp(_ program: Program) {
    let target = target(program)
    guard target >= 0, hand == 0 else { return }
    for layer in stride(from: program.layers - 1, through: 0, by: -1) {
      let kind = kind(Int(target), layer, program)
      guard kind != 0, program.traits.pickable.contains(kind) else { continue }
      remove(Int(target), layer, program)
      hand = kind
      return
    }
  }

  mutating func dropHand(_ program: Program) {
    let target = target(program)
    guard target >= 0, hand != 0, isEmpty(Int(target), program) else { return }
    put(hand, at: Int(target), program)
    hand = 0
  }

  /// Moves a thing to another cell and tells the rules.
  mutating func moveThing(
    _ spot: Event.Spot, to target: Int, _ heading: Heading, mover known: Int? = nil,
    _ program: Program
  ) {
    let (old, layer) = (Int(spot.cell), Int(spot.layer))
    let index = old &* program.stride &+ layer
    let kind = contents[index]
    let mover = known ?? (program.traits.movers.contains(kind) ? mover(at: old, kind) : nil)
    contents[index] = 0
    contents[target &* program.stride &+ layer] = kind
    if let mover { movers[mover].cell = Int32(truncatingIfNeeded: target) }
    let subject = Event.Spot(cell: Int32(truncatingIfNeeded: target), layer: spot.layer)
    tell(subject, from: old, to: target, heading, program)
  }

  private mutating func checkEndings(_ program: Program) {
    for index in 0..<program.rules.endings.count {
      let ending = program.rules.endings[index]
      guard holds(ending.condition, .none, program) else { continue }
      outcome = ending.outcome
      reward += worth(ending.reward, .none, program)
      return
    }
  }
}
