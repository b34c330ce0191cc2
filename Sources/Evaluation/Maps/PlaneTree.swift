/// A quadtree over points of a plane, its cells in depth-first order, each with the mean of its points.
///
/// - SeeAlso: J. Barnes, P. Hut, "A hierarchical O(N log N) force-calculation algorithm" (1986).
struct PlaneTree {
  /// A square that holds points.
  struct Cell {
    /// The mean of its points.
    var x: Float = 0
    var y: Float = 0
    /// How many they are.
    var mass: Float = 0
    /// Its side.
    var side: Float
    /// The first of its points, in the tree's order, and the one after the last.
    var first: Int32
    var end: Int32
    /// The cell after all that lie within this one.
    var next: Int32 = 0
    /// Whether no cells lie within it.
    var isLeaf = true
  }

  /// The points, those of a cell one after the other.
  private(set) var order: [Int32] = []
  /// The coordinates of the points, in the tree's order.
  private(set) var x: [Float] = []
  private(set) var y: [Float] = []
  /// All cells.
  private(set) var cells: [Cell] = []
  /// Cells of few points that hold all of them together: what is asked of one point is asked of its group.
  private(set) var groups: [Int32] = []

  private var codes: [UInt64] = []
  private var spare: [UInt64] = []

  /// Points of a cell that is not divided further.
  private static let leaf = 8
  /// Points of a group, at most, but where they lie closer than the tree can tell.
  static let group = 32
  private static let levels = 16

  /// Builds the tree of points, `[point, 2]`.
  mutating func build(_ points: UnsafeBufferPointer<Float>) {
    let count = points.count / 2
    var (left, right) = (Float.infinity, -Float.infinity)
    var (top, bottom) = (left, right)
    for point in 0..<count {
      left = min(left, points[2 * point])
      right = max(right, points[2 * point])
      top = min(top, points[2 * point + 1])
      bottom = max(bottom, points[2 * point + 1])
    }
    let side = max(right - left, bottom - top, .leastNormalMagnitude)
    let scale = Float(1 << Self.levels) / side
    let most = Float(1 << Self.levels - 1)
    codes = (0..<count).map { point in
      let column = UInt32(min(most, (points[2 * point] - left) * scale))
      let row = UInt32(min(most, (points[2 * point + 1] - top) * scale))
      return UInt64(Self.spread(column) | Self.spread(row) << 1) << 32 | UInt64(point)
    }
    sortCodes()
    order = codes.map { Int32(truncatingIfNeeded: $0 & 0xFFFF_FFFF) }
    x = order.map { points[2 * Int($0)] }
    y = order.map { points[2 * Int($0) + 1] }
    cells.removeAll(keepingCapacity: true)
    groups.removeAll(keepingCapacity: true)
    if count > 0 { _ = divide(0, count, level: 0, side: side, isInGroup: false) }
  }

  /// Adds the cell of points that share the leading bits of their codes; returns the sums of their coordinates.
  private mutating func divide(
    _ first: Int, _ end: Int, level: Int, side: Float, isInGroup: Bool
  ) -> (x: Double, y: Double) {
    let place = cells.count
    cells.append(Cell(side: side, first: Int32(first), end: Int32(end)))
    let isLeaf = end - first <= Self.leaf || level == Self.levels
    let isGroup = !isInGroup && (isLeaf || end - first <= Self.group)
    if isGroup { groups.append(Int32(place)) }
    var sums = (x: 0.0, y: 0.0)
    if isLeaf {
      for point in first..<end {
        sums.x += Double(x[point])
        sums.y += Double(y[point])
      }
    } else {
      let shift = UInt64(32 + 2 * (Self.levels - 1 - level))
      var start = first
      while start < end {
        let quarter = codes[start] >> shift
        var stop = start + 1
        while stop < end, codes[stop] >> shift == quarter { stop += 1 }
        let part = divide(
          start, stop, level: level + 1, side: side / 2, isInGroup: isInGroup || isGroup)
        sums.x += part.x
        sums.y += part.y
        start = stop
      }
    }
    let mass = Double(end - first)
    (cells[place].x, cells[place].y) = (Float(sums.x / mass), Float(sums.y / mass))
    (cells[place].mass, cells[place].next) = (Float(mass), Int32(cells.count))
    cells[place].isLeaf = isLeaf
    return sums
  }

  /// The lower 16 bits with a zero after each.
  private static func spread(_ number: UInt32) -> UInt32 {
    var bits = number & 0xFFFF
    bits = (bits | bits << 8) & 0x00FF_00FF
    bits = (bits | bits << 4) & 0x0F0F_0F0F
    bits = (bits | bits << 2) & 0x3333_3333
    return (bits | bits << 1) & 0x5555_5555
  }

  /// Sorts by the upper half, equal ones staying in their order.
  private mutating func sortCodes() {
    if spare.count != codes.count { spare = codes }
    for shift in stride(from: UInt64(32), to: 64, by: 8) {
      var starts = [Int](repeating: 0, count: 257)
      for code in codes { starts[Int(code >> shift & 255) + 1] += 1 }
      for digit in 0..<256 { starts[digit + 1] += starts[digit] }
      for code in codes {
        let digit = Int(code >> shift & 255)
        spare[starts[digit]] = code
        starts[digit] += 1
      }
      swap(&codes, &spare)
    }
  }
}
