public import EnvironmentKit

/// What a run is doing and how far it came: the picture of `umwelt run --window`.
///
/// A plain value: training publishes it, whoever watches draws it.
public struct TrainingPanel: Hashable, Sendable {
  /// World, preset, seed.
  public var header: String
  /// The stages of the run in order.
  public var phases: [String]
  /// The index of the stage that runs; the number of stages when all are done.
  public var phase: Int
  /// How far the stage came, 0...1.
  public var progress: Double
  /// Rate and time left, as the progress line says them.
  public var detail: String
  /// Frames to look at, the first few of which are shown.
  public var pairs: [ReconstructionPair]
  /// The autoencoder's loss so far.
  public var losses: LossCurves
  /// The memory's loss so far.
  public var memory: MemoryCurve
  /// The controller's returns so far.
  public var returns: ReturnCurves

  /// Creates a panel; what is not given stays empty.
  public init(
    header: String, phases: [String], phase: Int = 0, progress: Double = 0, detail: String = "",
    pairs: [ReconstructionPair] = [], losses: LossCurves = LossCurves(),
    memory: MemoryCurve = MemoryCurve(), returns: ReturnCurves = ReturnCurves()
  ) {
    self.header = header
    self.phases = phases
    self.phase = phase
    self.progress = progress
    self.detail = detail
    self.pairs = pairs
    self.losses = losses
    self.memory = memory
    self.returns = returns
  }

  /// The panel as a picture, 640×348 at scale 1.
  public func frame(scale: Int = 1) -> Frame {
    frame(in: PictureRoom(width: 640 * scale, height: 348 * scale, scale: scale))
  }

  /// The panel as a picture that fills a room: pictures at the left, a plot for all that has begun.
  public func frame(in room: PictureRoom) -> Frame {
    let scale = room.textScale
    return Frame(drawnAt: room.width, room.height) { canvas in
      let area = canvas.area.inset(10 * scale)
      canvas.write(header, x: area.x, y: area.y, scale: scale, limit: area.width)
      let used = ActionStrip(names: phases, chosen: phase).draw(
        on: canvas, in: area.inset(top: 14 * scale), scale: scale)
      drawProgress(on: canvas, area.inset(top: 17 * scale + used), scale)
      let content = area.inset(top: 46 * scale + used)
      let isWide = content.width > content.height
      let left =
        isWide
        ? content.columns(9, gap: 0)[0].width * 4 : content.width
      let pictures = Area(
        x: content.x, y: content.y, width: left,
        height: isWide ? content.height : content.height / 2)
      drawPairs(on: canvas, pictures, scale)
      drawPlots(
        on: canvas,
        isWide
          ? content.inset(left: left + 8 * scale)
          : content.inset(top: pictures.height + 8 * scale), scale)
    }
  }

  private func drawProgress(on canvas: Canvas, _ area: Area, _ scale: Int) {
    let bar = Area(x: area.x, y: area.y, width: area.width, height: 8 * scale)
    let share = progress.isFinite ? min(1, max(0, progress)) : 0
    canvas.fill(bar, Theme.grid)
    canvas.fillRectangle(
      x: bar.x, y: bar.y, width: Int(share * Double(bar.width)), height: bar.height, Theme.accent)
    canvas.write(
      "\(NumberText.fixed(share * 100, 0)) %  \(detail)", x: bar.x, y: bar.bottom + 5 * scale,
      Theme.secondary, scale: scale, limit: area.width)
  }

  /// A plot for everything of which there is something to be seen.
  private var plots: [LinePlot] {
    var returns = returns.plot
    // A long name would take the room of the curves.
    for place in returns.series.indices where !returns.series[place].low.isEmpty {
      returns.series[place].name = "mean ± sd"
    }
    let losses = [losses.reconstructionPlot("step"), losses.divergencePlot("step")]
    return (losses + [memory.plot("step"), returns]).filter(\.hasCurves)
  }

  private func drawPlots(on canvas: Canvas, _ area: Area, _ scale: Int) {
    let plots = plots
    guard !plots.isEmpty else {
      return drawNotice("curves appear here once V trains", on: canvas, area, scale)
    }
    let columns = plots.count > 2 ? 2 : 1
    let rows = area.rows((plots.count + columns - 1) / columns, gap: 4 * scale)
    for (row, place) in rows.enumerated() {
      let shown = plots.dropFirst(row * columns).prefix(columns)
      for (plot, part) in zip(shown, place.columns(shown.count, gap: 4 * scale)) {
        plot.draw(on: canvas, in: part, scale: scale)
      }
    }
  }

  private func drawNotice(_ text: String, on canvas: Canvas, _ area: Area, _ scale: Int) {
    canvas.fill(area, Theme.panel)
    let lines = Font.wrapped(text, to: area.width - 8 * scale, scale: scale)
    for (row, line) in lines.enumerated() {
      canvas.write(
        line, x: area.x + area.width / 2,
        y: area.y + area.height / 2 + (row * Font.lineHeight - 4) * scale, Theme.secondary,
        scale: scale, alignment: .center, limit: area.width)
    }
  }

  /// Columns of observation, reconstruction and error, as many as have room.
  private func drawPairs(on canvas: Canvas, _ area: Area, _ scale: Int) {
    guard let first = pairs.first?.observation else {
      return drawNotice("reconstructions appear here once V trains", on: canvas, area, scale)
    }
    let (gap, line) = (3 * scale, Font.lineHeight * scale)
    let place = area.inset(left: line, top: line)
    let height = (place.height - 2 * gap) / 3
    let cell = Area(x: 0, y: 0, width: max(1, height * 4), height: max(1, height)).fitting(first)
    let shown = max(1, min(pairs.count, (place.width + gap) / (cell.width + gap)))
    let step = cell.width + gap
    let names = ["observation", "reconstruction", "error"]
    let rowScale = Font.scale(of: names, within: height, atMost: scale)
    for (row, name) in names.enumerated() {
      canvas.writeUpwards(
        Font.fitted(name, to: height, scale: rowScale), x: area.x,
        centerY: place.y + row * (height + gap) + cell.height / 2, Theme.secondary,
        scale: rowScale)
    }
    let captions = pairs.prefix(shown).map(\.caption)
    let captionScale = Font.scale(of: captions, within: cell.width, atMost: scale)
    for (index, pair) in pairs.prefix(shown).enumerated() {
      let x = place.x + index * step
      canvas.write(
        pair.caption, x: x, y: area.y, Theme.secondary, scale: captionScale, limit: cell.width)
      for (row, picture) in [pair.observation, pair.reconstruction, pair.error].enumerated() {
        canvas.draw(picture, in: cell.moved(toX: x, y: place.y + row * (height + gap)))
      }
    }
  }
}
