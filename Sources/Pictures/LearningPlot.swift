public import EnvironmentKit

/// How the autoencoder's loss fell, term by term.
public struct LossCurves: Hashable, Sendable {
  /// Training steps at which the terms were noted.
  public var steps: [Double]
  /// The reconstruction term at each of them.
  public var reconstruction: [Double]
  /// The KL term at each of them, in nats.
  public var divergence: [Double]

  /// Creates curves.
  ///
  /// - Precondition: all lists are of one length.
  public init(steps: [Double] = [], reconstruction: [Double] = [], divergence: [Double] = []) {
    precondition(
      steps.count == reconstruction.count && steps.count == divergence.count,
      "LossCurves: \(steps.count) steps, \(reconstruction.count) reconstruction and"
        + " \(divergence.count) KL terms; all lists must be of one length")
    self.steps = steps
    self.reconstruction = reconstruction
    self.divergence = divergence
  }

  func reconstructionPlot(_ xLabel: String = "training step") -> LinePlot {
    LinePlot(
      "V: reconstruction loss", xLabel: xLabel,
      series: [Series("reconstruction", x: steps, y: reconstruction, color: Theme.series(0))],
      yScale: .logarithmic)
  }

  func divergencePlot(_ xLabel: String = "training step") -> LinePlot {
    LinePlot(
      "V: KL, nats", xLabel: xLabel,
      series: [Series("KL", x: steps, y: divergence, color: Theme.series(1))], yIncludes: [0])
  }
}

/// How the controller's returns rose, generation by generation, beside policies to compare with.
public struct ReturnCurves: Hashable, Sendable {
  /// The best candidate's return of each generation.
  public var best: [Double]
  /// The population's mean return of each generation.
  public var mean: [Double]
  /// The population's standard deviation of each generation, or empty.
  public var deviation: [Double]
  /// Returns of other policies: random, best blind.
  public var baselines: [ReferenceLine]
  /// Whether the returns are dreamt; the baselines are of the real world in any case.
  public var isDream: Bool

  /// Creates curves.
  ///
  /// - Precondition: all lists are of one length, `deviation` of that length or empty.
  public init(
    best: [Double] = [], mean: [Double] = [], deviation: [Double] = [],
    baselines: [ReferenceLine] = [], isDream: Bool = false
  ) {
    precondition(
      best.count == mean.count && (deviation.isEmpty || deviation.count == mean.count),
      "ReturnCurves: \(best.count) best, \(mean.count) mean and \(deviation.count) deviations;"
        + " all lists must be of one length")
    self.best = best
    self.mean = mean
    self.deviation = deviation
    self.baselines = baselines
    self.isDream = isDream
  }

  func plot() -> LinePlot {
    let generations = mean.indices.map { Double($0 + 1) }
    return LinePlot(
      isDream ? "C: return in the dream by generation" : "C: return by generation",
      xLabel: "generation",
      series: [
        Series(
          "mean", x: generations, y: mean, low: zip(mean, deviation).map(-),
          high: zip(mean, deviation).map(+), color: Theme.series(0)),
        Series("best", x: generations, y: best, color: Theme.series(2)),
      ],
      references: baselines, yIncludes: [0])
  }
}

/// The two learning stages side by side: V's loss terms, and C's returns against baselines.
public struct LearningPlot: Hashable, Sendable {
  /// Stands above all.
  public var title: String
  /// The autoencoder's loss.
  public var losses: LossCurves
  /// The controller's returns.
  public var returns: ReturnCurves

  /// Creates a plot.
  public init(title: String, losses: LossCurves, returns: ReturnCurves) {
    self.title = title
    self.losses = losses
    self.returns = returns
  }

  /// The plot as a picture.
  public func frame(width: Int = 1280, height: Int = 560, scale: Int = 2) -> Frame {
    Frame(drawnAt: width, height) { canvas in
      let margin = 8 * scale
      canvas.write(
        title, x: margin, y: margin, scale: scale, limit: width - 2 * margin)
      let area = canvas.area.inset(
        left: margin, top: margin + 16 * scale, right: margin, bottom: margin / 2)
      let halves = area.columns(2, gap: 6 * scale)
      let upper = halves[0].height / 2
      losses.reconstructionPlot("").draw(
        on: canvas, in: halves[0].inset(bottom: halves[0].height - upper), scale: scale)
      losses.divergencePlot().draw(on: canvas, in: halves[0].inset(top: upper), scale: scale)
      returns.plot().draw(on: canvas, in: halves[1], scale: scale)
    }
  }
}
