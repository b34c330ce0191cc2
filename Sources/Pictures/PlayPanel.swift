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
  /// What stands below, such as what the player carries; empty for nothing.
  public var hint: String
  /// What happened, such as `hit! Enter starts anew`; drawn large over the picture; empty for none.
  public var notice: String

  /// Creates a panel.
  public init(
    world: Frame, header: String, step: Int, totalReward: Double, mission: String = "",
    hint: String = "", notice: String = ""
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
    frame(
      in: PlayLayout.room(
        around: world.width * zoom, world.height * zoom, scale: scale))
  }

  /// The panel as a picture that fills a room.
  public func frame(in room: PictureRoom) -> Frame {
    let layout = PlayLayout(room, width: Double(world.width), height: Double(world.height))
    return Frame(drawnAt: room.width, room.height) { canvas in
      drawText(on: canvas, layout)
      canvas.draw(world, in: layout.world)
      if !notice.isEmpty { drawNotice(on: canvas, layout.world, layout.scale) }
    }
  }

  private func drawText(on canvas: Canvas, _ layout: PlayLayout) {
    let (scale, margin) = (layout.scale, layout.margin)
    let width = canvas.width - 2 * margin
    let right = "step \(step)   return \(NumberText.short(totalReward))"
    let room = width - Font.width(of: right, scale: scale) - 8 * scale
    canvas.write(
      right, x: margin + width, y: 6 * scale, scale: scale, alignment: .trailing, limit: width)
    canvas.writeFitting(header, x: margin, y: 6 * scale, scale: scale, limit: room)
    canvas.writeFitting(
      mission, x: margin, y: 19 * scale, Theme.accent, scale: scale, limit: width)
    canvas.write(
      hint, x: margin, y: canvas.height - 13 * scale, Theme.secondary, scale: scale, limit: width)
  }

  private func drawNotice(on canvas: Canvas, _ area: Area, _ scale: Int) {
    let large = Font.width(of: notice, scale: 2 * scale) <= area.width - 16 ? 2 * scale : scale
    let lines = Font.wrapped(notice, to: area.width - 8, scale: large)
    let height = (lines.count * Font.lineHeight + 11) * large
    let strip = Area(
      x: area.x, y: area.y + (area.height - height) / 2, width: area.width, height: height)
    canvas.tint(strip, Theme.background, 0.8)
    for (row, line) in lines.enumerated() {
      canvas.write(
        line, x: area.x + area.width / 2, y: strip.y + (8 + row * Font.lineHeight) * large,
        scale: large, alignment: .center, limit: area.width - 4)
    }
  }
}

/// Where a `PlayPanel` has its world, so that the world can be drawn at just that size.
public struct PlayLayout: Hashable, Sendable {
  /// Magnification of the text.
  public let scale: Int
  /// Where the world is drawn.
  public let world: Area

  private static let (edge, above, below) = (8, 32, 18)
  var margin: Int { Self.edge * scale }

  /// Lays a panel out.
  ///
  /// - Parameters:
  ///   - room: what the panel fills.
  ///   - width: width of the world's drawing in proportion to its height.
  ///   - height: height of the world's drawing in proportion to its width.
  public init(_ room: PictureRoom, width: Double, height: Double) {
    scale = room.textScale(forWidth: 300, height: 280)
    let area = Area(x: 0, y: 0, width: room.width, height: room.height).inset(
      left: Self.edge * scale, top: Self.above * scale, right: Self.edge * scale,
      bottom: Self.below * scale)
    world = area.fitting(width: width, height: height)
  }

  /// The room of a panel around a drawing of a size.
  ///
  /// - Parameters:
  ///   - width: columns of the world's drawing.
  ///   - height: rows of the world's drawing.
  ///   - scale: magnification of the text.
  public static func room(around width: Int, _ height: Int, scale: Int = 1) -> PictureRoom {
    PictureRoom(
      width: width + 2 * edge * scale, height: height + (above + below) * scale, scale: scale)
  }
}
