/// A convex polygon of three or four corners, as the half-planes that its edges bound.
public struct ConvexPolygon: Sendable {
  // The distance of a point from each edge, inside positive: across * x + down * y + offset.
  private var across = SIMD4<Float>.zero
  private var down = SIMD4<Float>.zero
  private var offset = SIMD4<Float>(repeating: 1)
  // Where each edge crosses a row: crossing + lean * y, a bound to the left or to the right; an
  // edge of the other side gives a bound far away. `reach` is half a pixel's distance along x.
  private var firstCrossing = SIMD4<Float>(repeating: -1e9)
  private var firstLean = SIMD4<Float>.zero
  private var lastCrossing = SIMD4<Float>(repeating: 1e9)
  private var lastLean = SIMD4<Float>.zero
  private var reach = SIMD4<Float>.zero
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
    setBound(index)
  }

  private mutating func setBound(_ index: Int) {
    // A level edge counts as a very steep bound: all of the row or nothing.
    let bounded = abs(across[index]) < 1e-6 ? 1e-6 : across[index]
    reach[index] = 0.5 / abs(bounded)
    if bounded > 0 {
      firstCrossing[index] = -offset[index] / bounded
      firstLean[index] = -down[index] / bounded
    } else {
      lastCrossing[index] = -offset[index] / bounded
      lastLean[index] = -down[index] / bounded
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

  /// The intervals of x at height y in which any pixel is touched, and in which all are covered.
  @inline(__always)
  func intervals(_ y: Float) -> (outer: (Float, Float), inner: (Float, Float)) {
    let first = firstCrossing + firstLean * y
    let last = lastCrossing + lastLean * y
    return (
      (Self.greatest(first - reach), Self.least(last + reach)),
      (Self.greatest(first + reach), Self.least(last - reach))
    )
  }

  @inline(__always)
  private static func greatest(_ values: SIMD4<Float>) -> Float {
    let pair = pointwiseMax(values.lowHalf, values.highHalf)
    return pair[0] > pair[1] ? pair[0] : pair[1]
  }

  @inline(__always)
  private static func least(_ values: SIMD4<Float>) -> Float {
    let pair = pointwiseMin(values.lowHalf, values.highHalf)
    return pair[0] < pair[1] ? pair[0] : pair[1]
  }
}

extension Canvas {
  /// Fills a convex polygon, its edges smoothed over one pixel.
  ///
  /// - Parameter opacity: 0 leaves the canvas, 1 covers it.
  public func fill(_ polygon: ConvexPolygon, _ shade: Shade, opacity: Float = 1) {
    for line in clipped(polygon.low.y - 0.5, polygon.high.y + 0.5, height) {
      let row = polygon.distances(Float(line) + 0.5)
      let (outer, inner) = polygon.intervals(Float(line) + 0.5)
      guard outer.0 <= outer.1 else { continue }
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
}
