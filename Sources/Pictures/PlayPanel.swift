public import EnvironmentKit

/// A world as a person plays it: its own drawing, with a line above and one below.
public struct PlayPanel: Hashable, Sendable {
  /// The world's own drawing.
  public var world: Frame
  /// World and seed.
  public var header: String
  /// Steps since the reset.
  public var step: Int
  /// Sum of the rewards since the reset.
  public var totalReward: Double
  /// What is asked of the player; empty for nothing.
  public var mission: String
  /// What stands below, such as `H help · Esc quit`.
  public var hint: String
  /// What happened, such as `hit! Enter starts anew`; drawn large over the picture; empty for none.
  public var notice: String

  /// Creates a panel.
  public init(
    world: Frame, header: String, step: Int, totalReward: Double, mission: String = "",
    hint: String = "H help · Esc quit", notice: String = ""
  ) {
    self.world = world
    self.header = header
    self.step = step
    self.totalReward = totalReward
    self.mission = mission
    self.hint = hint
    self.notice = notice
  }

  /// The panel as a picture: the drawing with margins for the text.
  ///
  /// - Parameters:
  ///   - zoom: integer magnification of the world's drawing.
  ///   - scale: integer magnification of the text.
  public func frame(zoom: Int = 1, scale: Int = 1) -> Frame {
    let margin = 8 * scale
    let (above, below) = (32 * scale, 18 * scale)
    let (width, height) = (world.width * zoom, world.height * zoom)
    return Frame(drawnAt: width + 2 * margin, above + height + below) { canvas in
      drawText(on: canvas, margin, width, scale)
      canvas.draw(world, x: margin, y: above, scale: zoom)
      canvas.write(
        hint, x: margin, y: above + height + 5 * scale, Theme.secondary, scale: scale,
        limit: width)
      if !notice.isEmpty {
        drawNotice(on: canvas, Area(x: margin, y: above, width: width, height: height), scale)
      }
    }
  }

  private func drawText(on canvas: Canvas, _ margin: Int, _ width: Int, _ scale: Int) {
    let right = "step \(step)   return \(NumberText.short(totalReward))"
    let room = width - Font.width(of: right, scale: scale) - 8 * scale
    canvas.write(
      right, x: margin + width, y: 6 * scale, scale: scale, alignment: .trailing, limit: width)
    canvas.write(header, x: margin, y: 6 * scale, scale: scale, limit: max(0, room))
    canvas.write(
      mission, x: margin, y: 19 * scale, Theme.accent, scale: scale, limit: width)
  }

  private func drawNotice(on canvas: Canvas, _ area: Area, _ scale: Int) {
    let large = Font.width(of: notice, scale: 2 * scale) <= area.width - 16 ? 2 * scale : scale
    let height = 23 * large
    let strip = Area(
      x: area.x, y: area.y + (area.height - height) / 2, width: area.width, height: height)
    canvas.tint(strip, Theme.background, 0.8)
    canvas.write(
      notice, x: area.x + area.width / 2, y: strip.y + 8 * large, scale: large,
      alignment: .center, limit: area.width - 4)
  }
}
