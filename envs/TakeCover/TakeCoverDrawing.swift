import EnvironmentKit

/// Drawing of the room. The same code makes observations and pictures of any size.
extension TakeCover {
  /// Columns and rows of an observation.
  static let observationSize = 64

  /// Writes the picture that the player sees, 64×64×3.
  public func observe(into writer: inout ObservationWriter) {
    writer.writeImage(width: Self.observationSize, height: Self.observationSize) { canvas in
      if !RoomPictures.catalogue.copy(of: self, to: canvas) { drawRoom(view(canvas), canvas) }
      drawActors(view(canvas), canvas)
    }
  }

  /// Draws what the player sees, whatever the canvas's size.
  public func draw(into canvas: Canvas) {
    drawRoom(view(canvas), canvas)
    drawActors(view(canvas), canvas)
  }

  private func view(_ canvas: Canvas) -> TakeCoverView {
    TakeCoverView(
      width: Float(canvas.width), height: Float(canvas.height), eye: playerX, rules: rules)
  }

  /// The empty room.
  func drawRoom(_ view: TakeCoverView, _ canvas: Canvas) {
    drawCeiling(view, canvas)
    drawFloor(view, canvas)
    drawSideWall(view, canvas, side: -1, Palette.leftNear, Palette.leftFar)
    drawSideWall(view, canvas, side: 1, Palette.rightNear, Palette.rightFar)
    drawFarWall(view, canvas)
  }

  /// All that moves, the far before the near; the end of an episode in red.
  private func drawActors(_ view: TakeCoverView, _ canvas: Canvas) {
    for index in 0..<monsterCount { drawMonster(monsters[index], view, canvas) }
    for index in (0..<fireballCount).reversed() { drawFireball(fireballs[index], view, canvas) }
    if isHit { canvas.fill(frame(of: canvas), Shade(Palette.blood), opacity: 0.45) }
  }

  /// The colours of the room: dark and cool, so that fireballs stand out.
  private enum Palette {
    static let ceilingNear = Color(30, 34, 52)
    static let ceilingFar = Color(14, 16, 28)
    static let floorNear = Color(62, 58, 66)
    static let floorFar = Color(24, 24, 34)
    static let tileNear = Color(50, 50, 60)
    static let tileFar = Color(20, 20, 30)
    static let leftNear = Color(22, 74, 78)
    static let leftFar = Color(10, 34, 42)
    static let rightNear = Color(78, 34, 82)
    static let rightFar = Color(36, 15, 44)
    static let pillar = Color(92, 92, 112)
    static let blood = Color(190, 0, 10)

    // The far wall runs smoothly from colour to colour: the player's place shows in what is
    // before him.
    static let farLeft = Color(12, 78, 74)
    static let farMiddle = Color(34, 42, 88)
    static let farRight = Color(92, 24, 66)
  }

  private func frame(of canvas: Canvas) -> ConvexPolygon {
    let (width, height) = (Float(canvas.width), Float(canvas.height))
    return ConvexPolygon(
      CanvasPoint(-1, -1), CanvasPoint(width + 1, -1), CanvasPoint(width + 1, height + 1),
      CanvasPoint(-1, height + 1))
  }

  /// Ceiling and floor meet at the horizon, so that nothing shines through the seams of the walls.
  private func drawCeiling(_ view: TakeCoverView, _ canvas: Canvas) {
    let far = view.horizon - TakeCoverView.eyeHeight * view.scale / TakeCoverView.farDepth
    let band = ConvexPolygon(
      CanvasPoint(-1, -1), CanvasPoint(view.width + 1, -1),
      CanvasPoint(view.width + 1, view.horizon + 1), CanvasPoint(-1, view.horizon + 1))
    canvas.fill(
      band,
      Shade(
        Palette.ceilingNear, at: CanvasPoint(0, 0), Palette.ceilingFar, at: CanvasPoint(0, far)))
  }

  /// A floor of strips that run from wall to wall of monsters, alternating in brightness.
  private func drawFloor(_ view: TakeCoverView, _ canvas: Canvas) {
    let far = view.place(0, 0, TakeCoverView.farDepth).y
    let band = ConvexPolygon(
      CanvasPoint(-1, view.horizon), CanvasPoint(view.width + 1, view.horizon),
      CanvasPoint(view.width + 1, view.height + 1), CanvasPoint(-1, view.height + 1))
    let (top, bottom) = (CanvasPoint(0, far), CanvasPoint(0, view.height))
    canvas.fill(band, Shade(Palette.floorFar, at: top, Palette.floorNear, at: bottom))
    let tile = Shade(Palette.tileFar, at: top, Palette.tileNear, at: bottom)
    let strip = 2 * view.wall / 8
    for index in stride(from: 0, to: 8, by: 2) {
      let left = Float(index) * strip - view.wall
      canvas.fill(floorStrip(from: left, to: left + strip, view), tile)
    }
  }

  private func floorStrip(from left: Float, to right: Float, _ view: TakeCoverView)
    -> ConvexPolygon
  {
    let (far, near) = (TakeCoverView.farDepth, Self.nearDepth)
    return ConvexPolygon(
      view.place(left, 0, far), view.place(right, 0, far), view.place(right, 0, near),
      view.place(left, 0, near))
  }

  /// Where walls and floor leave every canvas.
  private static let nearDepth: Float = 0.05

  private func drawSideWall(
    _ view: TakeCoverView, _ canvas: Canvas, side: Float, _ near: Color, _ far: Color
  ) {
    let x = side * view.wall
    let shade = Shade(
      far, at: view.place(x, 0, TakeCoverView.farDepth), near,
      at: CanvasPoint(view.place(x, 0, 1).x, view.place(x, 0, TakeCoverView.farDepth).y))
    canvas.fill(wallPart(x, from: TakeCoverView.farDepth, to: Self.nearDepth, view), shade)
    drawPillar(view, canvas, x, depth: 1.95)
    drawPillar(view, canvas, x, depth: 1.35)
  }

  private func drawPillar(_ view: TakeCoverView, _ canvas: Canvas, _ x: Float, depth: Float) {
    canvas.fill(
      wallPart(x, from: depth, to: depth * 0.94, view), Shade(Palette.pillar), opacity: 0.14)
  }

  /// The part of a side wall between two depths, from floor to ceiling.
  private func wallPart(_ x: Float, from far: Float, to near: Float, _ view: TakeCoverView)
    -> ConvexPolygon
  {
    let top = 2 * TakeCoverView.eyeHeight
    return ConvexPolygon(
      view.place(x, 0, far), view.place(x, top, far), view.place(x, top, near),
      view.place(x, 0, near))
  }

  private func drawFarWall(_ view: TakeCoverView, _ canvas: Canvas) {
    let depth = TakeCoverView.farDepth
    let (left, middle, right) = (
      view.place(-view.wall, 0, depth), view.place(0, 0, depth), view.place(view.wall, 0, depth)
    )
    canvas.fill(
      farPart(from: -view.wall, to: view.wall, view),
      Shade(Palette.farLeft, at: left, Palette.farMiddle, at: middle))
    canvas.fill(
      farPart(from: 0, to: view.wall, view),
      Shade(Palette.farMiddle, at: middle, Palette.farRight, at: right))
    for index in 1...4 {
      let center = (Float(index) * 0.4 - 1) * view.wall
      canvas.fill(
        farPart(from: center - 0.6, to: center + 0.6, view), Shade(Palette.pillar), opacity: 0.3)
    }
  }

  private func farPart(from left: Float, to right: Float, _ view: TakeCoverView) -> ConvexPolygon {
    let (far, top) = (TakeCoverView.farDepth, 2 * TakeCoverView.eyeHeight)
    return ConvexPolygon(
      view.place(left, 0, far), view.place(left, top, far), view.place(right, top, far),
      view.place(right, 0, far))
  }
}
