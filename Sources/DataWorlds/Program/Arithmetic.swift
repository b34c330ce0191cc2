/// How expressions reckon: with whole numbers that stop at the largest one instead of going round.
enum Arithmetic {
  /// Stands for a quantity that is absent, such as the place of a thing that is not there.
  static let absent = Int32.min
  /// The largest whole number; the least is its negative.
  static let largest = Int32.max

  /// The value of an instruction that works on two numbers.
  static func combine(_ instruction: Instruction, _ a: Int32, _ b: Int32) -> Int32 {
    switch instruction {
    case .equal: return a == b ? 1 : 0
    case .notEqual: return a != b ? 1 : 0
    default: break
    }
    let isAbsent = a == absent || b == absent
    switch instruction {
    case .less: return !isAbsent && a < b ? 1 : 0
    case .lessOrEqual: return !isAbsent && a <= b ? 1 : 0
    case .greater: return !isAbsent && a > b ? 1 : 0
    case .greaterOrEqual: return !isAbsent && a >= b ? 1 : 0
    default: return isAbsent ? absent : calculate(instruction, a, b)
    }
  }

  /// The value of an instruction that works on one number.
  static func alone(_ instruction: Instruction, _ value: Int32) -> Int32 {
    switch instruction {
    case .negate: 0 &- value
    case .absolute: value < 0 ? 0 &- value : value
    case .not: value == 0 ? 1 : 0
    default: value == 0 ? 0 : 1
    }
  }

  private static func calculate(_ instruction: Instruction, _ a: Int32, _ b: Int32) -> Int32 {
    switch instruction {
    case .add: bounded(Int64(a) &+ Int64(b))
    case .subtract: bounded(Int64(a) &- Int64(b))
    case .multiply: bounded(Int64(a) &* Int64(b))
    case .divide: b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
    case .remainder: b == 0 ? 0 : a.remainderReportingOverflow(dividingBy: b).partialValue
    case .minimum: min(a, b)
    default: max(a, b)
    }
  }

  private static func bounded(_ value: Int64) -> Int32 {
    Int32(truncatingIfNeeded: max(-Int64(largest), min(value, Int64(largest))))
  }

  /// The value of instructions that ask nothing of the world; nil for others.
  static func value(of instructions: [Instruction]) -> Int32? {
    var stack: [Int32] = []
    for instruction in instructions {
      switch instruction {
      case .end: return stack.last
      case .constant(let value): stack.append(value)
      case .negate, .absolute, .not, .truth:
        guard let value = stack.popLast() else { return nil }
        stack.append(alone(instruction, value))
      case _ where instruction.combines:
        guard let right = stack.popLast(), let left = stack.popLast() else { return nil }
        stack.append(combine(instruction, left, right))
      default: return nil
      }
    }
    return nil
  }
}

// Real numbers: expressions in which a fraction stands.
extension Arithmetic {
  /// The value of an instruction that works on two numbers; NaN, which is what is absent, stays so.
  static func combine(_ instruction: Instruction, _ a: Double, _ b: Double) -> Double {
    switch instruction {
    case .equal: a == b ? 1 : 0
    case .notEqual: a != b ? 1 : 0
    case .less: a < b ? 1 : 0
    case .lessOrEqual: a <= b ? 1 : 0
    case .greater: a > b ? 1 : 0
    case .greaterOrEqual: a >= b ? 1 : 0
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: b == 0 ? 0 : a / b
    case .remainder: b == 0 ? 0 : a.truncatingRemainder(dividingBy: b)
    case .minimum: a.isNaN || b.isNaN ? .nan : min(a, b)
    default: a.isNaN || b.isNaN ? .nan : max(a, b)
    }
  }

  /// The value of an instruction that works on one number.
  static func alone(_ instruction: Instruction, _ value: Double) -> Double {
    switch instruction {
    case .negate: -value
    case .absolute: abs(value)
    case .not: value == 0 ? 1 : 0
    default: value == 0 ? 0 : 1
    }
  }
}
