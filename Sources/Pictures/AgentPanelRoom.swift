public import EnvironmentKit

extension AgentPanel {
  /// The panel as a picture that fills a room: the world large, beside it what V makes of it.
  public func frame(in room: PictureRoom) -> Frame {
    let shown = world ?? observation
    let layout = AgentLayout(
      room, width: Double(shown.width), height: Double(shown.height))
    let scale = layout.scale
    return Frame(drawnAt: room.width, room.height) { canvas in
      drawHeader(on: canvas, layout.margin, scale)
      drawTask(on: canvas, layout)
      let isUnusual = surprise?.isUnusual ?? false
      canvas.write(
        isUnusual ? "the world: not as foretold" : "the world", x: layout.world.x,
        y: layout.world.y - 12 * scale, isUnusual ? Theme.warning : Theme.secondary, scale: scale)
      canvas.draw(shown, in: layout.world)
      if isUnusual { canvas.outline(layout.world, Theme.warning, thickness: 3 * scale) }
      for (panel, area) in zip(panels, layout.pictures) {
        let place = area.inset(top: 12 * scale).fitting(panel.picture)
        canvas.write(
          panel.title == "observation" ? "what it sees" : panel.title, x: place.x,
          y: place.y - 12 * scale, Theme.secondary, scale: scale, limit: area.width)
        canvas.draw(panel.picture, in: place)
      }
      drawLatents(on: canvas, layout.charts[0], layout.charts[1], scale)
      drawConduct(on: canvas, layout.charts[2], scale)
    }
  }

  private func drawTask(on canvas: Canvas, _ layout: AgentLayout) {
    let (y, scale) = (layout.margin + 14 * layout.scale, layout.scale)
    let room = canvas.width - 2 * layout.margin
    let left = Font.width(of: mission, scale: scale) + (mission.isEmpty ? 0 : 18 * scale)
    canvas.writeFitting(
      mission, x: layout.margin, y: y, Theme.accent, scale: scale,
      limit: room - Font.width(of: holding, scale: scale))
    canvas.write(
      holding, x: min(layout.margin + left, canvas.width - layout.margin), y: y, Theme.series(4),
      scale: scale, limit: max(0, room - left))
  }
}

/// Where the parts of an `AgentPanel` with its world stand.
public struct AgentLayout: Hashable, Sendable {
  /// Magnification of the text.
  public let scale: Int
  /// Where the world is drawn.
  public let world: Area
  /// Where observation, reconstruction and error stand, with their names.
  let pictures: [Area]
  /// Where latents, KL, and actions with the return stand.
  let charts: [Area]
  var margin: Int { 10 * scale }

  /// The room that the panel has of its own.
  public static let ownRoom = PictureRoom(width: 720, height: 400, scale: 1)

  /// Lays a panel out.
  ///
  /// - Parameters:
  ///   - room: what the panel fills.
  ///   - width: width of the world's drawing in proportion to its height.
  ///   - height: height of the world's drawing in proportion to its width.
  public init(_ room: PictureRoom, width: Double, height: Double) {
    let scale = room.textScale
    let gap = 10 * scale
    let content = Area(x: 0, y: 0, width: room.width, height: room.height)
      .inset(10 * scale).inset(top: 28 * scale)
    let isWide = content.width * 4 >= content.height * 5
    var part = content
    if isWide { part.width = content.width * 48 / 100 } else { part.height = content.height / 2 }
    var world = part.inset(top: 12 * scale).fitting(width: width, height: height)
    (world.x, world.y) = isWide ? (part.x, part.y + 12 * scale) : (world.x, part.y + 12 * scale)
    let rest =
      isWide
      ? content.inset(left: world.width + gap) : content.inset(top: world.height + 12 * scale + gap)
    let side = (rest.width - 2 * gap) / 3
    let upper = min(side + 12 * scale, rest.height * 45 / 100)
    pictures = Area(x: rest.x, y: rest.y, width: rest.width, height: upper).columns(3, gap: gap)
    let rows = rest.inset(top: upper + gap).rows(2, gap: gap / 2)
    charts = rows[0].columns(2, gap: gap) + [rows[1]]
    (self.scale, self.world) = (scale, world)
  }
}
