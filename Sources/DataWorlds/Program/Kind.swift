/// A kind of thing: an object of one colour in one state.
struct Kind: Sendable {
  var object = ""
  var color = ""
  var state = ""
  var tags: [String] = []
  var layer = 0
  var isSolid = false
  var isOpaque = false
  var isPickable = false
  var behaviour = Behaviour()
  var code = SymbolCode(type: 1, color: 0, state: 0)
  var picture = Picture()
  /// The name of the shape that the picture is; nil for a sprite.
  var shape: String?

  /// The words that select it.
  var words: [String] { [object, color, state].filter { !$0.isEmpty } + tags }
  /// As people say it.
  var name: String { [color, state, object].filter { !$0.isEmpty }.joined(separator: " ") }
}

/// Three bytes of a cell, as MiniGrid shows it.
struct SymbolCode: Hashable, Sendable, BitwiseCopyable {
  var type: UInt8
  var color: UInt8
  var state: UInt8
}

/// How a thing moves by itself.
struct Behaviour: Sendable, BitwiseCopyable {
  enum Rule: UInt8, Sendable {
    case none, walk, wander, chase, flee, still
  }
  enum Edge: UInt8, Sendable {
    case stop, wrap, bounce, vanish
  }
  var rule = Rule.none
  var edge = Edge.stop
  var heading = Heading.right
  /// Steps between two moves.
  var period: UInt8 = 1
  /// How often a move is made, or how often it is the right one.
  var chance = 1.0
  var targets = KindSet()
  /// Steps after which it becomes another kind; 0 for never.
  var lifetime: Int32 = 0
  var after: UInt8 = 0
}
