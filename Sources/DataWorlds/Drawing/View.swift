/// What the agent sees: a square before it, or the whole map.
struct View {
  /// Cells a side of the largest square.
  static let largest = 15

  let size: Int
  /// A row of bits a row of the square, the farthest first.
  var visible: InlineArray<15, UInt32>

  @inline(__always)
  func sees(_ x: Int, _ y: Int) -> Bool { visible[y] >> UInt32(truncatingIfNeeded: x) & 1 == 1 }
}

extension WorldState {
  /// The column and row of the map at a place of the square that is seen.
  @inline(__always)
  func place(seenAt x: Int, _ y: Int, size: Int) -> (x: Int32, y: Int32) {
    let right = heading.turned(1)
    let ahead = Int32(truncatingIfNeeded: size &- 1 &- y)
    let aside = Int32(truncatingIfNeeded: x &- size / 2)
    return (
      agentX &+ heading.dx &* ahead &+ right.dx &* aside,
      agentY &+ heading.dy &* ahead &+ right.dy &* aside
    )
  }

  /// What the agent sees of the square before it.
  func view(_ program: Program) -> View {
    let size = program.view.size
    let all = (UInt32(1) << UInt32(size)) &- 1
    var view = View(size: size, visible: InlineArray(repeating: all))
    if program.view.isOccluded { hide(&view, all, program) }
    return view
  }

  /// Hides what lies behind opaque things.
  ///
  /// Sight spreads from the agent row by row, away from it: within a row first to the right, then to
  /// the left, through see-through cells; each of those also lights the cells ahead of it and of
  /// the neighbour it spreads to (MiniGrid's rule).
  private func hide(_ view: inout View, _ all: UInt32, _ program: Program) {
    let size = view.size
    var lit = UInt32(1) << UInt32(size / 2)
    for y in stride(from: size - 1, through: 0, by: -1) {
      let clear = clearCells(row: y, size, program)
      let toRight = Self.spread(lit & clear, through: clear) { $0 << 1 } & (all >> 1)
      lit = (lit | toRight << 1) & all
      let toLeft = Self.spread(lit & clear, through: clear) { $0 >> 1 } & ~1
      lit |= toLeft >> 1
      view.visible[y] = lit
      lit = (toRight | toRight << 1 | toLeft | toLeft >> 1) & all
    }
  }

  /// The bits reached from some over neighbouring bits of a path.
  @inline(__always)
  private static func spread(
    _ seeds: UInt32, through path: UInt32, _ shift: (UInt32) -> UInt32
  ) -> UInt32 {
    var reached = seeds
    while true {
      let next = reached | shift(reached) & path
      if next == reached { return reached }
      reached = next
    }
  }

  /// A bit for each cell of a row of the square that can be seen through; all outside cannot.
  @inline(__always)
  private func clearCells(row: Int, _ size: Int, _ program: Program) -> UInt32 {
    var bits: UInt32 = 0
    for x in 0..<size {
      let place = place(seenAt: x, row, size: size)
      guard contains(place.x, place.y, program) else { continue }
      var index = cell(place.x, place.y, program) &* program.layers
      var isOpaque = false
      for _ in 0..<program.layers {
        let kind = contents[index]
        if kind != 0, program.opaque.contains(kind) { isOpaque = true }
        index &+= 1
      }
      if !isOpaque { bits |= 1 << UInt32(truncatingIfNeeded: x) }
    }
    return bits
  }
}
