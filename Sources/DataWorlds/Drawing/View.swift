/// What the agent sees: a square before it, or the whole map.
struct View {
  let size: Int
  /// A row of bits a row of the square, the farthest first.
  var visible: InlineArray<15, UInt32>
  /// The kind on top of each cell, row after row, the farthest first.
  var topmost: InlineArray<225, UInt8>

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
    var view = View(
      size: size, visible: InlineArray(repeating: all), topmost: InlineArray(repeating: 0))
    let clear = look(&view, program)
    if program.view.isOccluded { hide(&view, clear, all) }
    return view
  }

  /// Fills in what lies on top of each cell.
  ///
  /// - Returns: for each row a bit for each cell that can be seen through; all outside cannot.
  @inline(__always)
  private func look(_ view: inout View, _ program: Program) -> InlineArray<15, UInt32> {
    let size = view.size
    let layers = program.layers
    let (width, height) = (
      UInt32(truncatingIfNeeded: program.width), UInt32(truncatingIfNeeded: program.height)
    )
    let (dx, dy) = (heading.dx, heading.dy)
    let right = heading.turned(1)
    let (rightX, rightY) = (right.dx, right.dy)
    var clear = InlineArray<15, UInt32>(repeating: 0)
    var start = place(seenAt: 0, 0, size: size)
    let (cells, stride) = (contents.base, program.stride)
    let opacities = program.traits.opacities.base
    var index = 0
    for row in 0..<size {
      var (x, y) = start
      var bits: UInt32 = 0
      for column in 0..<size {
        var top = program.outside
        if UInt32(bitPattern: x) < width, UInt32(bitPattern: y) < height {
          top = 0
          var opacity: UInt8 = 0
          // Inside the map, so inside the memory.
          var stack = cells + (Int(y) &* Int(width) &+ Int(x)) &* stride
          for _ in 0..<layers {
            let kind = stack.pointee
            top = kind == 0 ? top : kind
            opacity |= opacities[Int(kind)]
            stack += 1
          }
          bits |= opacity != 0 ? 0 : 1 << UInt32(truncatingIfNeeded: column)
        }
        view.topmost[index] = top
        index &+= 1
        (x, y) = (x &+ rightX, y &+ rightY)
      }
      clear[row] = bits
      start = (start.x &- dx, start.y &- dy)
    }
    return clear
  }

  /// Hides what lies behind opaque things.
  ///
  /// Sight spreads from the agent row by row, away from it: within a row first to the right, then to
  /// the left, through see-through cells; each of those also lights the cells ahead of it and of
  /// the neighbour it spreads to (MiniGrid's rule).
  @inline(__always)
  private func hide(_ view: inout View, _ clear: InlineArray<15, UInt32>, _ all: UInt32) {
    let size = view.size
    var lit = UInt32(1) << UInt32(size / 2)
    for y in stride(from: size - 1, through: 0, by: -1) {
      let clear = clear[y]
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
}
