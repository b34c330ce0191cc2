import Randomness

/// What a rule is about: whose move, onto what.
struct Event {
  /// A thing in a layer of a cell, the agent, or nothing.
  struct Spot {
    var cell: Int32
    var layer: Int32

    static let nothing = Spot(cell: -1, layer: -1)
    static func agent(_ cell: Int) -> Spot {
      Spot(cell: Int32(truncatingIfNeeded: cell), layer: -2)
    }

    var isAgent: Bool { layer == -2 }
    var isThing: Bool { layer >= 0 }
  }

  var subject: Spot
  var object = Spot.nothing
  /// Where the subject goes or looks.
  var heading: Heading
  /// The cell that it goes to or that it looks at; -1 for one outside.
  var target: Int32 = -1

  /// Nothing happened: an expression outside of rules.
  static let none = Event(subject: .nothing, heading: .right)
}

extension WorldState {
  /// Whether a condition holds; no condition always does.
  @inline(__always)
  mutating func holds(_ condition: Int32, _ event: Event, _ program: Program) -> Bool {
    condition < 0 || evaluate(condition, event, program) != 0
  }

  /// The value of an expression; the most frequent forms, `a` and `a < 3`, need no stack.
  @inline(__always)
  mutating func evaluate(_ start: Int32, _ event: Event, _ program: Program) -> Int32 {
    switch program.forms[Int(start)] {
    case .constant(let value): return value
    case .single: return quantity(program.code[Int(start)], event, program)
    case .comparison(let value):
      let left = quantity(program.code[Int(start)], event, program)
      return Arithmetic.combine(program.code[Int(start) &+ 2], left, value)
    case .other: return evaluateOnStack(start, event, program)
    }
  }

  @inline(never)
  private mutating func evaluateOnStack(
    _ start: Int32, _ event: Event, _ program: Program
  ) -> Int32 {
    var stack = InlineArray<16, Int32>(repeating: 0)
    var top = 0
    var place = Int(start)
    while true {
      let instruction = program.code[place]
      place &+= 1
      switch instruction {
      case .end: return stack[top]
      case .constant(let value):
        top &+= 1
        stack[top] = value
      case .skipIfFalse(let length):
        if stack[top] == 0 { place &+= Int(length) &- 1 } else { top &-= 1 }
      case .skipIfTrue(let length):
        if stack[top] != 0 {
          stack[top] = 1
          place &+= Int(length) &- 1
        } else {
          top &-= 1
        }
      case .not, .truth, .negate, .absolute:
        stack[top] = Arithmetic.alone(instruction, stack[top])
      case .every: stack[top] = stack[top] > 0 && steps % stack[top] == 0 ? 1 : 0
      case .add, .subtract, .multiply, .divide, .remainder, .minimum, .maximum, .equal, .notEqual,
        .less, .lessOrEqual, .greater, .greaterOrEqual:
        top &-= 1
        stack[top] = Arithmetic.combine(instruction, stack[top], stack[top &+ 1])
      case .random:
        top &-= 1
        stack[top] = drawNumber(stack[top], stack[top &+ 1])
      default:
        top &+= 1
        stack[top] = quantity(instruction, event, program)
      }
    }
  }

  /// A number of a half-open range; its start where it is empty.
  private mutating func drawNumber(_ low: Int32, _ high: Int32) -> Int32 {
    guard low != Arithmetic.absent, high != Arithmetic.absent else { return Arithmetic.absent }
    guard high > low else { return low }
    return Int32(truncatingIfNeeded: random.integers(in: Int(low)..<Int(high)))
  }

  /// The value of an expression of real numbers; NaN where it is absent.
  @inline(never)
  private mutating func evaluateReal(
    _ start: Int32, _ event: Event, _ program: Program
  ) -> Double {
    var stack = InlineArray<16, Double>(repeating: 0)
    var top = 0
    var place = Int(start)
    while true {
      let instruction = program.code[place]
      place &+= 1
      switch instruction {
      case .end: return stack[top]
      case .skipIfFalse(let length):
        if stack[top] == 0 { place &+= Int(length) &- 1 } else { top &-= 1 }
      case .skipIfTrue(let length):
        if stack[top] != 0 {
          stack[top] = 1
          place &+= Int(length) &- 1
        } else {
          top &-= 1
        }
      case .not, .truth, .negate, .absolute:
        stack[top] = Arithmetic.alone(instruction, stack[top])
      case .every:
        let period = Int32(exactly: stack[top]) ?? 0
        stack[top] = period > 0 && steps % period == 0 ? 1 : 0
      case .random:
        top &-= 1
        stack[top] = drawReal(stack[top], stack[top &+ 1])
      case _ where instruction.combines:
        top &-= 1
        stack[top] = Arithmetic.combine(instruction, stack[top], stack[top &+ 1])
      default:
        top &+= 1
        stack[top] = real(instruction, event, program)
      }
    }
  }

  /// What an instruction gives that needs nothing of the stack.
  private mutating func real(
    _ instruction: Instruction, _ event: Event, _ program: Program
  ) -> Double {
    switch instruction {
    case .constant(let value): return Double(value)
    case .fraction(let value): return value
    default:
      let value = quantity(instruction, event, program)
      return value == Arithmetic.absent ? .nan : Double(value)
    }
  }

  private mutating func drawReal(_ low: Double, _ high: Double) -> Double {
    guard let low = Int32(exactly: low.rounded()), let high = Int32(exactly: high.rounded()) else {
      return .nan
    }
    return Double(drawNumber(low, high))
  }

  /// What a reward is worth now; nothing where a quantity in it is absent.
  mutating func worth(_ reward: Reward, _ event: Event, _ program: Program) -> Double {
    switch reward {
    case .fixed(let amount): return amount
    case .decay: return 1 - 0.9 * (Double(steps) / Double(program.maximumSteps))
    case .whole(let code):
      let amount = evaluate(code, event, program)
      return amount == Arithmetic.absent ? 0 : Double(amount)
    case .real(let code):
      let amount = evaluateReal(code, event, program)
      return amount.isNaN ? 0 : amount
    }
  }

  /// The value of an instruction that asks the world.
  private mutating func quantity(
    _ instruction: Instruction, _ event: Event, _ program: Program
  ) -> Int32 {
    switch instruction {
    case .variable(let index): variables[Int(index)]
    case .steps: steps
    case .episodeSteps: Int32(truncatingIfNeeded: program.maximumSteps)
    case .agentX: agentX
    case .agentY: agentY
    case .agentDirection: Int32(heading.rawValue)
    case .count(let kinds): count(kinds, program)
    case .chance(let probability): random.random() < probability ? 1 : 0
    case .holds(let kinds): hand != 0 && kinds.contains(hand) ? 1 : 0
    case .at(let kinds): agentHas(kinds, dx: 0, dy: 0, program)
    case .facing(let kinds): agentHas(kinds, dx: heading.dx, dy: heading.dy, program)
    case .near(let kinds):
      agentHas(kinds, dx: 1, dy: 0, program) &+ agentHas(kinds, dx: -1, dy: 0, program)
        &+ agentHas(kinds, dx: 0, dy: 1, program) &+ agentHas(kinds, dx: 0, dy: -1, program)
    default: distantQuantity(instruction, event, program)
    }
  }

  private func count(_ kinds: KindSet, _ program: Program) -> Int32 {
    kinds.sum(counts.base)
  }

  private func agentHas(_ kinds: KindSet, dx: Int32, dy: Int32, _ program: Program) -> Int32 {
    let (x, y) = (agentX &+ dx, agentY &+ dy)
    guard contains(x, y, program) else { return 0 }
    return has(kinds, at: cell(x, y, program), program) ? 1 : 0
  }

  /// The rarer questions.
  private func distantQuantity(
    _ instruction: Instruction, _ event: Event, _ program: Program
  ) -> Int32 {
    switch instruction {
    case .countBoth(let first, let second):
      var total: Int32 = 0
      for cell in 0..<program.cells
      where has(first, at: cell, program) && has(second, at: cell, program) {
        total &+= 1
      }
      return total
    case .freeAhead:
      let (x, y) = (agentX &+ heading.dx, agentY &+ heading.dy)
      return contains(x, y, program) && isEmpty(cell(x, y, program), program) ? 1 : 0
    case .freeBeyond:
      guard event.object.isThing,
        let next = neighbour(of: event.object.cell, event.heading, program)
      else { return 0 }
      return isFree(next, forLayer: Int(event.object.layer), program) ? 1 : 0
    case .color(let subject): return color(of: subject, event, program)
    case .direction(let subject):
      return Int32(heading(of: subject == .object ? event.object : event.subject, program).rawValue)
    case .reachable(let kinds): return reaches(kinds, through: nil, program) ? 1 : 0
    case .x(let kinds), .y(let kinds), .ahead(let kinds), .right(let kinds), .distance(let kinds):
      let found = firstCell(of: kinds, program)
      guard found >= 0 else { return Arithmetic.absent }
      return coordinate(instruction, of: found, program)
    default: return 0
    }
  }

  private func coordinate(_ instruction: Instruction, of found: Int, _ program: Program) -> Int32 {
    let x = Int32(truncatingIfNeeded: found % program.width)
    let y = Int32(truncatingIfNeeded: found / program.width)
    let (wayX, wayY) = (x &- agentX, y &- agentY)
    let right = heading.turned(1)
    switch instruction {
    case .x: return x
    case .y: return y
    case .ahead: return wayX &* heading.dx &+ wayY &* heading.dy
    case .right: return wayX &* right.dx &+ wayY &* right.dy
    default: return abs(wayX) &+ abs(wayY)
    }
  }

  private func color(
    of subject: Instruction.Subject, _ event: Event, _ program: Program
  ) -> Int32 {
    let kind =
      switch subject {
      case .hand: hand
      case .object: kind(of: event.object, program)
      case .subject: kind(of: event.subject, program)
      }
    return kind == 0 ? Arithmetic.absent : Int32(program.traits.codes[Int(kind)].color)
  }

  /// The kind of what an event is about; 0 for nothing.
  @inline(__always)
  func kind(of spot: Event.Spot, _ program: Program) -> UInt8 {
    if spot.isAgent { return program.agentKind }
    return spot.isThing ? kind(Int(spot.cell), Int(spot.layer), program) : 0
  }

  func heading(of spot: Event.Spot, _ program: Program) -> Heading {
    guard spot.isThing else { return heading }
    return mover(at: Int(spot.cell), kind(of: spot, program)).map { movers[$0].heading } ?? .right
  }

  /// The cell next to another; nil outside the map.
  @inline(__always)
  func neighbour(of cell: Int32, _ heading: Heading, _ program: Program) -> Int? {
    let found = program.neighbours[Int(cell) &* 4 &+ Int(heading.rawValue)]
    return found < 0 ? nil : Int(found)
  }
}
