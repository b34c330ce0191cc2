/// One command of the generation of a level; codes are expressions.
enum GenerationStep: Sendable, BitwiseCopyable {
  case fill(kind: UInt8, x: Int32, y: Int32, width: Int32, height: Int32)
  case border(kind: UInt8, x: Int32, y: Int32, width: Int32, height: Int32)
  case put(Choice, x: Int32, y: Int32, heading: Int32, period: Int32)
  case place(Choice, Place, count: Int32, ground: KindSet, heading: Int32, period: Int32)
  case agent(Place, heading: Int32)
  case scatter(Choice, Place, chance: Double, ground: KindSet)
  case maze(kind: UInt8, x: Int32, y: Int32, width: Int32, height: Int32, loops: Int32)
  case let_(variable: Int32, code: Int32)
  /// Goes on so many commands further where the condition does not hold.
  case skipUnless(code: Int32, count: Int32)
  case loop(variable: Int32, count: Int32, length: Int32)
  case next(variable: Int32, length: Int32)

  /// One of some kinds, which stand one after the other in a table.
  struct Choice: Sendable, BitwiseCopyable {
    var first: Int32
    var count: Int32
    /// The code of the number of the one that is taken; -1 draws it.
    var which: Int32
  }

  /// Steps that the generation of one level may take.
  static let mostCommands: Int32 = 20_000
  /// The heading that is drawn at random.
  static let anyHeading: Int32 = -1
  /// The heading that is that of the kind.
  static let ownHeading: Int32 = -2
}
