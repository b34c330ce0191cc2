import EnvironmentKit

extension MiniGrid {
  /// Painted tiles of one size, looked up by what they show.
  struct TileSheet: Sendable {
    /// Pixels a side.
    let size: Int
    private var pixels: [UInt8] = []
    /// Where a tile starts in `pixels`; -1 for those not painted yet.
    private var starts: [Int32]

    private static let looks = 11 * 6 * 3
    private static let agents = 5

    init(size: Int) {
      self.size = size
      starts = Array(repeating: -1, count: Self.looks * Self.agents * 2)
    }

    /// Paints every tile that can occur.
    init(paintingAllOf size: Int) {
      self.init(size: size)
      for cell in Self.possibleCells {
        for agent in [nil] + Direction.allCases.map(Optional.some) {
          paint(cell, agent: agent, isHighlighted: false)
          paint(cell, agent: agent, isHighlighted: true)
        }
      }
    }

    /// Every appearance a cell can have.
    static var possibleCells: [Cell] {
      var cells = [Cell.empty, Cell.lava]
      for paint in Paint.allCases {
        for kind in [Kind.wall, .floor, .key, .ball, .box, .goal] {
          cells.append(Cell(kind, paint))
        }
        for state in DoorState.allCases { cells.append(Cell(.door, paint, state)) }
      }
      return cells
    }

    @inline(__always)
    private static func slot(_ cell: Cell, _ agent: Direction?, _ isHighlighted: Bool) -> Int {
      let look =
        (Int(cell.kind.rawValue) &* 6 &+ Int(cell.paint.rawValue)) &* 3 &+ Int(cell.state.rawValue)
      let who = agent.map { Int($0.rawValue) &+ 1 } ?? 0
      return (look &* agents &+ who) &* 2 &+ (isHighlighted ? 1 : 0)
    }

    /// Makes sure that a tile is painted.
    mutating func paint(_ cell: Cell, agent: Direction?, isHighlighted: Bool) {
      let slot = Self.slot(cell, agent, isHighlighted)
      guard starts[slot] < 0 else { return }
      starts[slot] = Int32(pixels.count)
      pixels += TilePainter.paint(cell, agent: agent, isHighlighted: isHighlighted, size: size)
    }

    /// Copies a painted tile onto a canvas; what lies outside is left out.
    func draw(
      _ cell: Cell, agent: Direction?, isHighlighted: Bool, into canvas: Canvas, x: Int, y: Int
    ) {
      let start = Int(starts[Self.slot(cell, agent, isHighlighted)])
      let columns = min(size, canvas.width - x) * 3
      guard start >= 0, columns > 0 else { return }
      pixels.withUnsafeBytes { pixels in
        guard var source = pixels.baseAddress.map({ $0 + start }) else { return }
        var target = UnsafeMutableRawPointer(canvas.base) + (y * canvas.width + x) * 3
        for _ in 0..<max(0, min(size, canvas.height - y)) {
          Self.copy(columns, from: source, to: target)
          source += size * 3
          target += canvas.width * 3
        }
      }
    }

    /// Copies a short row: sixteen bytes at a time, the last sixteen overlapping those before.
    @inline(__always)
    private static func copy(
      _ count: Int, from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer
    ) {
      guard count >= 16 else { return target.copyMemory(from: source, byteCount: count) }
      var offset = 0
      while offset &+ 16 < count {
        copySixteen(from: source + offset, to: target + offset)
        offset &+= 16
      }
      copySixteen(from: source + (count &- 16), to: target + (count &- 16))
    }

    @inline(__always)
    private static func copySixteen(
      from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer
    ) {
      target.storeBytes(
        of: source.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
    }
  }
}
