import EnvironmentKit

/// The sea from the surface to the floor, with the gauges below.
extension Seaquest {
  private enum Palette {
    static let skyTop = Color(255, 196, 140)
    static let skyBottom = Color(255, 230, 190)
    static let waterTop = Color(46, 150, 196)
    static let waterBottom = Color(10, 40, 92)
    static let wave = Color(170, 226, 240)
    static let floor = Color(24, 26, 48)
    static let floorLow = Color(12, 14, 30)
    static let sand = Color(176, 150, 104)
    static let air = Color(110, 232, 255)
    static let airLow = Color(30, 130, 220)
    static let alarm = Color(255, 70, 70)
    static let shot = Color(255, 244, 150)
    static let enemyShot = Color(255, 96, 70)
  }

  package static func drawScenery(_ view: ArcadeView) {
    view.canvas.fill(Palette.waterTop)
    view.fillBand(from: 0, to: 0.6, Palette.skyTop, Palette.skyBottom)
    view.fillBand(from: 0.6, to: 9, Palette.waterTop, Palette.waterBottom)
    for index in 0..<14 {
      let x = Float(index) * 0.8 - 0.2
      view.ellipse(x, 0.66 + 0.06 * Float(index % 2), 0.46, 0.1, Palette.wave, opacity: 0.8)
    }
    for ray in 0..<4 {
      let x = 1.2 + 2.4 * Float(ray)
      view.line(
        from: (x: x, y: 0.7), to: (x: x - 1.6, y: 9), width: 0.7, Palette.wave, opacity: 0.06)
    }
    for index in 0..<12 {
      let x = Float(index) * 0.9 + 0.1
      view.ellipse(x, 9, 0.7, 0.16 + 0.05 * Float(index % 3), Palette.sand)
    }
    view.fillBand(from: 9.05, to: 10, Palette.floor, Palette.floorLow)
  }

  package func draw(_ view: ArcadeView) {
    for index in divers.indices { draw(divers[index], SeaquestSprites.diver, view) }
    for index in fish.indices { draw(fish[index], SeaquestSprites.fish, view) }
    for index in enemies.indices { draw(enemies[index], SeaquestSprites.enemy, view) }
    for index in shots.indices { drawShot(shots[index], Palette.shot, view) }
    for index in enemyShots.indices { drawShot(enemyShots[index], Palette.enemyShot, view) }
    drawSubmarine(view)
    drawGauges(view)
  }

  /// Draws a swimmer and the bubbles in the cell behind it: they say which way it goes.
  private func draw(_ swimmer: Swimmer, _ sprite: Sprite, _ view: ArcadeView) {
    if swimmer.wake.isOnBoard {
      SeaquestSprites.bubbles.draw(in: swimmer.wake, view, mirrored: !swimmer.goesRight)
    }
    sprite.draw(in: swimmer.cell, view, mirrored: !swimmer.goesRight)
  }

  private func drawShot(_ shot: Swimmer, _ color: Color, _ view: ArcadeView) {
    guard shot.cell.isOnBoard else { return }
    let (x, y) = (Float(shot.cell.x) + 0.5, Float(shot.cell.y) + 0.55)
    view.glow(x, y, 0.7, 0.5, color, opacity: 0.7)
    view.ellipse(x, y, 0.36, 0.1, color.mixed(with: .white, 0.5))
  }

  /// Two cells long where there is room for the stern.
  private func drawSubmarine(_ view: ArcadeView) {
    let mirrored = !submarine.goesRight
    if submarine.wake.isOnBoard {
      SeaquestSprites.stern.draw(in: submarine.wake, view, mirrored: mirrored)
    }
    SeaquestSprites.bow.draw(in: submarine.cell, view, mirrored: mirrored)
  }

  /// The air as a bar, which turns red, and a diver for each one on board.
  private func drawGauges(_ view: ArcadeView) {
    let share = Float(max(0, air)) / Float(Self.fullAir)
    let isLow = share < 0.25
    view.fill(x: 0.1...9.9, y: 9.62...9.9, Color(40, 44, 70))
    if share > 0 {
      view.fill(
        x: 0.1...0.1 + 9.8 * share, y: 9.62...9.9, isLow ? Palette.alarm : Palette.air,
        isLow ? Palette.alarm.mixed(with: .black, 0.4) : Palette.airLow)
    }
    for seat in 0..<Self.fullCrew {
      let x = 9.55 - 0.66 * Float(seat)
      let isTaken = seat < crew
      view.ellipse(x, 9.32, 0.2, 0.2, isTaken ? Palette.shot : Color(52, 56, 84))
      if isTaken { view.ellipse(x, 9.32, 0.09, 0.09, Color(60, 40, 30)) }
    }
  }
}
