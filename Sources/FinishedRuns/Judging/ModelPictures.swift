import EnvironmentKit
import Evaluation
import Experiments
import Foundation
import Pictures
import Statistics

/// The pictures of what a world model knows.
struct ModelPictures {
  let studies: ModelStudies
  let folder: RunFolder
  let worldID: String
  let framesPerSecond: Double

  /// Draws all.
  func write() throws {
    try openLoop().writePNG("openloop.png", folder)
    try actionUse().writePNG("action-use.png", folder)
    try calibration().writePNG("calibration.png", folder)
    try probes().writePNG("model-probes.png", folder)
    try animate(to: folder.picture("openloop.gif"))
    for plot in ModelPlotFile.allCases {
      guard let drawing = svg(plot) else { continue }
      try folder.write(drawing, to: plot.url(in: folder))
    }
  }

  /// A plot for pages; nil where there is nothing to show.
  private func svg(_ plot: ModelPlotFile) -> String? {
    switch plot {
    case .openLoopLatents: return openLoopPlots[0].svg()
    case .openLoopPictures: return openLoopPlots[1].svg()
    case .openLoopRegions: return openLoopPlots.count > 2 ? openLoopPlots[2].svg() : nil
    case .actionErrors: return actionPlots[0].svg()
    case .actionDifferences: return actionPlots[1].svg()
    case .linearProbes: return studies.probes.facts.isEmpty ? nil : probeCharts[0].svg()
    case .networkProbes: return studies.probes.facts.isEmpty ? nil : probeCharts[1].svg()
    case .integralTransform: return calibrationPlots[0].svg()
    case .coverage: return calibrationPlots[1].svg()
    }
  }

  private static let names: [OpenLoopStudy.Predictor: String] = [
    .mean: "mean", .samples: "samples", .repeatLast: "last frame", .vision: "V",
  ]

  private func plot(
    _ title: String, _ yLabel: String, scale: AxisScale = .linear,
    _ values: (OpenLoopStudy.Curve) -> [GroupedMean]?
  ) -> LinePlot {
    let series = studies.openLoop.curves.compactMap { curve -> Series? in
      guard let means = values(curve) else { return nil }
      return Series(
        Self.names[curve.predictor] ?? "", means, at: studies.openLoop.horizons,
        isDashed: curve.predictor == .vision)
    }
    return LinePlot(
      title, xLabel: "frames beyond the last one seen", yLabel: yLabel, series: series,
      yScale: scale)
  }

  private var openLoopPlots: [LinePlot] {
    let hasRegions = studies.openLoop.curves.contains { $0.regions != nil }
    return [
      plot("latents: squared error", "share of the variance") {
        $0.predictor == .vision ? nil : $0.latent
      },
      plot("pictures: PSNR", "dB") { $0.psnr },
    ]
      + (hasRegions
        ? [plot("inside moving objects: squared error", "a channel") { $0.regions }] : [])
  }

  private func openLoop() -> Frame {
    return .sideBySide(
      "\(worldID): M alone from \(studies.openLoop.starts) real starts, real actions; mean: the "
        + "mixtures' mean fed back; samples: draws fed back; V: sees the frame itself",
      openLoopPlots)
  }

  private func actionUse() -> Frame {
    .sideBySide("\(worldID): \(studies.actionUse.verdict)", actionPlots)
  }

  private var actionPlots: [LinePlot] {
    let study = studies.actionUse
    let horizons = studies.openLoop.horizons
    let curves = [
      ("true", study.trueErrors), ("another episode's", study.shuffled.errors),
      ("repeated", study.repeated.errors),
    ]
    let differences = [
      ("another episode's", study.shuffled.differences), ("repeated", study.repeated.differences),
    ]
    let label = "frames beyond the last one seen"
    return [
      LinePlot(
        "squared error of dreamt latents", xLabel: label, yLabel: "share of the variance",
        series: curves.map { Series($0.0, $0.1, at: horizons) }, yIncludes: [0]),
      LinePlot(
        "error beyond the true actions', paired", xLabel: label,
        series: differences.enumerated().map {
          Series($1.0, $1.1, at: horizons, color: Theme.series($0 + 1))
        }, references: [ReferenceLine("no use", 0)]),
    ]
  }

  private func calibration() -> Frame {
    let mixture = studies.calibration.mixture
    let baselines = studies.calibration.baselines
    let header =
      "\(worldID): nats a dimension: M \(NumberText.fixed(mixture.natsPerDimension, 3)), "
      + "last latent \(NumberText.fixed(baselines.repeatLast, 3)), "
      + "one Gaussian \(NumberText.fixed(baselines.unconditional, 3))"
    return .sideBySide(header, calibrationPlots)
  }

  private var calibrationPlots: [LinePlot] {
    let mixture = studies.calibration.mixture
    let centres = (0..<MixtureCalibration.bins).map {
      (Double($0) + 0.5) / Double(MixtureCalibration.bins)
    }
    let spread = (0..<MixtureCalibration.bins).map { bin in
      mixture.densities.map { $0[bin] }.sorted()
    }
    func edge(_ share: Double) -> [Double] {
      spread.map { $0[Int(share * Double($0.count - 1))] }
    }
    let levels = MixtureCalibration.curveLevels
    return [
      LinePlot(
        "share below what came: flat where right", xLabel: "probability integral transform",
        yLabel: "density",
        series: [
          Series(
            "all dimensions; band: 80 % of them", x: centres, y: mixture.pooledDensity,
            low: edge(0.1), high: edge(0.9))
        ], references: [ReferenceLine("right", 1)], yIncludes: [0, 2]),
      LinePlot(
        "what central intervals hold", xLabel: "their probability", yLabel: "share inside",
        series: [
          Series("M", x: levels, y: mixture.coverageCurve),
          Series("right", x: [0, 1], y: [0, 1], color: Theme.secondary, isDashed: true),
        ], yIncludes: [0, 1]),
    ]
  }

  /// The facts of which something is known.
  private var knownFacts: [ProbeStudy.FactScores] {
    studies.probes.facts.filter { fact in
      (fact.linear + fact.network).contains { $0 > fact.chance + 0.1 }
    }
  }

  /// The features and facts of which there is something to be seen.
  private var probeCharts: [GroupedBars] {
    let study = studies.probes
    let shown = study.features.indices.filter {
      !study.features[$0].contains("+untrained") && !study.features[$0].contains("16")
    }
    func chart(_ title: String, _ values: (ProbeStudy.FactScores) -> [Double]) -> GroupedBars {
      GroupedBars(
        title, series: shown.map { study.features[$0] },
        groups: knownFacts.map { fact in
          GroupedBars.Group(fact.fact, shown.map { values(fact)[$0] }, mark: fact.chance)
        }, label: "R² of quantities, accuracy of categories; the mark: chance")
    }
    return [chart("linear probe") { $0.linear }, chart("small network") { $0.network }]
  }

  private func probes() -> Frame {
    let (study, facts, charts) = (studies.probes, knownFacts, probeCharts)
    let unknown = study.facts.map(\.fact).filter { name in !facts.contains { $0.fact == name } }
    let note =
      study.facts.isEmpty
      ? "; no fact can be probed"
      : unknown.isEmpty ? "" : "; not shown, known to none: \(unknown.joined(separator: ", "))"
    let lines = Font.wrapped(
      "\(worldID): what is known of the world, on episodes the probes have not seen" + note,
      to: 1868, scale: 2)
    let top = 20 + lines.count * 2 * Font.lineHeight
    let height = charts[0].height(width: 926, scale: 2)
    return Frame(drawnAt: 1900, height + top + 4) { canvas in
      for (row, line) in lines.enumerated() {
        canvas.write(line, x: 16, y: 16 + row * 2 * Font.lineHeight, scale: 2)
      }
      let areas = canvas.area.inset(left: 16, top: top, right: 16, bottom: 4).columns(2, gap: 16)
      for (chart, area) in zip(charts, areas) { chart.draw(on: canvas, in: area, scale: 2) }
    }
  }

  private func animate(to url: URL) throws {
    guard let first = studies.scenes.first else { return }
    let writer = try GIFWriter(path: url.path, framesPerSecond: framesPerSecond)
    let dreamt = first.truth.count - first.seen
    for index in first.truth.indices {
      let isDreaming = index >= first.seen
      let sheet = OpenLoopSheet(
        title: "\(worldID): the world and M's dream of it, the same actions",
        caption: isDreaming
          ? "M dreams: step \(index - first.seen + 1) of \(dreamt)"
          : "M sees: frame \(index + 1) of \(first.seen)",
        isDreaming: isDreaming,
        columns: studies.scenes.map {
          OpenLoopSheet.Column(truth: $0.truth[index], prediction: $0.prediction[index])
        })
      try writer.append(sheet.frame())
    }
    try writer.finish()
  }
}

extension Series {
  /// A curve of means with their intervals.
  fileprivate init(
    _ name: String, _ means: [GroupedMean], at horizons: [Int], color: Color? = nil,
    isDashed: Bool = false
  ) {
    self.init(
      name, x: horizons.map(Double.init), y: means.map(\.mean), low: means.map(\.low),
      high: means.map(\.high), color: color, isDashed: isDashed)
  }
}

extension Frame {
  /// Plots side by side under one title.
  fileprivate static func sideBySide(_ title: String, _ plots: [LinePlot]) -> Frame {
    Frame(drawnAt: plots.count * 640, 520) { canvas in
      canvas.write(title, x: 16, y: 16, scale: 2, limit: canvas.width - 32)
      let areas = canvas.area.inset(left: 16, top: 44, right: 16, bottom: 8)
        .columns(plots.count, gap: 16)
      for (plot, area) in zip(plots, areas) { plot.draw(on: canvas, in: area, scale: 2) }
    }
  }

  fileprivate func writePNG(_ name: String, _ folder: RunFolder) throws {
    try PNG.write(self, to: folder.picture(name).path)
  }
}
