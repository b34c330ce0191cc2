import EnvironmentKit

/// A road of eight lanes by dusk, grass on both sides.
extension Freeway {
  private enum Palette {
    static let grass = Color(70, 138, 74)
    static let grassLow = Color(52, 112, 62)
    static let road = Color(58, 60, 72)
    static let roadLow = Color(46, 48, 60)
    static let stripe = Color(214, 210, 190)
    static let edge = Color(240, 200, 90)
    /// From the fastest to the slowest car.
    static let cars = [
      Color(240, 62, 70), Color(250, 150, 44), Color(240, 214, 70), Color(88, 196, 120),
      Color(84, 146, 240),
    ]
  }

  private static let vehicles = Palette.cars.map { paint in
    Sprite(
      """
      ............
      ..kkk..kkk..
      .bbbbbbbbbb.
      bbBBBBBBBBbl
      bBwBBBBBwwBb
      bBwBBBBBwwBb
      bBwBBBBBwwBb
      bBwBBBBBwwBb
      bbBBBBBBBBbl
      .bbbbbbbbbb.
      ..kkk..kkk..
      .~~~~~~~~~~.
      """,
      [
        "k": Color(20, 20, 26), "b": paint.mixed(with: .black, 0.25), "B": paint,
        "w": Color(190, 222, 244), "l": Color(255, 248, 200),
      ])
  }

  /// What a car leaves behind: the faster it is, the longer and the more.
  private static let streaks = Palette.cars.enumerated().map { place, paint in
    let long = String(repeating: "s", count: 10 - 2 * place)
    let line = String(repeating: ".", count: 12 - long.count) + long
    let faint = String(repeating: ".", count: 12 - long.count / 2) + long.prefix(long.count / 2)
    let empty = String(repeating: ".", count: 12)
    let lines = [
      [line, faint, line, faint, line], [line, faint, empty, faint, line],
      [line, empty, faint, empty, line], [empty, line, empty, line, empty],
      [empty, empty, line, empty, empty],
    ][place]
    return Sprite(
      ([empty] + lines.flatMap { [$0, empty] } + [empty]).joined(separator: "\n"),
      ["s": paint.mixed(with: Palette.road, 0.35)])
  }

  private static let chicken = Sprite(
    """
    .....rr.....
    ....rrrr....
    ....wwww....
    ...wwkwwo...
    ...wwwwooo..
    ww.wwwwwr...
    wwwwwwwwww..
    wwwgggwwww..
    .wwwggwwww..
    ..wwwwwww...
    ....o..o....
    .~~oo~oo~~..
    """,
    [
      "r": Color(230, 40, 50), "w": .white, "k": Color(20, 20, 30), "o": Color(255, 160, 30),
      "g": Color(206, 208, 220),
    ])

  package static func drawScenery(_ view: ArcadeView) {
    view.fillBand(from: 0, to: 1, Palette.grass, Palette.grassLow)
    view.fillBand(from: 9, to: 10, Palette.grass, Palette.grassLow)
    view.fillBand(from: 1, to: 9, Palette.road, Palette.roadLow)
    for lane in 2...8 {
      let y = Float(lane)
      for dash in 0..<5 {
        let x = Float(dash) * 2 + 0.3
        view.fill(x: x...x + 1, y: y - 0.05...y + 0.05, Palette.stripe, opacity: 0.55)
      }
    }
    for y in [Float(1), 9] {
      view.fillBand(from: y - 0.08, to: y + 0.08, Palette.edge, Palette.edge)
    }
    // Where the chicken walks.
    view.fill(x: 4.1...4.9, y: 0...10, .white, opacity: 0.07)
  }

  package func draw(_ view: ArcadeView) {
    for lane in 0..<Self.lanes { drawCar(cars[lane], row: lane + 1, view) }
    Self.chicken.draw(in: Cell(Self.column, row), view)
  }

  private func drawCar(_ car: Car, row: Int, _ view: ArcadeView) {
    let behind = Cell(Self.wrapped(car.x - car.heading), row)
    Self.streaks[car.period - 1].draw(in: behind, view, mirrored: !car.goesRight)
    Self.vehicles[car.period - 1].draw(in: Cell(car.x, row), view, mirrored: !car.goesRight)
  }
}
