import EnvironmentKit

/// Drawing of what moves: monsters and fireballs.
extension TakeCover {
  /// The colours of fire.
  private enum Palette {
    static let glow = Color(255, 104, 20)
    static let shadow = Color(4, 3, 6)
  }

  /// A hunched silhouette with two eyes, which glow up before it throws.
  func drawMonster(_ monster: Monster, _ view: TakeCoverView, _ canvas: Canvas) {
    let depth = TakeCoverView.farDepth
    let size = view.scale / depth
    // It comes up through the floor.
    let rise = 12 * min(1, Float(monster.age) / 15) - 12
    func disc(_ x: Float, _ above: Float, _ radiusX: Float, _ radiusY: Float, _ color: Color) {
      let place = view.place(monster.x + x, max(0, above + rise), depth)
      canvas.fillEllipse(
        centerX: place.x, centerY: place.y, radiusX: radiusX * size, radiusY: radiusY * size,
        color)
    }
    let (body, limbs) = (Color(92, 58, 44), Color(66, 40, 34))
    disc(-2.1, 6.5, 0.9, 2.6, limbs)
    disc(2.1, 6.5, 0.9, 2.6, limbs)
    disc(-0.9, 1.6, 0.8, 1.8, limbs)
    disc(0.9, 1.6, 0.8, 1.8, limbs)
    disc(0, 5.6, 1.9, 3.4, body)
    disc(0, 10, 1.6, 1.7, body)
    disc(-1.4, 11.6, 0.4, 1, limbs)
    disc(1.4, 11.6, 0.4, 1, limbs)
    let eyes = eyeColor(monster)
    disc(-0.65, 10.2, 0.45, 0.4, eyes)
    disc(0.65, 10.2, 0.45, 0.4, eyes)
    if monster.shot != nil { flash(monster, view, canvas, eyes) }
  }

  /// From a dull red to a bright yellow while a shot is prepared.
  private func eyeColor(_ monster: Monster) -> Color {
    guard monster.shot != nil else { return Color(200, 40, 30) }
    return Color(170, 30, 20).mixed(with: Color(255, 240, 140), readiness(monster))
  }

  private func readiness(_ monster: Monster) -> Float {
    guard let shot = monster.shot else { return 0 }
    return 1 - Float(shot.stepsLeft) / Float(rules.windUpSteps + 1)
  }

  private func flash(
    _ monster: Monster, _ view: TakeCoverView, _ canvas: Canvas, _ color: Color
  ) {
    let place = view.place(monster.x, 10.2, TakeCoverView.farDepth)
    let reach = 3.2 * view.scale / TakeCoverView.farDepth
    canvas.fillGlow(
      centerX: place.x, centerY: place.y, radiusX: reach, radiusY: reach, color,
      opacity: 0.7 * readiness(monster))
  }

  /// A fireball as wide as it is dangerous, its glow, and its shadow on the floor.
  func drawFireball(_ ball: Fireball, _ view: TakeCoverView, _ canvas: Canvas) {
    let depth = view.depth(ball.distance)
    let radius = view.fireballRadius(at: depth, rules)
    let nearness = 1 - ball.distance
    let shadow = view.place(ball.x, 0, depth)
    canvas.fillGlow(
      centerX: shadow.x, centerY: shadow.y, radiusX: radius * 3, radiusY: radius, Palette.glow,
      opacity: 0.15 + 0.2 * nearness)
    canvas.fillEllipse(
      centerX: shadow.x, centerY: shadow.y, radiusX: radius * 0.8, radiusY: radius * 0.24,
      Palette.shadow, opacity: 0.6)
    let place = view.place(ball.x, TakeCoverView.fireballHeight, depth)
    let halo = radius * (2 + nearness)
    canvas.fillGlow(
      centerX: place.x, centerY: place.y, radiusX: halo, radiusY: halo, Palette.glow,
      opacity: 0.6 + 0.1 * nearness)
    canvas.fillBall(
      centerX: place.x, centerY: place.y, radius: radius, core: Color(255, 236, 150),
      rim: Color(255, 126, 22))
    canvas.fillBall(
      centerX: place.x - radius * 0.12, centerY: place.y - radius * 0.15, radius: radius * 0.45,
      core: Color(255, 255, 240), rim: Color(255, 240, 170), opacity: 0.8)
  }
}
