import EnvironmentKit

/// A wall of lights in a dark hall, and a ball of fire.
extension Breakout {
  private enum Palette {
    static let hallTop = Color(26, 18, 58)
    static let hallBottom = Color(8, 10, 28)
    static let line = Color(70, 74, 140)
    static let paddle = Color(120, 214, 255)
    static let paddleLow = Color(36, 96, 220)
    static let fire = Color(255, 196, 90)
    static let ball = Color(255, 252, 236)
  }

  /// One of each row.
  private static let bricks = [Color(255, 84, 112), Color(255, 166, 62), Color(92, 224, 160)].map {
    paint in
    Sprite(
      """
      .hhhhhhhhhh.
      hhhhhhhhhhhl
      hllllllllllb
      hllllllllllb
      hbbbbbbbbbbb
      hbbbbbbbbbbb
      hbbbbbbbbbbb
      hbbbbbbbbbbd
      hbbbbbbbbbdd
      bddddddddddd
      .dddddddddd.
      ~~~~~~~~~~~~
      """,
      [
        "h": paint.mixed(with: .white, 0.5), "l": paint.mixed(with: .white, 0.16), "b": paint,
        "d": paint.mixed(with: .black, 0.35),
      ])
  }

  package static func drawScenery(_ view: ArcadeView) {
    view.fillBand(from: 0, to: 10, Palette.hallTop, Palette.hallBottom)
    // Faint lines between the cells let one count where the ball comes down.
    for index in 1..<Cell.side {
      let place = Float(index)
      view.fill(x: place - 0.02...place + 0.02, y: 0...10, Palette.line, opacity: 0.22)
      view.fill(x: 0...10, y: place - 0.02...place + 0.02, Palette.line, opacity: 0.12)
    }
  }

  package func draw(_ view: ArcadeView) {
    bricks.forEach { Self.bricks[($0.y + 2) % 3].draw(in: $0, view) }
    drawBall(view)
    drawPaddle(view)
  }

  private func drawBall(_ view: ArcadeView) {
    let (x, y) = (Float(ball.x) + 0.5, Float(ball.y) + 0.5)
    let tail = (x: Float(trail.x) + 0.5, y: Float(trail.y) + 0.5)
    view.line(from: tail, to: (x, y), width: 0.26, Palette.fire, opacity: 0.5)
    view.ellipse(tail.x, tail.y, 0.2, 0.2, Palette.fire, opacity: 0.6)
    view.glow(x, y, 1.3, 1.3, Palette.fire, opacity: 0.6)
    view.ball(x, y, 0.36, core: Palette.ball, rim: Palette.fire)
  }

  private func drawPaddle(_ view: ArcadeView) {
    let (x, y) = (Float(paddle), Float(Self.lowestRow))
    view.glow(x + 0.5, y + 0.5, 1.4, 0.9, Palette.paddle, opacity: 0.45)
    view.fill(
      x: x + 0.14...x + 0.86, y: y + 0.3...y + 0.76, Palette.paddle, Palette.paddleLow)
    for end in [x + 0.14, x + 0.86] { view.ellipse(end, y + 0.53, 0.14, 0.23, Palette.paddle) }
  }
}
