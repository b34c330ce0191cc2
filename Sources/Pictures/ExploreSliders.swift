import EnvironmentKit

/// Where the parts of an `ExplorePanel` stand.
struct ExploreLayout {
  private static let rowHeights = 15...28

  let rowHeight: Int
  let margin = 10
  let top = 28
  let zoom: Int
  let smallZoom: Int
  let lower: Int
  let width: Int
  let height: Int
  /// The rows of sliders, without heading and scroll bar.
  let rows: Area
  /// The indices of the sliders in view.
  let visible: Range<Int>
  private let pictureWidth: Int
  private let smallWidth: Int

  private static let listWidth = 400

  init(_ panel: ExplorePanel) {
    let largest = max(panel.picture.width, panel.picture.height)
    zoom = max(1, 448 / largest)
    smallZoom = max(1, 128 / largest)
    let large = PicturePanel("x", panel.picture).size(zoom: zoom, scale: 1)
    let small = PicturePanel("x", panel.picture).size(zoom: smallZoom, scale: 1)
    (pictureWidth, smallWidth) = (max(large.width, 3 * small.width + 16), small.width)
    lower = top + large.height + 8
    height = lower + small.height + 24
    width = 2 * margin + pictureWidth + 18 + Self.listWidth
    let heading = 16
    let listHeight = height - 24 - top - heading
    rowHeight = min(
      Self.rowHeights.upperBound,
      max(Self.rowHeights.lowerBound, listHeight / max(1, panel.sliders.count)))
    let room = listHeight / rowHeight
    rows = Area(
      x: margin + pictureWidth + 18, y: top + heading, width: Self.listWidth - 8,
      height: room * rowHeight)
    let shown = min(room, panel.sliders.count)
    let first = min(max(0, panel.chosen - room / 2), panel.sliders.count - shown)
    visible = first..<first + shown
  }

  /// The column of a small picture.
  func smallX(_ index: Int) -> Int { margin + index * (pictureWidth - smallWidth) / 2 }

  /// The columns that the values stand for.
  var track: Area { Area(x: rows.x + 148, y: rows.y, width: rows.width - 196, height: 0) }
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
    drawScrollBar(on: canvas)
  }

  private func drawHeading(on canvas: Canvas) {
    let (y, track) = (layout.top, layout.track)
    drawMark(x: layout.rows.x + 5, y: y + 3, isActive: true, on: canvas)
    canvas.write("active", x: layout.rows.x + 12, y: y, Theme.secondary)
    canvas.write("KL, nats", x: layout.rows.x + 104, y: y, Theme.secondary, alignment: .center)
    for (x, value) in [(track.x, -panel.reach), (track.x + track.width, panel.reach)] {
      canvas.write(
        NumberText.short(value), x: x, y: y, Theme.secondary, alignment: .center)
    }
    canvas.write("0", x: track.x + track.width / 2, y: y, Theme.secondary, alignment: .center)
    canvas.write("value", x: layout.rows.right - 4, y: y, Theme.secondary, alignment: .trailing)
  }

  private func drawRow(
    _ slider: ExplorePanel.Slider, in row: Area, isChosen: Bool, _ highest: Double,
    on canvas: Canvas
  ) {
    if isChosen {
      canvas.fill(row, Theme.grid)
      canvas.fillRectangle(x: row.x - 3, y: row.y, width: 2, height: row.height, Theme.accent)
    }
    let top = row.y + (row.height - Font.capitalHeight) / 2
    let ink = slider.isActive || isChosen ? Theme.text : Theme.secondary
    drawMark(x: row.x + 5, y: top + 3, isActive: slider.isActive, on: canvas)
    canvas.write("z\(slider.dimension)", x: row.x + 12, y: top, ink)
    canvas.write(
      NumberText.fixed(slider.divergence, 2), x: row.x + 84, y: top, ink,
      alignment: .trailing)
    let share = min(1, max(0, slider.divergence.isFinite ? slider.divergence / highest : 0))
    canvas.fillRectangle(
      x: row.x + 90, y: top, width: Int((share * 42).rounded()), height: 7, Theme.series(2))
    drawTrack(slider, in: row, isChosen, on: canvas)
    canvas.write(
      NumberText.fixed(slider.value, 2), x: row.right - 4, y: top, ink,
      alignment: .trailing)
  }

  private func drawTrack(
    _ slider: ExplorePanel.Slider, in row: Area, _ isChosen: Bool, on canvas: Canvas
  ) {
    let track = layout.track
    let middle = row.y + row.height / 2
    let (zero, knob, start) = (column(0), column(slider.value), column(slider.start))
    canvas.fillRectangle(
      x: track.x, y: middle - 1, width: track.width, height: 3,
      isChosen ? Theme.border : Theme.grid)
    canvas.fillRectangle(
      x: min(zero, knob), y: middle - 1, width: abs(knob - zero), height: 3,
      slider.value < 0 ? Theme.series(0) : Theme.series(1))
    canvas.fillRectangle(x: zero, y: middle - 3, width: 1, height: 7, Theme.border)
    canvas.fillRectangle(x: start, y: middle - 5, width: 1, height: 11, Theme.secondary)
    canvas.fillRectangle(
      x: knob - 2, y: middle - 4, width: 5, height: 9, isChosen ? Theme.accent : Theme.text)
  }

  private func column(_ value: Double) -> Int {
    let track = layout.track
    let share = (value / panel.reach + 1) / 2
    let bounded = min(1, max(0, share.isFinite ? share : 0.5))
    return track.x + Int((bounded * Double(track.width - 1)).rounded())
  }

  private func drawMark(x: Int, y: Int, isActive: Bool, on canvas: Canvas) {
    let (x, y) = (Float(x) + 0.5, Float(y) + 0.5)
    canvas.fillDisc(
      centerX: x, centerY: y, radius: 3, isActive ? Theme.series(2) : Theme.border)
    if !isActive { canvas.fillDisc(centerX: x, centerY: y, radius: 1.8, Theme.background) }
  }

  private func drawScrollBar(on canvas: Canvas) {
    guard layout.visible.count < panel.sliders.count else { return }
    let (rows, count) = (layout.rows, panel.sliders.count)
    canvas.fillRectangle(x: rows.right + 3, y: rows.y, width: 4, height: rows.height, Theme.grid)
    let height = max(8, rows.height * layout.visible.count / count)
    let room = rows.height - height
    let first = layout.visible.lowerBound
    canvas.fillRectangle(
      x: rows.right + 3, y: rows.y + room * first / (count - layout.visible.count), width: 4,
      height: height, Theme.secondary)
  }
}
