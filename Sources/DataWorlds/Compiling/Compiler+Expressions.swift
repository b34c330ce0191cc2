import Yams

// Expressions.
extension Compiler {
  /// Where drawing numbers or asking for an event makes sense.
  enum Setting {
    case rule, world, generation, fact
  }

  /// Compiles an expression; nil, reported, where it cannot be read.
  func code(_ node: Node, _ what: String, _ setting: Setting) -> Int32? {
    instructions(node, what, setting).flatMap { append($0, node) }
  }

  /// Adds instructions to those of all expressions, and says where they begin.
  func append(_ instructions: [Instruction], _ node: Node) -> Int32? {
    let start = parts.code.count
    guard start + instructions.count < 1 << 20 else {
      problems.report(node, "the file has too many expressions", "write fewer or shorter ones")
      return nil
    }
    parts.code += instructions
    return Int32(start)
  }

  /// The instructions of an expression; nil, reported, where it cannot be read.
  ///
  /// - Parameter allowsFractions: whether it may be one of real numbers, as rewards are.
  func instructions(
    _ node: Node, _ what: String, _ setting: Setting, allowsFractions: Bool = false
  ) -> [Instruction]? {
    guard let text = problems.text(node, what) else { return nil }
    let names = ExpressionNames(
      constants: constants, variables: parts.variables.map(\.name),
      kinds: { words, offset in self.kinds(words, node, offset: offset) })
    do throws(ExpressionFailure) {
      let instructions = try ExpressionParser.parse(text, names, allowsFractions: allowsFractions)
      if let value = Arithmetic.value(of: instructions), abs(value) == Arithmetic.largest {
        problems.report(
          node, "\(what) reaches the largest whole number, \(Arithmetic.largest)",
          "reckon with smaller numbers")
        return nil
      }
      if setting != .rule, instructions.contains(where: \.needsEvent) {
        problems.report(
          node, "\(what) asks for a subject or an object where there is none",
          "use these in rules only")
        return nil
      }
      if setting == .fact, instructions.contains(where: \.draws) {
        problems.report(node, "\(what) draws a random number", "leave chance and random out")
        return nil
      }
      return instructions
    } catch {
      if !error.cause.isEmpty {
        problems.report(node, error.cause, error.remedy, offset: error.offset)
      }
      return nil
    }
  }

  /// The value of an expression of parameters alone.
  func constant(_ node: Node, _ what: String, in range: ClosedRange<Int>) -> Int? {
    guard let instructions = instructions(node, what, .fact) else { return nil }
    guard let value = Arithmetic.value(of: instructions), range.contains(Int(value)) else {
      problems.report(
        node, "\(what) is '\(node.scalar?.string ?? "")'",
        "write a whole number from \(range.lowerBound) to \(range.upperBound), or an expression of "
          + "parameters")
      return nil
    }
    return Int(value)
  }
}
