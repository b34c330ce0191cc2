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
  /// The memory's loss so far; once there is one it takes the place of the autoencoder's KL.
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

  /// The panel as a picture, 640×468 at scale 1.
  public func frame(scale: Int = 1) -> Frame {
    Frame(drawnAt: 640 * scale, 468 * scale) { canvas in
      let area = canvas.area.inset(10 * scale)
      canvas.write(header, x: area.x, y: area.y, scale: scale, limit: area.width)
      _ = ActionStrip(names: phases, chosen: phase).draw(
        on: canvas, in: area.inset(top: 14 * scale), scale: scale)
      drawProgress(on: canvas, area.inset(top: 32 * scale), scale)
      drawPairs(on: canvas, area.inset(top: 66 * scale), scale)
      let halves = area.inset(top: 276 * scale).columns(3, gap: 4 * scale)
      losses.reconstructionPlot("step").draw(on: canvas, in: halves[0], scale: scale)
      let middle = memory.isEmpty ? losses.divergencePlot("step") : memory.plot("step")
      middle.draw(on: canvas, in: halves[1], scale: scale)
      returns.plot().draw(on: canvas, in: halves[2], scale: scale)
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

  private func drawPairs(on canvas: Canvas, _ area: Area, _ scale: Int) {
    guard let first = pairs.first else {
      canvas.fill(area.inset(top: 12 * scale, bottom: area.height - 204 * scale), Theme.panel)
      canvas.write(
        "reconstructions appear here once V trains", x: area.x + area.width / 2,
        y: area.y + 104 * scale, Theme.secondary, scale: scale, alignment: .center)
      return
    }
    let zoom = max(1, 64 * scale / max(first.observation.width, first.observation.height))
    let (width, height) = (first.observation.width * zoom, first.observation.height * zoom)
    let shown = min(pairs.count, (area.width + 6 * scale) / (width + 6 * scale))
    for (index, pair) in pairs.prefix(shown).enumerated() {
      let x = area.x + index * (width + 6 * scale)
      canvas.write(
        pair.caption, x: x, y: area.y, Theme.secondary, scale: scale, limit: width + 3 * scale)
      for (row, picture) in [pair.observation, pair.reconstruction, pair.error].enumerated() {
        canvas.draw(picture, x: x, y: area.y + 12 * scale + row * (height + 2 * scale), scale: zoom)
      }
    }
  }
}
