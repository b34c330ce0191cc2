import EnvironmentKit

/// The board on a canvas of any size: places and lengths in cells, x to the right and y downwards.
///
/// The board lies in the middle, its cells whole pixels wide; what is left over is the frame around it.
package struct ArcadeView {
  let canvas: Canvas
  /// Pixels of a cell's side.
  let side: Int
  /// Pixels to the left of the board, and above it.
  let left, top: Int

  /// Fits the board to a canvas.
  init(_ canvas: Canvas) {
    self.canvas = canvas
    side = max(1, min(canvas.width, canvas.height) / Cell.side)
    left = (canvas.width - Cell.side * side) / 2
    top = (canvas.height - Cell.side * side) / 2
  }

  /// So many cells in pixels.
  func length(_ cells: Float) -> Float { cells * Float(side) }

  /// Where a place lies on the canvas.
  func place(_ x: Float, _ y: Float) -> CanvasPoint {
    CanvasPoint(Float(left) + length(x), Float(top) + length(y))
  }

  /// Fills the board's rows from one height to another, across the frame too, with a gradient downwards.
  func fillBand(from top: Float, to bottom: Float, _ first: Color, _ last: Color) {
    let (high, low) = (place(0, top), place(0, bottom))
    let (left, right): (Float, Float) = (-1, Float(canvas.width + 1))
    // At the board's edges the band goes on over the frame.
    let from = top <= 0 ? -1 : high.y
    let to = bottom >= Float(Cell.side) ? Float(canvas.height + 1) : low.y
    canvas.fill(
      ConvexPolygon(
        CanvasPoint(left, from), CanvasPoint(right, from), CanvasPoint(right, to),
        CanvasPoint(left, to)),
      Shade(first, at: high, last, at: low))
  }

  /// Fills a rectangle with a gradient downwards.
  func fill(
    x: ClosedRange<Float>, y: ClosedRange<Float>, _ first: Color, _ last: Color,
    opacity: Float = 1
  ) {
    let (a, b) = (place(x.lowerBound, y.lowerBound), place(x.upperBound, y.upperBound))
    canvas.fill(
      ConvexPolygon(a, CanvasPoint(b.x, a.y), b, CanvasPoint(a.x, b.y)),
      Shade(first, at: a, last, at: CanvasPoint(a.x, b.y)), opacity: opacity)
  }

  /// Fills a rectangle with one colour.
  func fill(
    x: ClosedRange<Float>, y: ClosedRange<Float>, _ color: Color, opacity: Float = 1
  ) {
    let (a, b) = (place(x.lowerBound, y.lowerBound), place(x.upperBound, y.upperBound))
    canvas.fill(
      ConvexPolygon(a, CanvasPoint(b.x, a.y), b, CanvasPoint(a.x, b.y)), Shade(color),
      opacity: opacity)
  }

  /// Fills an ellipse.
  func ellipse(
    _ x: Float, _ y: Float, _ radiusX: Float, _ radiusY: Float, _ color: Color,
    opacity: Float = 1
  ) {
    let middle = place(x, y)
    canvas.fillEllipse(
      centerX: middle.x, centerY: middle.y, radiusX: length(radiusX), radiusY: length(radiusY),
      color, opacity: opacity)
  }

  /// Fills a ball, lighter in its middle.
  func ball(_ x: Float, _ y: Float, _ radius: Float, core: Color, rim: Color) {
    let middle = place(x, y)
    canvas.fillBall(
      centerX: middle.x, centerY: middle.y, radius: length(radius), core: core, rim: rim)
  }

  /// Lays light around a place that fades to nothing at a radius.
  func glow(
    _ x: Float, _ y: Float, _ radiusX: Float, _ radiusY: Float, _ color: Color, opacity: Float
  ) {
    let middle = place(x, y)
    canvas.fillGlow(
      centerX: middle.x, centerY: middle.y, radiusX: length(radiusX), radiusY: length(radiusY),
      color, opacity: opacity)
  }

  /// Draws a line of a width in cells.
  func line(
    from a: (x: Float, y: Float), to b: (x: Float, y: Float), width: Float, _ color: Color,
    opacity: Float = 1
  ) {
    canvas.fill(
      ConvexPolygon(lineFrom: place(a.x, a.y), to: place(b.x, b.y), width: length(width)),
      Shade(color), opacity: opacity)
  }
}
