/// The frequent forms of expressions, known when they are compiled.
enum ExpressionForm: Sendable, BitwiseCopyable {
  /// A number.
  case constant(Int32)
  /// One question to the world.
  case single
  /// One question, compared or reckoned with a number.
  case comparison(Int32)
  /// Any other.
  case other

  /// The form of the expression that the first instruction begins.
  init(_ code: ArraySlice<Instruction>) {
    let code = Array(code.prefix(4))
    self = .other
    guard code.count > 1, let first = code.first else { return }
    if case .constant(let value) = first {
      if case .end = code[1] { self = .constant(value) }
      return
    }
    guard first.asksWorld else { return }
    if case .end = code[1] {
      self = .single
    } else if code.count == 4, case .constant(let value) = code[1], code[2].combines,
      case .end = code[3]
    {
      self = .comparison(value)
    }
  }
}
