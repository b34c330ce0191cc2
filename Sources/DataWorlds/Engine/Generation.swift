import Randomness

/// How levels come about.
extension WorldState {
  /// Levels tried before a world is given up that does not meet its requirement.
  static let mostLevels = 100
  /// Cells that the generation of one level may fill, or try in search of a free one.
  static let mostWork = 2_000_000

  /// Makes a level.
  ///
  /// Draws: which map, where there are several; then what the commands draw, in order. Where no level is
  /// good, `fault` says why, and the last one stays.
  ///
  /// - Returns: whether every command found its place and the requirement is met.
  @discardableResult
  mutating func makeLevel(_ program: Program) -> Bool {
    makeUnique()
    fault = Fault()
    for _ in 0..<Self.mostLevels {
      clear(program)
      let mapCount = program.generation.mapCount
      let map = mapCount > 1 ? random.integers(in: 0..<mapCount) : 0
      draw(map: map, program)
      generate(program)
      (startX, startY) = (agentX, agentY)
      if fault.kind != .none { break }
      guard isGood(program) else { continue }
      runTicks(.reset, program)
      return fault.kind == .none
    }
    if agentX < 0 { (agentX, agentY, startX, startY) = (0, 0, 0, 0) }
    if fault.kind == .none { fault = Fault(kind: .noLevel, line: failedLine) }
    return false
  }

  private mutating func isGood(_ program: Program) -> Bool {
    guard !failedSteps, agentX >= 0 else { return false }
    if holds(program.generation.requirement, .none, program) { return true }
    failedLine = Int32(truncatingIfNeeded: program.parts.requirementPlace.line)
    return false
  }

  private mutating func clear(_ program: Program) {
    contents.fill(with: 0)
    counts.fill(with: 0)
    for index in 0..<moverCount { movers[index] = Mover() }
    moverCount = 0
    for index in variables.indices { variables[index] = program.variableStarts[index] }
    (agentX, agentY, heading, hand) = (-1, -1, .right, 0)
    (steps, reward, outcome, depth, failedSteps) = (0, 0, .none, 0, false)
    (runs, work, failedLine) = (0, 0, 0)
  }

  private mutating func draw(map: Int, _ program: Program) {
    guard program.generation.mapCount > 0 else { return }
    let size = program.cells * program.layers
    for index in 0..<size {
      let kind = program.generation.maps[map &* size &+ index]
      if kind != 0 { put(kind, at: index / program.layers, program) }
    }
    let start = program.generation.starts[map]
    guard start >= 0 else { return }
    let width = Int32(truncatingIfNeeded: program.width)
    (agentX, agentY) = (start % width, start / width)
  }

  private mutating func generate(_ program: Program) {
    var place = 0
    var left = GenerationStep.mostCommands
    while place < program.generation.steps.count {
      left &-= 1
      let line = program.generation.lines[place]
      guard left > 0, work <= Self.mostWork else { return stop(.longGeneration, line: line) }
      let step = program.generation.steps[place]
      place &+= 1
      switch step {
      case .skipUnless(let code, let count):
        if evaluate(code, .none, program) == 0 { place &+= Int(count) }
      case .loop(let variable, let count, let length):
        variables[Int(variable)] = 0
        if evaluate(count, .none, program) <= 0 { place &+= Int(length) }
      case .next(let variable, let length):
        guard case .loop(_, let count, _) = program.generation.steps[place &- Int(length) &- 1]
        else { break }
        variables[Int(variable)] &+= 1
        if variables[Int(variable)] < evaluate(count, .none, program) { place &-= Int(length) }
      default: perform(step, program)
      }
      note(line)
    }
  }

  /// Keeps the line of the first command that failed.
  private mutating func note(_ line: Int32) {
    if failedSteps, failedLine == 0 { failedLine = line }
    if fault.kind != .none, fault.line == 0 { fault.line = line }
  }

  private mutating func perform(_ step: GenerationStep, _ program: Program) {
    switch step {
    case .let_(let variable, let code):
      variables[Int(variable)] = evaluate(code, .none, program)
    case .fill(let kind, let x, let y, let width, let height):
      let area = spentArea(x, y, width, height, program)
      for y in area.y { for x in area.x { put(kind, at: cell(x, y, program), program) } }
    case .border(let kind, let x, let y, let width, let height):
      border(kind, spentArea(x, y, width, height, program), program)
    case .put(let choice, let x, let y, let heading, let period):
      let (x, y) = (evaluate(x, .none, program), evaluate(y, .none, program))
      guard contains(x, y, program) else { return failedSteps = true }
      put(
        choose(choice, program), at: cell(x, y, program), heading: drawHeading(heading),
        period: period < 0 ? 0 : evaluate(period, .none, program), program)
    case .agent(let place, let heading): placeAgent(place, heading, program)
    case .maze(let kind, let x, let y, let width, let height, let loops):
      carveMaze(kind, spentArea(x, y, width, height, program), loops: loops, program)
    default: performDrawn(step, program)
    }
  }

  /// The commands that draw cells.
  private mutating func performDrawn(_ step: GenerationStep, _ program: Program) {
    switch step {
    case .place(let choice, let place, let count, let ground, let heading, let period):
      let count = min(count < 0 ? 1 : evaluate(count, .none, program), 4096)
      for _ in 0..<max(0, count) where !failedSteps {
        guard let cell = drawCell(place, ground: ground, tries: 10_000, .none, program) else {
          return failedSteps = true
        }
        let period = period < 0 ? 0 : evaluate(period, .none, program)
        put(
          choose(choice, program), at: cell, heading: drawHeading(heading), period: period, program)
      }
    case .scatter(let choice, let place, let chance, let ground):
      guard case .area(let x, let y, let width, let height) = place else { return }
      let area = spentArea(x, y, width, height, program)
      for y in area.y {
        for x in area.x {
          let cell = cell(x, y, program)
          guard isEmpty(cell, program), ground.isEmpty || has(ground, at: cell, program) else {
            continue
          }
          if random.random() < chance { put(choose(choice, program), at: cell, program) }
        }
      }
    default: break
    }
  }

  /// One of several kinds: the one of a number, or one drawn; a single one draws nothing.
  private mutating func choose(
    _ choice: GenerationStep.Choice, _ program: Program
  ) -> UInt8 {
    let count = Int(choice.count)
    var number = 0
    if choice.which >= 0 {
      number = Int(evaluate(choice.which, .none, program))
      number = (number % count + count) % count
    } else if count > 1 {
      number = random.integers(in: 0..<count)
    }
    return program.generation.choices[Int(choice.first) &+ number]
  }

  private mutating func border(
    _ kind: UInt8, _ area: (x: Range<Int32>, y: Range<Int32>), _ program: Program
  ) {
    for y in area.y {
      for x in area.x
      where x == area.x.lowerBound || x == area.x.upperBound - 1 || y == area.y.lowerBound
        || y == area.y.upperBound - 1
      {
        put(kind, at: cell(x, y, program), program)
      }
    }
  }

  private mutating func placeAgent(_ place: Place, _ heading: Int32, _ program: Program) {
    (agentX, agentY) = (-1, -1)
    let cell: Int?
    if case .point(let x, let y) = place {
      let (x, y) = (evaluate(x, .none, program), evaluate(y, .none, program))
      cell = contains(x, y, program) ? self.cell(x, y, program) : nil
    } else {
      cell = drawCell(place, tries: 10_000, .none, program)
    }
    guard let cell else { return failedSteps = true }
    placeAgent(at: cell, program)
    self.heading = drawHeading(heading) ?? .right
  }

  /// Puts the agent into a cell without telling the rules.
  mutating func placeAgent(at cell: Int, _ program: Program) {
    (agentX, agentY) = (
      Int32(truncatingIfNeeded: cell % program.width),
      Int32(truncatingIfNeeded: cell / program.width)
    )
  }

  /// A heading as commands name it; nil for the kind's own.
  ///
  /// Draws `integers(0, 4)` where any will do.
  mutating func drawHeading(_ code: Int32) -> Heading? {
    switch code {
    case GenerationStep.ownHeading: nil
    case GenerationStep.anyHeading: Heading.right.turned(Int32(random.integers(in: 0..<4)))
    default: Heading.right.turned(code)
    }
  }

  /// A free cell of an area, found by trying again; draws x, then y, for every try.
  mutating func drawCell(
    _ place: Place, ground: KindSet = KindSet(), tries: Int, _ event: Event, _ program: Program
  ) -> Int? {
    guard case .area(let x, let y, let width, let height) = place else { return nil }
    let area = area(x, y, width, height, event, program)
    guard !area.x.isEmpty, !area.y.isEmpty else { return nil }
    let (columns, rows) = (Self.whole(area.x), Self.whole(area.y))
    for _ in 0..<tries {
      work &+= 1
      let x = Int32(truncatingIfNeeded: random.integers(in: columns))
      let y = Int32(truncatingIfNeeded: random.integers(in: rows))
      let cell = cell(x, y, program)
      if isEmpty(cell, program), ground.isEmpty || has(ground, at: cell, program) { return cell }
    }
    return nil
  }

  private static func whole(_ range: Range<Int32>) -> Range<Int> {
    Int(range.lowerBound)..<Int(range.upperBound)
  }

  /// An area all of which is gone through, which counts as work.
  private mutating func spentArea(
    _ x: Int32, _ y: Int32, _ width: Int32, _ height: Int32, _ program: Program
  ) -> (x: Range<Int32>, y: Range<Int32>) {
    let area = area(x, y, width, height, .none, program)
    work &+= area.x.count &* area.y.count
    return area
  }

  /// An area, cut to the map; negative codes stand for the whole map.
  private mutating func area(
    _ x: Int32, _ y: Int32, _ width: Int32, _ height: Int32, _ event: Event,
    _ program: Program
  ) -> (x: Range<Int32>, y: Range<Int32>) {
    let (mapWidth, mapHeight) = (
      Int32(truncatingIfNeeded: program.width), Int32(truncatingIfNeeded: program.height)
    )
    guard x >= 0 else { return (0..<mapWidth, 0..<mapHeight) }
    func cut(_ start: Int32, _ length: Int32, _ end: Int32) -> Range<Int32> {
      let low = max(0, min(start, end))
      return low..<max(low, min(Int32(clamping: Int(start) + Int(length)), end))
    }
    let (left, top) = (evaluate(x, event, program), evaluate(y, event, program))
    let (across, along) = (evaluate(width, event, program), evaluate(height, event, program))
    return (cut(left, across, mapWidth), cut(top, along, mapHeight))
  }
}
