import EnvironmentKit

/// Where the parts of an `ExplorePanel` stand.
struct ExploreLayout {
  private static let rowHeights = 15...36
  private static let leastList = 300

  let scale: Int
  let width: Int
  let height: Int
  let rowHeight: Int
  /// Where the decoded picture is drawn.
  let large: Area
  /// Where original, reconstruction and change are drawn.
  let small: [Area]
  /// The rows of sliders, without heading and scroll bar.
  let rows: Area
  /// The rows of facts; below the last slider in view, under a heading of one row.
  let facts: Area
  /// The indices of the sliders in view.
  let visible: Range<Int>
  var margin: Int { 10 * scale }
  /// The row of the heading over the sliders.
  var top: Int { 28 * scale }

  init(_ panel: ExplorePanel, _ room: PictureRoom) {
    let scale = room.textScale
    (self.scale, width, height) = (scale, room.width, room.height)
    let content = Area(x: 0, y: 0, width: room.width, height: room.height)
      .inset(left: 10 * scale, top: 28 * scale, right: 10 * scale, bottom: 10 * scale)
    // The large picture and a row of three small ones, each under a line with its name.
    let free = content.height - 32 * scale
    let part = min(content.width - (Self.leastList + 18) * scale, free * 100 / 129)
    large = Area(x: content.x, y: content.y + 12 * scale, width: part, height: free * 100 / 129)
      .fitting(panel.picture).moved(toX: content.x, y: content.y + 12 * scale)
    let row = Area(
      x: content.x, y: large.bottom + 20 * scale, width: large.width,
      height: content.bottom - large.bottom - 20 * scale)
    small = row.columns(3, gap: 8 * scale).map {
      $0.fitting(panel.picture).moved(toX: $0.x, y: $0.y)
    }
    let left = large.right + 18 * scale
    let listHeight = content.height - 16 * scale
    let factRows = panel.facts.isEmpty ? 0 : panel.facts.count + 1
    rowHeight = min(
      Self.rowHeights.upperBound * scale,
      max(Self.rowHeights.lowerBound * scale, listHeight / max(1, panel.sliders.count + factRows)))
    let room = max(1, listHeight / rowHeight - factRows)
    rows = Area(
      x: left, y: content.y + 16 * scale, width: content.right - left - 8 * scale,
      height: room * rowHeight)
    let shown = min(room, panel.sliders.count)
    let chosen = min(panel.chosen, panel.sliders.count - 1)
    let first = min(max(0, chosen - room / 2), panel.sliders.count - shown)
    visible = first..<first + shown
    facts = Area(
      x: rows.x, y: rows.y + (shown + 1) * rowHeight, width: rows.width,
      height: panel.facts.count * rowHeight)
  }

  /// The columns that the values stand for.
  var track: Area {
    Area(x: rows.x + 148 * scale, y: rows.y, width: rows.width - 196 * scale, height: 0)
  }
}

/// The sliders of an `ExplorePanel`, those in view.
struct SliderList {
  let panel: ExplorePanel
  let layout: ExploreLayout

  func draw(on canvas: Canvas) {
    drawHeading(on: canvas)
    let highest = max(1e-9, panel.sliders.lazy.map(\.divergence).max() ?? 0)
    for (row, index) in layout.visible.enumerated() {
      let area = Area(
        x: layout.rows.x, y: layout.rows.y + row * layout.rowHeight,
        width: layout.rows.width, height: layout.rowHeight)
      drawRow(panel.sliders[index], in: area, isChosen: index == panel.chosen, highest, on: canvas)
    }
    drawFacts(on: canvas)
    drawScrollBar(on: canvas)
  }

  private func drawFacts(on canvas: Canvas) {
    guard !panel.facts.isEmpty else { return }
    let middle = (layout.rowHeight - Font.capitalHeight * scale) / 2
    canvas.write(
      "facts, as read of the latents: R², deviations from the mean, value",
      x: layout.facts.x + 12 * scale,
      y: layout.facts.y - layout.rowHeight + middle, Theme.secondary, scale: scale,
      limit: layout.facts.width - 12 * scale)
    for (place, fact) in panel.facts.enumerated() {
      let row = Area(
        x: layout.facts.x, y: layout.facts.y + place * layout.rowHeight,
        width: layout.facts.width, height: layout.rowHeight)
      let isChosen = panel.chosen == panel.sliders.count + place
      if isChosen { mark(row, on: canvas) }
      let top = row.y + middle
      canvas.write(
        fact.name, x: row.x + 12 * scale, y: top, scale: scale,
        limit: layout.track.x - row.x - 46 * scale)
      canvas.write(
        NumberText.fixed(fact.quality, 2), x: layout.track.x - 8 * scale, y: top, Theme.secondary,
        scale: scale, alignment: .trailing)
      drawTrack(fact.value, from: fact.start, in: row, isChosen, on: canvas)
      canvas.write(
        fact.text, x: row.right - 4 * scale, y: top, scale: scale, alignment: .trailing)
    }
  }

  /// Sets the chosen row off.
  private func mark(_ row: Area, on canvas: Canvas) {
    canvas.fill(row, Theme.grid)
    canvas.fillRectangle(
      x: row.x - 3 * scale, y: row.y, width: 2 * scale, height: row.height, Theme.accent)
  }

  private var scale: Int { layout.scale }

  private func drawHeading(on canvas: Canvas) {
    let (y, track) = (layout.top, layout.track)
    func write(_ text: String, x: Int, _ alignment: TextAlignment) {
      canvas.write(text, x: x, y: y, Theme.secondary, scale: scale, alignment: alignment)
    }
    drawMark(x: layout.rows.x + 5 * scale, y: y + 3 * scale, isActive: true, on: canvas)
    write("active", x: layout.rows.x + 12 * scale, .leading)
    write("KL, nats", x: layout.rows.x + 104 * scale, .center)
    // Within the ends, so that no number however long touches its neighbours.
    write(NumberText.short(panel.bounds.lowerBound), x: track.x, .leading)
    write(NumberText.short(panel.bounds.upperBound), x: track.x + track.width, .trailing)
    if panel.bounds.lowerBound < 0 { write("0", x: column(0), .center) }
    write("value", x: layout.rows.right - 4 * scale, .trailing)
  }

  private func drawRow(
    _ slider: ExplorePanel.Slider, in row: Area, isChosen: Bool, _ highest: Double,
    on canvas: Canvas
  ) {
    if isChosen { mark(row, on: canvas) }
    let top = row.y + (row.height - Font.capitalHeight * scale) / 2
    let ink = slider.isActive || isChosen ? Theme.text : Theme.secondary
    drawMark(x: row.x + 5 * scale, y: top + 3 * scale, isActive: slider.isActive, on: canvas)
    canvas.write("z\(slider.dimension)", x: row.x + 12 * scale, y: top, ink, scale: scale)
    canvas.write(
      NumberText.fixed(slider.divergence, 2), x: row.x + 84 * scale, y: top, ink, scale: scale,
      alignment: .trailing)
    let share = min(1, max(0, slider.divergence.isFinite ? slider.divergence / highest : 0))
    canvas.fillRectangle(
      x: row.x + 90 * scale, y: top, width: Int((share * 42 * Double(scale)).rounded()),
      height: 7 * scale, Theme.series(2))
    drawTrack(slider.value, from: slider.start, in: row, isChosen, on: canvas)
    canvas.write(
      NumberText.fixed(slider.value, panel.isCoded ? 0 : 2), x: row.right - 4 * scale, y: top, ink,
      scale: scale, alignment: .trailing)
  }

  private func drawTrack(
    _ value: Double, from origin: Double, in row: Area, _ isChosen: Bool, on canvas: Canvas
  ) {
    let track = layout.track
    let middle = row.y + row.height / 2
    let (zero, knob, start) = (column(0), column(value), column(origin))
    /// A bar about the middle of the row.
    func bar(x: Int, width: Int, half: Int, _ color: Color) {
      canvas.fillRectangle(
        x: x, y: middle - half * scale, width: width, height: (2 * half + 1) * scale, color)
    }
    bar(x: track.x, width: track.width, half: 1, isChosen ? Theme.border : Theme.grid)
    bar(
      x: min(zero, knob), width: abs(knob - zero), half: 1,
      value < 0 ? Theme.series(0) : Theme.series(1))
    bar(x: zero, width: scale, half: 3, Theme.border)
    bar(x: start, width: scale, half: 5, Theme.secondary)
    bar(x: knob - 2 * scale, width: 5 * scale, half: 4, isChosen ? Theme.accent : Theme.text)
  }

  private func column(_ value: Double) -> Int {
    let track = layout.track
    let bounds = panel.bounds
    let share = (value - bounds.lowerBound) / (bounds.upperBound - bounds.lowerBound)
    let bounded = min(1, max(0, share.isFinite ? share : 0.5))
    return track.x + Int((bounded * Double(max(1, track.width) - 1)).rounded())
  }

  private func drawMark(x: Int, y: Int, isActive: Bool, on canvas: Canvas) {
    let half = Float(scale) / 2
    let (x, y) = (Float(x) + half, Float(y) + half)
    canvas.fillDisc(
      centerX: x, centerY: y, radius: 3 * Float(scale), isActive ? Theme.series(2) : Theme.border)
    if !isActive {
      canvas.fillDisc(centerX: x, centerY: y, radius: 1.8 * Float(scale), Theme.background)
    }
  }

  private func drawScrollBar(on canvas: Canvas) {
    guard layout.visible.count < panel.sliders.count else { return }
    let (rows, count) = (layout.rows, panel.sliders.count)
    let x = rows.right + 3 * scale
    canvas.fillRectangle(x: x, y: rows.y, width: 4 * scale, height: rows.height, Theme.grid)
    let height = max(8 * scale, rows.height * layout.visible.count / count)
    let room = rows.height - height
    let first = layout.visible.lowerBound
    canvas.fillRectangle(
      x: x, y: rows.y + room * first / (count - layout.visible.count), width: 4 * scale,
      height: height, Theme.secondary)
  }
}
