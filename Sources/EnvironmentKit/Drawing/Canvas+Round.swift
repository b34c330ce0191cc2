extension Canvas {
  /// Fills an ellipse with upright axes, its edge smoothed over one pixel.
  ///
  /// - Parameters:
  ///   - radiusX: half its width, in pixels.
  ///   - radiusY: half its height, in pixels.
  public func fillEllipse(
    centerX: Float, centerY: Float, radiusX: Float, radiusY: Float, _ color: Color,
    opacity: Float = 1
  ) {
    guard radiusX > 0, radiusY > 0 else { return }
    let paint = Shade.components(color)
    forEachPixel(centerX, centerY, radiusX + 1, radiusY + 1) { column, row, dx, dy in
      let (u, v) = (dx / radiusX, dy / radiusY)
      let reach = (u * u + v * v).squareRoot()
      let (slopeX, slopeY) = (u / radiusX, v / radiusY)
      let slope = max((slopeX * slopeX + slopeY * slopeY).squareRoot(), 1e-6)
      // Distance to first order: how far the value is from 1, over how fast it changes.
      let distance = (1 - reach) * max(reach, 1e-3) / slope
      let cover = min(1, max(0, distance + 0.5)) * min(1, 2 * min(radiusX, radiusY))
      if cover > 0 { mix(column, row, paint, cover * opacity) }
    }
  }

  /// Fills a disc whose colour changes from its middle to its rim, the edge smoothed.
  public func fillBall(
    centerX: Float, centerY: Float, radius: Float, core: Color, rim: Color, opacity: Float = 1
  ) {
    guard radius > 0 else { return }
    let (inner, outer) = (Shade.components(core), Shade.components(rim))
    let full = opacity * min(1, 2 * radius)
    forEachPixel(centerX, centerY, radius + 1, radius + 1) { column, row, dx, dy in
      let distance = (dx * dx + dy * dy).squareRoot()
      let cover = min(1, max(0, radius - distance + 0.5))
      let share = min(1, distance / radius)
      if cover > 0 {
        mix(column, row, inner + (outer - inner) * share * share, cover * full)
      }
    }
  }

  /// Lays a soft light over the canvas: full in the middle, fading smoothly to nothing.
  ///
  /// - Parameters:
  ///   - radiusX: half the width of what is lit, in pixels.
  ///   - radiusY: half its height, in pixels.
  public func fillGlow(
    centerX: Float, centerY: Float, radiusX: Float, radiusY: Float, _ color: Color,
    opacity: Float = 1
  ) {
    guard radiusX > 0, radiusY > 0 else { return }
    let paint = Shade.components(color)
    forEachPixel(centerX, centerY, radiusX, radiusY) { column, row, dx, dy in
      let (u, v) = (dx / radiusX, dy / radiusY)
      let rest = 1 - u * u - v * v
      if rest > 0 { mix(column, row, paint, rest * rest * opacity) }
    }
  }

  /// Hands out every pixel of a box around a place with its centre's distance from it.
  @inline(__always)
  private func forEachPixel(
    _ centerX: Float, _ centerY: Float, _ reachX: Float, _ reachY: Float,
    _ body: (_ column: Int, _ row: Int, _ dx: Float, _ dy: Float) -> Void
  ) {
    let columns = clipped(centerX - reachX, centerX + reachX, width)
    for row in clipped(centerY - reachY, centerY + reachY, height) {
      let dy = Float(row) + 0.5 - centerY
      for column in columns { body(column, row, Float(column) + 0.5 - centerX, dy) }
    }
  }
}
