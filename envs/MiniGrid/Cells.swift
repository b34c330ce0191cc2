import EnvironmentKit

/// MiniGrid's worlds: rooms of square cells, seen by an agent through a 7×7 window.
///
/// The same seed gives the same world as in the Python library `minigrid` 3.2.0, number for number:
/// everything here draws from the random stream in that library's order.
package enum MiniGrid {}

extension MiniGrid {
  /// What can be in a cell, with the numbers of the observation.
  package enum Kind: UInt8, Sendable {
    case unseen, empty, wall, floor, door, key, ball, box, goal, lava, agent
  }

  /// Kinds of things that missions name, in the order of the numbers, from `Kind.key` on.
  package static let thingWords = [Kind.key, .ball, .box].map { "\($0)" }

  /// The six colours, with the numbers of the observation.
  package enum Paint: UInt8, CaseIterable, Sendable {
    case red, green, blue, purple, yellow, grey

    /// The order in which colours are drawn at random: that of their names.
    package static let alphabetical: [Paint] = [.blue, .green, .grey, .purple, .red, .yellow]

    /// What missions call them, in the order of the numbers.
    package static let words = allCases.map { "\($0)" }

    /// The colour on screen.
    package var color: Color {
      switch self {
      case .red: Color(255, 0, 0)
      case .green: Color(0, 255, 0)
      case .blue: Color(0, 0, 255)
      case .purple: Color(112, 39, 195)
      case .yellow: Color(255, 255, 0)
      case .grey: Color(100, 100, 100)
      }
    }
  }

  /// Some of the colours.
  package struct PaintSet: Sendable {
    private var bits: UInt8

    package static let all = PaintSet(bits: 0b11_1111)

    package var count: Int { bits.nonzeroBitCount }
    package func contains(_ paint: Paint) -> Bool { bits >> paint.rawValue & 1 == 1 }
    package mutating func remove(_ paint: Paint) { bits &= ~(1 << paint.rawValue) }
  }

  /// How a door stands; everything else is `open`, which is 0 in the observation.
  package enum DoorState: UInt8, CaseIterable, Sendable {
    case open, closed, locked
  }

  /// One cell: what is there, its colour, its state, and what a box hides.
  package struct Cell: Hashable, Sendable {
    /// Kind, paint and state, a byte each, the first lowest; in the highest byte what a box hides, kind and paint in
    /// four bits each, where 0 is nothing.
    private let number: UInt32

    package init(_ kind: Kind, _ paint: Paint = .red, _ state: DoorState = .open) {
      self.init(kind, paint, state, hiding: 0)
    }

    private init(_ kind: Kind, _ paint: Paint, _ state: DoorState, hiding hidden: UInt8) {
      number =
        UInt32(kind.rawValue) | UInt32(paint.rawValue) << 8 | UInt32(state.rawValue) << 16
        | UInt32(hidden) << 24
    }

    /// What is there.
    package var kind: Kind { Kind(rawValue: byte(0)) ?? .unseen }
    /// Its colour.
    package var paint: Paint { Paint(rawValue: byte(1)) ?? .red }
    /// How it stands.
    package var state: DoorState { DoorState(rawValue: byte(2)) ?? .open }
    /// What a box hides.
    private var hidden: UInt8 { byte(3) }

    private func byte(_ place: UInt32) -> UInt8 {
      UInt8(truncatingIfNeeded: number &>> (8 &* place))
    }

    package static let empty = Cell(.empty)
    package static let wall = Cell(.wall, .grey)
    package static let goal = Cell(.goal, .green)
    package static let lava = Cell(.lava)

    /// A box with something inside: a key, a ball, or nothing (`.empty`).
    package static func box(_ paint: Paint, containing content: Cell = .empty) -> Cell {
      let hidden = content.kind.rawValue << 4 | content.paint.rawValue
      return Cell(.box, paint, .open, hiding: content.kind == .empty ? 0 : hidden)
    }

    /// Whether this is of a kind and a colour, whatever its state and what it hides.
    package func looksLike(_ other: Cell) -> Bool { kind == other.kind && paint == other.paint }

    /// What missions call it, such as `green key`.
    package var words: String { "\(paint) \(kind)" }
    /// Its place among `Paint.words`.
    package var paintWord: Int { Int(paint.rawValue) }
    /// Its place among `thingWords`; the first where it is none of them.
    package var thingWord: Int { max(0, Int(kind.rawValue) - Int(Kind.key.rawValue)) }

    /// What remains when a box is opened.
    package var content: Cell {
      guard let kind = Kind(rawValue: hidden >> 4), let paint = Paint(rawValue: hidden & 0xf),
        hidden != 0
      else { return .empty }
      return Cell(kind, paint)
    }

    /// Whether the agent may stand here.
    package var canBeEntered: Bool {
      switch kind {
      case .empty, .floor, .goal, .lava: true
      case .door: state == .open
      default: false
      }
    }

    /// Whether the agent may carry this.
    package var canBePickedUp: Bool { kind == .key || kind == .ball || kind == .box }

    /// The three bytes of the observation, the first lowest.
    package var code: UInt32 { number & 0xff_ffff }

    /// Whether cells behind this one can be seen: no wall, and no door but an open one.
    package var isSeeThrough: Bool {
      Self.opaque &>> UInt64((number & 0xff) &<< 2 | number &>> 16 & 0xff) & 1 == 0
    }

    /// What cannot be seen through: a bit for each state, four for each kind.
    private static var opaque: UInt64 {
      0b1111 << UInt64(Kind.wall.rawValue << 2) | 0b1110 << UInt64(Kind.door.rawValue << 2)
    }

    /// What becomes of this when the agent uses it, holding something.
    package func toggled(holding carried: Cell) -> Cell {
      switch (kind, state) {
      case (.box, _): content
      case (.door, .open): Cell(.door, paint, .closed)
      case (.door, .closed): Cell(.door, paint, .open)
      case (.door, .locked):
        carried.kind == .key && carried.paint == paint ? Cell(.door, paint, .open) : self
      default: self
      }
    }
  }
}
