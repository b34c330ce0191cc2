import EnvironmentKit

/// The night sky over a planet.
extension SpaceInvaders {
  private enum Palette {
    static let skyTop = Color(6, 8, 26)
    static let skyBottom = Color(30, 20, 62)
    static let star = Color(200, 214, 255)
    static let ground = Color(40, 84, 86)
    static let groundLow = Color(14, 36, 44)
    static let high = Color(150, 120, 255)
    static let middle = Color(70, 230, 220)
    static let low = Color(255, 84, 96)
    static let shot = Color(140, 255, 190)
    static let alienShot = Color(255, 120, 60)
  }

  /// By row: the lower, the more dangerous they look.
  private static let crowd = (0..<Cell.side).map { row in
    let share = Float(row) / Float(Cell.side - 1)
    let paint =
      share < 0.5
      ? Palette.high.mixed(with: Palette.middle, 2 * share)
      : Palette.middle.mixed(with: Palette.low, 2 * share - 1)
    return Sprite(
      """
      ............
      ..a......a..
      ...a....a...
      ..aaaaaaaa..
      ..awkaawka..
      .aawkaawkaa.
      .aaaaaaaaaa.
      .a.aaaaaa.a.
      .a.dd..dd.a.
      ...dd..dd...
      ..dd....dd..
      ............
      """,
      [
        "a": paint, "d": paint.mixed(with: .black, 0.3), "w": .white, "k": Color(10, 10, 30),
      ])
  }

  private static let gun = Sprite(
    """
    ............
    .....ww.....
    .....cc.....
    ....cccc....
    ....cccc....
    .cccccccccc.
    cccwwccwwccc
    cCCCCCCCCCCc
    cCCCCCCCCCCc
    CCCCCCCCCCCC
    kk.kk..kk.kk
    ............
    """,
    [
      "c": Color(120, 240, 150), "C": Color(44, 160, 104), "w": .white, "k": Color(30, 60, 70),
    ])

  package static func drawScenery(_ view: ArcadeView) {
    view.fillBand(from: 0, to: 10, Palette.skyTop, Palette.skyBottom)
    for index in 0..<40 {
      // Steps of the golden ratio spread the stars evenly, and alike in every picture.
      let x = (Float(index) * 6.18034).truncatingRemainder(dividingBy: 10)
      let y = (Float(index) * 2.3617 + 0.4).truncatingRemainder(dividingBy: 8.8)
      let size = 0.025 + 0.02 * Float(index % 3)
      view.ellipse(x, y, size, size, Palette.star, opacity: 0.35 + 0.2 * Float(index % 3))
    }
    view.fillBand(from: 9.55, to: 10, Palette.ground, Palette.groundLow)
    view.fillBand(from: 9.5, to: 9.58, Palette.shot, Palette.ground)
  }

  package func draw(_ view: ArcadeView) {
    aliens.forEach { Self.crowd[$0.y].draw(in: $0, view, mirrored: !goesRight) }
    shots.forEach { drawShot($0, Palette.shot, view) }
    alienShots.forEach { drawShot($0, Palette.alienShot, view) }
    Self.gun.draw(in: Cell(cannon, Self.lowestRow), view)
  }

  private func drawShot(_ cell: Cell, _ color: Color, _ view: ArcadeView) {
    let (x, y) = (Float(cell.x) + 0.5, Float(cell.y) + 0.5)
    view.glow(x, y, 0.55, 0.75, color, opacity: 0.75)
    view.ellipse(x, y, 0.1, 0.38, color.mixed(with: .white, 0.6))
  }
}
