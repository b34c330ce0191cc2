import EnvironmentKit

/// Lanes of a meadow between two hedges.
extension Asterix {
  private enum Palette {
    static let hedge = Color(24, 66, 44)
    static let leaf = Color(46, 104, 58)
    static let meadow = [Color(96, 158, 78), Color(84, 144, 72)]
    static let meadowEdge = [Color(84, 144, 70), Color(74, 130, 66)]
    static let dust = Color(226, 214, 170)
    static let shine = Color(255, 226, 110)
    static let shadow = Color(30, 60, 34)
  }

  private static let hero = Sprite(
    """
    .w........w.
    .ww.yyyy.ww.
    .wwyyyyyyww.
    ..wyyyyyyw..
    ..yyYYYYyy..
    ...skssks...
    ..osssssso..
    ..oooooooo..
    ...okkkko...
    .sbbbbbbbbs.
    ..rrrrrrrr..
    ..rrr..rrr..
    """,
    [
      "w": .white, "y": Color(244, 190, 60), "Y": Color(196, 140, 34), "s": Color(250, 206, 166),
      "k": Color(40, 28, 30), "o": Color(236, 120, 30), "b": Color(40, 44, 60),
      "r": Color(206, 44, 60),
    ])

  private static let soldier = Sprite(
    """
    ...rrrrrr...
    ..rrrrrrrr..
    ..rgggggg...
    ..gggggggg..
    ...gsssssg..
    ...gskssk...
    ....sssss...
    ..mmmmmmmm..
    .smmdmmdmms.
    ..mmdmmdmm..
    ..rrrrrrrr..
    ...kk..kk...
    """,
    [
      "r": Color(196, 24, 40), "g": Color(196, 204, 220), "s": Color(244, 198, 160),
      "k": Color(30, 22, 30), "m": Color(150, 158, 182), "d": Color(98, 104, 130),
    ])

  private static let coin = Sprite(
    """
    ....oooo....
    ..ooyyyyoo..
    .oyyWWyyyyo.
    .oyWWyyyyyo.
    oyyWyoooyyyo
    oyyWyoyyyyyo
    oyyyyoyyyyyo
    oyyyyoooyyyo
    .oyyyyyyyyo.
    .oyyyyyyyyo.
    ..ooyyyyoo..
    ....oooo....
    """,
    ["o": Color(196, 122, 16), "y": Color(255, 206, 62), "W": Color(255, 248, 210)])

  package static func drawScenery(_ view: ArcadeView) {
    view.fillBand(from: 0, to: 1, Palette.hedge, Palette.leaf)
    view.fillBand(from: 9, to: 10, Palette.leaf, Palette.hedge)
    for index in 0..<20 {
      let x = Float(index) * 0.5 + 0.25
      let rise = Float(index % 3) * 0.09
      view.ellipse(x, 0.5 + rise, 0.34, 0.3, Palette.leaf, opacity: 0.8)
      view.ellipse(x, 9.5 - rise, 0.34, 0.3, Palette.hedge, opacity: 0.6)
    }
    for lane in 0..<lanes {
      let (light, edge) = (Palette.meadow[lane % 2], Palette.meadowEdge[lane % 2])
      view.fillBand(from: Float(lane + 1), to: Float(lane + 2), light, edge)
    }
  }

  package func draw(_ view: ArcadeView) {
    for lane in 0..<Self.lanes where runners[lane].isThere {
      drawRunner(runners[lane], row: lane + 1, view)
    }
    drawShadow(player, view)
    Self.hero.draw(in: player, view)
  }

  private func drawRunner(_ runner: Runner, row: Int, _ view: ArcadeView) {
    let cell = Cell(runner.x, row)
    drawDust(behind: runner, row: row, view)
    guard runner.isGold else {
      drawShadow(cell, view)
      return Self.soldier.draw(in: cell, view, mirrored: !runner.goesRight)
    }
    view.glow(
      Float(cell.x) + 0.5, Float(row) + 0.5, 0.95, 0.95, Palette.shine, opacity: 0.7)
    Self.coin.draw(in: cell, view)
  }

  /// Puffs in the cell that a runner leaves behind: they say which way he goes.
  private func drawDust(behind runner: Runner, row: Int, _ view: ArcadeView) {
    guard 0..<Cell.side ~= runner.x - runner.heading else { return }
    for puff in 0..<3 {
      let distance = 0.62 + 0.27 * Float(puff)
      view.ellipse(
        Float(runner.x) + 0.5 - Float(runner.heading) * distance, Float(row) + 0.72,
        0.2 - 0.045 * Float(puff), 0.15 - 0.03 * Float(puff), Palette.dust,
        opacity: 0.85 - 0.2 * Float(puff))
    }
  }

  private func drawShadow(_ cell: Cell, _ view: ArcadeView) {
    view.ellipse(
      Float(cell.x) + 0.5, Float(cell.y) + 0.94, 0.42, 0.1, Palette.shadow, opacity: 0.5)
  }
}
