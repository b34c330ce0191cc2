import Randomness

/// A thing that moves by itself, or that something becomes of in time.
struct Mover: Hashable, Sendable, BitwiseCopyable {
  var cell: Int32 = 0
  /// 0 for one that is gone.
  var kind: UInt8 = 0
  var heading = Heading.right
  /// Steps between two moves.
  var period: UInt8 = 1
  var age: Int32 = 0
}

/// All that changes in a world: a value, so that a copy is a snapshot.
///
/// Whoever changes it from outside calls `makeUnique` first; the engine's own steps then write straight
/// into its memory.
struct WorldState: Sendable {
  private var memory: StateMemory
  /// What lies in each layer of each cell: `[cell, layer]`, 0 for nothing; see `Program.stride`.
  private(set) var contents: Block<UInt8>
  /// How many there are of each kind.
  private(set) var counts: Block<Int32>
  /// Those that move, the oldest first; only the first `moverCount` are there.
  private(set) var movers: Block<Mover>
  private(set) var variables: Block<Int32>
  var moverCount = 0
  /// -1 where there is no agent.
  var agentX: Int32 = -1
  var agentY: Int32 = -1
  var startX: Int32 = -1
  var startY: Int32 = -1
  var heading = Heading.right
  /// What the agent holds; 0 for nothing.
  var hand: UInt8 = 0
  var steps: Int32 = 0
  var reward = 0.0
  var outcome = Outcome.none
  /// Rules that set each other off, counted.
  var depth: Int32 = 0
  /// Rules that ran in this step, counted.
  var runs: Int32 = 0
  /// Cells that the generation of the level took, counted.
  var work = 0
  /// Why the episode cannot go on.
  var fault = Fault()
  var failedSteps = false
  /// The line of the command that failed first in the last level tried.
  var failedLine: Int32 = 0
  var random: RandomStream

  /// Things that move by themselves, at most.
  static let mostMovers = 255
  /// Rules that may run in one step.
  static let mostRuns: Int32 = 100_000

  init(_ program: Program) {
    let places = program.cells * program.layers
    let room = program.traits.movers.isEmpty ? 0 : min(Self.mostMovers, places)
    memory = StateMemory(
      contents: program.cells * program.stride, counts: program.kinds.count, movers: room,
      variables: program.variableStarts.count)
    (contents, counts) = (memory.contents, memory.counts)
    (movers, variables) = (memory.movers, memory.variables)
    for index in variables.indices { variables[index] = program.variableStarts[index] }
    random = RandomStream(seed: 0)
  }

  /// Takes memory of its own where a copy shares it.
  @inline(__always)
  mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&memory) { takeCopy() }
  }

  @inline(never)
  private mutating func takeCopy() {
    memory = memory.copy()
    (contents, counts) = (memory.contents, memory.counts)
    (movers, variables) = (memory.movers, memory.variables)
  }
}

extension WorldState: Hashable {
  static func == (a: WorldState, b: WorldState) -> Bool {
    a.small == b.small && a.memory.holdsSame(as: b.memory, movers: a.moverCount)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(small)
    hasher.combine(bytes: UnsafeRawBufferPointer(contents.elements))
    for mover in movers.elements.prefix(moverCount) { hasher.combine(mover) }
    for variable in variables.elements { hasher.combine(variable) }
  }

  /// What it keeps in itself.
  private var small: Small {
    Small(
      numbers: [
        Int32(moverCount), agentX, agentY, startX, startY, Int32(heading.rawValue), Int32(hand),
        steps, Int32(outcome.rawValue), depth, Int32(fault.kind.rawValue), fault.line,
      ], reward: reward, failedSteps: failedSteps, random: random)
  }

  private struct Small: Hashable {
    let numbers: [Int32]
    let reward: Double
    let failedSteps: Bool
    let random: RandomStream
  }
}

extension WorldState {
  @inline(__always)
  func contains(_ x: Int32, _ y: Int32, _ program: Program) -> Bool {
    x >= 0 && y >= 0 && x < Int32(truncatingIfNeeded: program.width)
      && y < Int32(truncatingIfNeeded: program.height)
  }

  @inline(__always)
  func cell(_ x: Int32, _ y: Int32, _ program: Program) -> Int {
    Int(y) &* program.width &+ Int(x)
  }

  @inline(__always)
  func kind(_ cell: Int, _ layer: Int, _ program: Program) -> UInt8 {
    contents[cell &* program.stride &+ layer]
  }

  /// Whether some thing of these kinds lies in a cell; the agent counts.
  @inline(__always)
  func has(_ kinds: KindSet, at cell: Int, _ program: Program) -> Bool {
    var index = cell &* program.stride
    for _ in 0..<program.layers {
      let kind = contents[index]
      if kind != 0, kinds.contains(kind) { return true }
      index &+= 1
    }
    return kinds.contains(program.agentKind) && isAgent(at: cell, program)
  }

  @inline(__always)
  func isAgent(at cell: Int, _ program: Program) -> Bool {
    agentX >= 0 && self.cell(agentX, agentY, program) == cell
  }

  /// Whether nothing lies in a cell but the ground, the agent included.
  func isEmpty(_ cell: Int, _ program: Program) -> Bool {
    let start = cell &* program.stride
    for layer in 0..<program.layers {
      let kind = contents[start &+ layer]
      if kind != 0, program.kinds[Int(kind)].layer != program.look.groundLayer { return false }
    }
    return !isAgent(at: cell, program)
  }

  /// Whether a thing of a layer may go to a cell.
  func isFree(_ cell: Int, forLayer layer: Int, _ program: Program) -> Bool {
    let start = cell &* program.stride
    for other in 0..<program.layers {
      let kind = contents[start &+ other]
      if kind != 0, other == layer || program.traits.solid.contains(kind) { return false }
    }
    return !(program.traits.isAgentSolid && isAgent(at: cell, program))
  }

  /// Puts a kind into a cell, in place of what lies in its layer.
  mutating func put(
    _ kind: UInt8, at cell: Int, heading: Heading? = nil, period: Int32 = 0, _ program: Program
  ) {
    let layer = Int(program.traits.layerOf[Int(kind)])
    remove(cell, layer, program)
    contents[cell &* program.stride &+ layer] = kind
    counts[Int(kind)] &+= 1
    guard program.traits.movers.contains(kind) else { return }
    guard let mover = nextMover() else { return stop(.tooManyMovers, line: 0) }
    let behaviour = program.traits.behaviours[Int(kind)]
    movers[mover] = Mover(
      cell: Int32(truncatingIfNeeded: cell), kind: kind, heading: heading ?? behaviour.heading,
      period: period > 0 ? UInt8(min(255, period)) : behaviour.period)
  }

  /// A place for one more mover, after all others; that of one that is gone where there is no other.
  private mutating func nextMover() -> Int? {
    if moverCount < movers.count {
      moverCount &+= 1
      return moverCount &- 1
    }
    return movers.indices.first { movers[$0].kind == 0 }
  }

  /// Takes away what lies in a layer of a cell.
  mutating func remove(_ cell: Int, _ layer: Int, _ program: Program) {
    let index = cell &* program.stride &+ layer
    let old = contents[index]
    guard old != 0 else { return }
    contents[index] = 0
    counts[Int(old)] &-= 1
    if program.traits.movers.contains(old), let mover = mover(at: cell, old) {
      movers[mover].kind = 0
    }
  }

  /// Makes another kind of what lies in a layer of a cell; what moved goes on moving.
  mutating func change(_ cell: Int, _ layer: Int, to kind: UInt8, _ program: Program) {
    let index = cell &* program.stride &+ layer
    let old = contents[index]
    guard old != 0, kind != old else { return }
    guard Int(program.traits.layerOf[Int(kind)]) == layer, program.traits.movers.contains(kind),
      program.traits.movers.contains(old), let mover = mover(at: cell, old)
    else {
      remove(cell, layer, program)
      return put(kind, at: cell, program)
    }
    contents[index] = kind
    counts[Int(old)] &-= 1
    counts[Int(kind)] &+= 1
    movers[mover].kind = kind
    movers[mover].age = 0
  }

  func mover(at cell: Int, _ kind: UInt8) -> Int? {
    for index in 0..<moverCount
    where movers[index].kind == kind && Int(movers[index].cell) == cell {
      return index
    }
    return nil
  }

  /// Closes the gaps of those that are gone, keeping the order.
  mutating func compactMovers() {
    var kept = 0
    for index in 0..<moverCount where movers[index].kind != 0 {
      if kept != index { movers[kept] = movers[index] }
      kept &+= 1
    }
    for index in kept..<moverCount { movers[index] = Mover() }
    moverCount = kept
  }

  /// The first cell, row after row, in which a thing of some kinds lies; -1 where there is none.
  func firstCell(of kinds: KindSet, _ program: Program) -> Int {
    if kinds.contains(program.agentKind), agentX >= 0 { return cell(agentX, agentY, program) }
    if let kind = kinds.only, kind != 0 {
      return contents.first(kind).map { $0 / program.stride } ?? -1
    }
    for (index, kind) in contents.elements.enumerated() where kind != 0 && kinds.contains(kind) {
      return index / program.stride
    }
    return -1
  }
}
