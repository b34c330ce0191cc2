public import EnvironmentKit

/// A map beside the frame that is pointed at, what is decoded from its latent, and the frames that are selected.
public struct MapPanel: Hashable, Sendable {
  /// What is known of one point.
  public struct Pointed: Hashable, Sendable {
    /// Which point.
    public var point: Int
    /// What the frame is called.
    public var title: String
    /// What is known of it.
    public var lines: [String]
    /// The frame.
    public var frame: Frame
    /// What is decoded from its latent; of the frame's size.
    public var decoded: Frame

    /// Describes a point.
    public init(point: Int, title: String, lines: [String], frame: Frame, decoded: Frame) {
      (self.point, self.title, self.lines) = (point, title, lines)
      (self.frame, self.decoded) = (frame, decoded)
    }
  }

  /// The map.
  public var plot: MapPlot
  /// The point that is looked at; nil for none.
  public var pointed: Pointed?
  /// The points that are selected.
  public var selected: [Int]
  /// The first of the selected frames.
  public var pictures: [Frame]
  /// The rectangle that is being dragged, in pixels of the panel; nil for none.
  public var dragged: Area?
  /// A remark; empty for none.
  public var notice: String

  /// Creates a panel.
  public init(
    plot: MapPlot, pointed: Pointed? = nil, selected: [Int] = [], pictures: [Frame] = [],
    dragged: Area? = nil, notice: String = ""
  ) {
    (self.plot, self.pointed, self.selected) = (plot, pointed, selected)
    (self.pictures, self.dragged, self.notice) = (pictures, dragged, notice)
  }

  /// The room that the panel has of its own.
  public static let ownRoom = PictureRoom(width: 1160, height: 648, scale: 1)
  /// Frames that the sheet shows at most.
  public static let mostPictures = 80

  /// Where the points stand in a room.
  public func projection(in room: PictureRoom) -> MapProjection {
    let layout = MapPanelLayout(room)
    return plot.projection(in: layout.map, scale: layout.scale)
  }

  /// The map alone over a room: what stays while the mouse moves.
  public func ground(in room: PictureRoom = Self.ownRoom) -> Frame {
    let layout = MapPanelLayout(room)
    return Frame(drawnAt: room.width, room.height) {
      plot.draw(on: $0, in: layout.map, scale: layout.scale)
    }
  }

  /// The panel over a room.
  ///
  /// - Parameter ground: what `ground` gave for this plot and room.
  public func frame(in room: PictureRoom = Self.ownRoom, over ground: Frame) -> Frame {
    let layout = MapPanelLayout(room)
    let projection = projection(in: room)
    var frame = ground
    frame.withCanvas { canvas in
      drawMarks(on: canvas, projection, layout.scale)
      drawPointed(on: canvas, layout)
      drawSelected(on: canvas, layout)
      canvas.write(
        notice, x: layout.side.x, y: layout.side.y, Theme.warning, scale: layout.scale,
        limit: layout.side.width)
    }
    return frame
  }

  private func drawMarks(on canvas: Canvas, _ projection: MapProjection, _ scale: Int) {
    for point in selected {
      guard let place = projection.place(of: point) else { continue }
      canvas.fillDisc(
        centerX: place.x, centerY: place.y, radius: 1.5 * Float(scale), Theme.text, opacity: 0.8)
    }
    if let dragged {
      canvas.tint(dragged, Theme.accent, 0.15)
      canvas.outline(dragged, Theme.accent, thickness: scale)
    }
    guard let pointed, let place = projection.place(of: pointed.point) else { return }
    let size = Float(scale)
    canvas.fillDisc(centerX: place.x, centerY: place.y, radius: 6 * size, Theme.text)
    canvas.fillDisc(centerX: place.x, centerY: place.y, radius: 4.5 * size, Theme.background)
    canvas.fillDisc(
      centerX: place.x, centerY: place.y, radius: 3.5 * size, plot.color(pointed.point))
  }

  private func drawPointed(on canvas: Canvas, _ layout: MapPanelLayout) {
    let (area, scale) = (layout.pointed, layout.scale)
    let line = Font.lineHeight * scale
    guard let pointed else {
      canvas.write(
        "point at a dot", x: area.x, y: area.y, Theme.secondary, scale: scale, limit: area.width)
      return
    }
    canvas.write(pointed.title, x: area.x, y: area.y, scale: scale, limit: area.width)
    let lines = pointed.lines.flatMap { Font.wrapped($0, to: area.width, scale: scale) }.prefix(4)
    for (row, text) in lines.enumerated() {
      canvas.write(
        text, x: area.x, y: area.y + (row + 1) * line, Theme.secondary, scale: scale,
        limit: area.width)
    }
    let below = area.inset(top: 6 * line)
    for (place, (title, picture)) in zip(
      below.columns(2, gap: 8 * scale), [("frame", pointed.frame), ("decoded", pointed.decoded)])
    {
      canvas.writeFitting(
        title, x: place.x, y: place.y - 11 * scale, Theme.secondary, scale: scale,
        limit: place.width)
      let shown = place.fitting(picture).moved(toX: place.x, y: place.y)
      canvas.outline(shown.inset(-scale), Theme.border, thickness: scale)
      canvas.draw(picture, in: shown)
    }
  }

  private func drawSelected(on canvas: Canvas, _ layout: MapPanelLayout) {
    let (area, scale) = (layout.selected, layout.scale)
    let line = Font.lineHeight * scale
    let title =
      selected.isEmpty
      ? "drag over dots to select them"
      : "\(NumberStyle.count(selected.count)) selected"
        + (pictures.count < selected.count ? ", \(pictures.count) shown" : "")
    canvas.write(
      title, x: area.x, y: area.y, selected.isEmpty ? Theme.secondary : Theme.text, scale: scale,
      limit: area.width)
    guard let first = pictures.first else { return }
    let room = area.inset(top: line + 2 * scale)
    // The fewest columns at which all rows fit.
    let share = Double(first.height) / Double(first.width)
    let columns =
      (1...max(1, pictures.count)).first { columns in
        let width = Double(room.width / columns)
        let rows = (pictures.count + columns - 1) / columns
        return Double(rows) * width * share <= Double(room.height)
      } ?? pictures.count
    let step = min(room.width / max(1, columns), 64 * scale)
    for (place, picture) in pictures.enumerated() {
      let cell = Area(
        x: room.x + place % columns * step,
        y: room.y + place / columns * Int(Double(step) * share), width: step - scale,
        height: Int(Double(step) * share) - scale)
      canvas.draw(picture, in: cell)
    }
  }
}

/// Where the parts of a `MapPanel` stand.
private struct MapPanelLayout {
  let scale: Int
  let map: Area
  /// All that stands beside the map; a remark in its first line.
  let side: Area
  let pointed: Area
  let selected: Area

  init(_ room: PictureRoom) {
    let scale = room.textScale
    self.scale = scale
    let content = Area(x: 0, y: 0, width: room.width, height: room.height).inset(10 * scale)
    let wide = min(content.width * 64 / 100, content.height * 118 / 100)
    map = Area(x: content.x, y: content.y, width: wide, height: content.height)
    side = content.inset(left: wide + 12 * scale)
    let line = Font.lineHeight * scale
    let below = side.inset(top: line + 4 * scale)
    let upper = min(below.height * 55 / 100, 6 * line + (below.width - 8 * scale) / 2 + 6 * scale)
    pointed = Area(x: below.x, y: below.y, width: below.width, height: upper)
    selected = below.inset(top: upper + 8 * scale)
  }
}
