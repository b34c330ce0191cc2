import EnvironmentKit

/// Drawing of the rink from above. The same code makes observations and pictures of any size.
extension IcePuck {
  /// Columns and rows of an observation.
  static let observationSize = 64
  /// Metres from the middle of the picture to its nearer edges: the rink with its boards.
  private static let sight: Float = 1.1
  /// Radius of the target's ring, in metres.
  private static let targetRadius: Float = 0.26

  /// How far the light of the target falls, in metres.
  private static let targetLight: Float = 1.5
  /// How far the light of the puck falls, in metres.
  private static let puckLight: Float = 1.5

  /// The colours: a rink at night, a cool light on the puck and a warm one in the target.
  private enum Palette {
    static let surround = Color(8, 10, 20)
    static let boards = Color(48, 60, 92)
    static let iceTop = Color(24, 30, 54)
    static let iceBottom = Color(18, 22, 42)
    static let line = Color(62, 78, 118)
    static let puckLight = Color(20, 120, 235)
    static let trail = Color(110, 200, 250)
    static let puck = Color(232, 246, 255)
    static let puckTop = Color(70, 120, 190)
    static let targetLight = Color(225, 92, 20)
    static let target = Color(250, 120, 40)
    static let targetMiddle = Color(110, 36, 20)
  }

  /// Writes the picture, 64×64×3.
  func observePicture(into writer: inout ObservationWriter) {
    writer.writeImage(width: Self.observationSize, height: Self.observationSize) { draw(into: $0) }
  }

  /// Draws the rink in the middle of the canvas, whatever its size.
  ///
  /// The lights are wide: wherever puck and target go, much of the picture changes a little, so that a
  /// few numbers can say where they are. Of small discs on an even ground, a few numbers cannot.
  public func draw(into canvas: Canvas) {
    let view = RinkView(canvas, sight: Self.sight)
    drawRink(view, canvas)
    view.glow(target, Self.targetLight, Palette.targetLight, on: canvas)
    view.glow(puck, Self.puckLight, Palette.puckLight, on: canvas)
    drawTarget(view, canvas)
    for index in (0..<Self.trailLength).reversed() { drawTrail(index, view, canvas) }
    drawPuck(view, canvas)
  }

  private func drawRink(_ view: RinkView, _ canvas: Canvas) {
    canvas.fill(Palette.surround)
    canvas.fill(view.square(1.06), Shade(Palette.boards))
    let (top, bottom) = (view.place(SIMD2(0, 1)), view.place(SIMD2(0, -1)))
    canvas.fill(view.square(1), Shade(Palette.iceTop, at: top, Palette.iceBottom, at: bottom))
    // Rings of equal height: the bowl.
    for ring in [Float(0.95), 0.62, 0.3] {
      view.disc(.zero, ring, Palette.line, on: canvas)
      view.disc(
        .zero, ring - 0.025, Palette.iceTop.mixed(with: Palette.line, 0.3 * (1 - ring)), on: canvas)
    }
  }

  private func drawTarget(_ view: RinkView, _ canvas: Canvas) {
    view.disc(target, Self.targetRadius, Palette.target, on: canvas)
    view.disc(target, Self.targetRadius * 0.68, Palette.targetMiddle, on: canvas)
    view.disc(target, Self.targetRadius * 0.28, Palette.target, on: canvas)
  }

  /// One place of the trail: the older, the smaller and fainter.
  private func drawTrail(_ index: Int, _ view: RinkView, _ canvas: Canvas) {
    let youth = 1 - Float(index + 1) / Float(Self.trailLength + 1)
    view.disc(
      trail[index], Self.puckRadius * (0.3 + 0.7 * youth), Palette.trail, on: canvas,
      opacity: 0.1 + 0.3 * youth)
  }

  private func drawPuck(_ view: RinkView, _ canvas: Canvas) {
    view.disc(puck, Self.puckRadius, Palette.puck, on: canvas)
    view.disc(puck, Self.puckRadius * 0.55, Palette.puckTop, on: canvas)
  }

  /// Where puck and target are seen in an observation.
  ///
  /// - Parameter facts: the values of `factList`.
  static func regions(_ facts: UnsafeBufferPointer<Float>) -> [ImageRegion] {
    let scale = Float(observationSize) / (2 * sight)
    func region(_ x: Float, _ y: Float, _ radius: Float) -> ImageRegion {
      ImageRegion(
        centerX: (x + sight) * scale, centerY: (sight - y) * scale, radius: radius * scale)
    }
    return [
      region(facts[FactSlot.puckX], facts[FactSlot.puckY], puckRadius),
      region(facts[FactSlot.targetX], facts[FactSlot.targetY], targetRadius),
    ]
  }
}

/// Where metres fall on a canvas.
private struct RinkView {
  /// Pixels per metre.
  let scale: Float
  let middle: CanvasPoint

  init(_ canvas: Canvas, sight: Float) {
    scale = Float(min(canvas.width, canvas.height)) / (2 * sight)
    middle = CanvasPoint(Float(canvas.width) / 2, Float(canvas.height) / 2)
  }

  func place(_ meters: SIMD2<Float>) -> CanvasPoint {
    CanvasPoint(middle.x + meters.x * scale, middle.y - meters.y * scale)
  }

  /// The square of so many metres to either side of the origin.
  func square(_ reach: Float) -> ConvexPolygon {
    ConvexPolygon(
      place(SIMD2(-reach, reach)), place(SIMD2(reach, reach)), place(SIMD2(reach, -reach)),
      place(SIMD2(-reach, -reach)))
  }

  func disc(
    _ meters: SIMD2<Float>, _ radius: Float, _ color: Color, on canvas: Canvas, opacity: Float = 1
  ) {
    let middle = place(meters)
    canvas.fillEllipse(
      centerX: middle.x, centerY: middle.y, radiusX: radius * scale, radiusY: radius * scale, color,
      opacity: opacity)
  }
  /// Light around a place that fades to nothing at a radius.
  func glow(_ meters: SIMD2<Float>, _ radius: Float, _ color: Color, on canvas: Canvas) {
    let middle = place(meters)
    canvas.fillGlow(
      centerX: middle.x, centerY: middle.y, radiusX: radius * scale, radiusY: radius * scale, color,
      opacity: 0.7)
  }
}
