/// A convex polygon of three or four corners, as the half-planes that its edges bound.
public struct ConvexPolygon: Sendable {
  // The distance of a point from each edge, inside positive: across * x + down * y + offset.
  private var across = SIMD4<Float>.zero
  private var down = SIMD4<Float>.zero
  private var offset = SIMD4<Float>(repeating: 1)
  // Where each edge crosses y = 0 of a row, as a bound to the left (first) or to the right (last):
  // scale * distance + start; an edge of the other side gives a bound far away.
  private var firstScale = SIMD4<Float>.zero
  private var firstStart = SIMD4<Float>(repeating: -1e9)
  private var lastScale = SIMD4<Float>.zero
  private var lastStart = SIMD4<Float>(repeating: 1e9)
  let low: CanvasPoint
  let high: CanvasPoint

  /// Creates a polygon of four corners in order around it, either way.
  ///
  /// - Precondition: the corners bound a convex area; two neighbours may be one point.
  public init(_ a: CanvasPoint, _ b: CanvasPoint, _ c: CanvasPoint, _ d: CanvasPoint) {
    low = CanvasPoint(min(a.x, b.x, c.x, d.x), min(a.y, b.y, c.y, d.y))
    high = CanvasPoint(max(a.x, b.x, c.x, d.x), max(a.y, b.y, c.y, d.y))
    let doubleArea = (c.x - a.x) * (d.y - b.y) - (d.x - b.x) * (c.y - a.y)
    let turn: Float = doubleArea < 0 ? -1 : 1
    setEdge(0, a, b, turn)
    setEdge(1, b, c, turn)
    setEdge(2, c, d, turn)
    setEdge(3, d, a, turn)
  }

  /// Creates a triangle.
  public init(_ a: CanvasPoint, _ b: CanvasPoint, _ c: CanvasPoint) {
    self.init(a, b, c, c)
  }

  /// Creates the strip of a line of a given width, in pixels.
  public init(lineFrom a: CanvasPoint, to b: CanvasPoint, width: Float) {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length = max((dx * dx + dy * dy).squareRoot(), 1e-6)
    let (sideX, sideY) = (-dy / length * width / 2, dx / length * width / 2)
    self.init(
      CanvasPoint(a.x + sideX, a.y + sideY), CanvasPoint(b.x + sideX, b.y + sideY),
      CanvasPoint(b.x - sideX, b.y - sideY), CanvasPoint(a.x - sideX, a.y - sideY))
  }

  private mutating func setEdge(_ index: Int, _ a: CanvasPoint, _ b: CanvasPoint, _ turn: Float) {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let length = (dx * dx + dy * dy).squareRoot()
    guard length > 1e-6 else { return }
    let (slopeX, slopeY) = (-dy / length * turn, dx / length * turn)
    across[index] = slopeX
    down[index] = slopeY
    offset[index] = -(slopeX * a.x + slopeY * a.y)
    // A level edge counts as a very steep bound: all of the row or nothing.
    if slopeX < -1e-6 {
      lastScale[index] = -1 / slopeX
      lastStart[index] = 0
    } else {
      firstScale[index] = -1 / max(slopeX, 1e-6)
      firstStart[index] = 0
    }
  }

  /// One row of pixels: the distances of its edges at x = 0.
  @inline(__always)
  func distances(_ y: Float) -> SIMD4<Float> { offset + down * y }

  /// How much of the pixel around a centre lies inside, 0...1.
  ///
  /// Each edge takes away its part of the pixel: right for edges and for strips thinner than a
  /// pixel, a little too little at corners.
  @inline(__always)
  func cover(_ x: Float, _ row: SIMD4<Float>) -> Float {
    let kept = (row + across * x + 0.5).clamped(
      lowerBound: SIMD4(repeating: 0), upperBound: SIMD4(repeating: 1))
    return max(0, (kept[0] + kept[1]) + (kept[2] + kept[3]) - 3)
  }

  /// The interval of x in a row in which every edge is at least `margin` away.
  @inline(__always)
  func interval(_ row: SIMD4<Float>, margin: Float) -> (Float, Float) {
    let rest = row - margin
    let first = rest * firstScale + firstStart
    let last = rest * lastScale + lastStart
    return (
      max(max(first[0], first[1]), max(first[2], first[3])),
      min(min(last[0], last[1]), min(last[2], last[3]))
    )
  }
}

extension Canvas {
  /// Fills a convex polygon, its edges smoothed over one pixel.
  ///
  /// - Parameter opacity: 0 leaves the canvas, 1 covers it.
  public func fill(_ polygon: ConvexPolygon, _ shade: Shade, opacity: Float = 1) {
    for line in clipped(polygon.low.y - 0.5, polygon.high.y + 0.5, height) {
      let row = polygon.distances(Float(line) + 0.5)
      let outer = polygon.interval(row, margin: -0.5)
      guard outer.0 <= outer.1 else { continue }
      let inner = polygon.interval(row, margin: 0.5)
      let columns = clipped(outer.0 - 0.5, outer.1 + 0.5, width)
      let solid = solidColumns(inner, columns)
      for column in columns.lowerBound..<solid.lowerBound {
        fillEdge(column, line, row, polygon, shade, opacity)
      }
      fillSpan(solid, line, shade, opacity)
      for column in solid.upperBound..<columns.upperBound {
        fillEdge(column, line, row, polygon, shade, opacity)
      }
    }
  }

  /// The columns whose centres lie in an interval, as a part of `columns`.
  @inline(__always)
  private func solidColumns(_ inner: (Float, Float), _ columns: Range<Int>) -> Range<Int> {
    guard inner.0 <= inner.1 else { return columns.upperBound..<columns.upperBound }
    let limit = Float(width)
    let first = max(columns.lowerBound, Self.ceiling(min(limit, max(0, inner.0 - 0.5))))
    let last = min(columns.upperBound, Int(min(limit, max(-1, inner.1 - 0.5) + 1)))
    guard first < last else { return columns.upperBound..<columns.upperBound }
    return first..<last
  }

  @inline(__always)
  private func fillEdge(
    _ column: Int, _ line: Int, _ row: SIMD4<Float>, _ polygon: ConvexPolygon, _ shade: Shade,
    _ opacity: Float
  ) {
    let x = Float(column) + 0.5
    let cover = polygon.cover(x, row)
    if cover > 0 { mix(column, line, shade.color(x, Float(line) + 0.5), cover * opacity) }
  }

  @inline(__always)
  private func fillSpan(_ columns: Range<Int>, _ line: Int, _ shade: Shade, _ opacity: Float) {
    guard !columns.isEmpty else { return }
    let y = Float(line) + 0.5
    if opacity < 1 {
      for column in columns { mix(column, line, shade.color(Float(column) + 0.5, y), opacity) }
      return
    }
    var pixel = base + (line * width + columns.lowerBound) * 3
    if shade.isLevel {
      let color = shade.color(0, y)
      for _ in columns {
        put(color, at: pixel)
        pixel += 3
      }
    } else {
      for column in columns {
        put(shade.color(Float(column) + 0.5, y), at: pixel)
        pixel += 3
      }
    }
  }
}
