import EnvironmentKit

/// Lanes of a meadow between two hedges.
extension Asterix {
  private enum Palette {
    static let hedge = Color(24, 66, 44)
    static let leaf = Color(46, 104, 58)
    static let meadow = [Color(102, 166, 82), Color(82, 146, 70)]
    static let shine = Color(255, 226, 110)
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
    ~~rrr~~rrr~~
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
    ~~~kk~~kk~~~
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

  /// What a runner leaves behind: it says which way he goes.
  private static let dust = Sprite(
    """
    ............
    ............
    ............
    ............
    ............
    .........dd.
    ........dddd
    ...dd...dddd
    ..dddd..dddd
    ..dddd.ddddd
    d..dd..ddddd
    ~~~~~~~~~~~~
    """, ["d": Color(226, 214, 170)])

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
      let green = Palette.meadow[lane % 2]
      view.fillBand(from: Float(lane + 1), to: Float(lane + 2), green, green)
    }
  }

  package func draw(_ view: ArcadeView) {
    for lane in 0..<Self.lanes where runners[lane].isThere {
      drawRunner(runners[lane], row: lane + 1, view)
    }
    Self.hero.draw(in: player, view)
  }

  private func drawRunner(_ runner: Runner, row: Int, _ view: ArcadeView) {
    let cell = Cell(runner.x, row)
    let behind = Cell(runner.x - runner.heading, row)
    if behind.isOnBoard { Self.dust.draw(in: behind, view, mirrored: !runner.goesRight) }
    guard runner.isGold else {
      return Self.soldier.draw(in: cell, view, mirrored: !runner.goesRight)
    }
    view.glow(
      Float(cell.x) + 0.5, Float(row) + 0.5, 0.95, 0.95, Palette.shine, opacity: 0.7)
    Self.coin.draw(in: cell, view)
  }
}
