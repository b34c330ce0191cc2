/// Where the parts of a `DreamPanel` stand.
struct DreamLayout {
  let scale: Int
  /// The three large pictures with their borders.
  let pictures: [Area]
  /// What stands below them, to be cut into columns.
  let charts: Area
  let timeline: Area
  var margin: Int { Self.edge * scale }
  /// Between columns.
  var gap: Int { Self.gap * scale }

  private static let (edge, gap, top, title, caption) = (10, 12, 28, 18, 20)
  private static let (chartHeight, timelineHeight) = (64, 42)

  init(_ room: PictureRoom) {
    let scale = room.textScale
    let content = Area(x: 0, y: 0, width: room.width, height: room.height)
      .inset(
        left: Self.edge * scale, top: (Self.edge + Self.top) * scale, right: Self.edge * scale,
        bottom: 6 * scale)
    let timeline = Self.timelineHeight * scale
    let gap = Self.gap * scale
    let text = (Self.title + Self.caption + Self.edge) * scale
    // Pictures no higher than wide; what they leave goes to the charts.
    let width = (content.width + gap) / 3 - gap
    let height = min(
      content.height - text - Self.chartHeight * scale - timeline, max(width, content.height / 3))
    pictures = Area(
      x: content.x, y: content.y + Self.title * scale, width: content.width, height: height
    ).columns(3, gap: gap)
    charts = Area(
      x: content.x, y: content.y + height + (Self.title + Self.caption) * scale,
      width: content.width, height: content.height - height - text - timeline)
    self.timeline = Area(
      x: content.x, y: content.bottom - timeline, width: content.width, height: timeline)
    self.scale = scale
  }

  /// The room of a panel around pictures of a size.
  static func room(around width: Int, _ height: Int, scale: Int) -> PictureRoom {
    let side = (width: width + 6 * scale, height: height + 6 * scale)
    let fixed = edge + top + 6 + title + caption + edge + chartHeight + timelineHeight
    return PictureRoom(
      width: 3 * side.width + (2 * gap + 2 * edge) * scale, height: side.height + fixed * scale,
      scale: scale)
  }
}
