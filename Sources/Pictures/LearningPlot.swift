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

  /// The reconstruction term by training step.
  public func reconstructionPlot(_ xLabel: String = "training step") -> LinePlot {
    LinePlot(
      "V: reconstruction loss", xLabel: xLabel,
      series: [Series("reconstruction", x: steps, y: reconstruction, color: Theme.series(0))],
      yScale: .logarithmic)
  }

  /// The KL term by training step.
  public func divergencePlot(_ xLabel: String = "training step") -> LinePlot {
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
  /// The mean controller's return on fresh seeds of where C trains, NaN where not measured; or empty.
  public var evaluated: [Double]
  /// Returns of other policies in the world: random, best blind.
  public var baselines: [ReferenceLine]
  /// Whether C trains in the dream: then all its returns are dreamt, and the baselines, which are of
  /// the world, are not drawn beside them.
  public var isDream: Bool

  /// Creates curves.
  ///
  /// - Precondition: all lists are of one length; `deviation` and `evaluated` may be empty.
  public init(
    best: [Double] = [], mean: [Double] = [], deviation: [Double] = [], evaluated: [Double] = [],
    baselines: [ReferenceLine] = [], isDream: Bool = false
  ) {
    precondition(
      best.count == mean.count && (deviation.isEmpty || deviation.count == mean.count)
        && (evaluated.isEmpty || evaluated.count == mean.count),
      "ReturnCurves: \(best.count) best, \(mean.count) mean, \(deviation.count) deviations and"
        + " \(evaluated.count) evaluated; all lists must be of one length")
    self.best = best
    self.mean = mean
    self.deviation = deviation
    self.evaluated = evaluated
    self.baselines = baselines
    self.isDream = isDream
  }

  /// Returns by generation, of the place where C trains; the baselines only where that is the world.
  public var plot: LinePlot {
    LinePlot(
      isDream ? "C: return in the dream" : "C: return by generation", xLabel: "generation",
      series: population + measured, references: isDream ? [] : baselines, yIncludes: [0])
  }

  private var population: [Series] {
    let generations = mean.indices.map { Double($0 + 1) }
    return [
      Series(
        deviation.isEmpty ? "mean" : "mean ± sd of candidates", x: generations,
        y: mean, low: zip(mean, deviation).map(-), high: zip(mean, deviation).map(+),
        color: Theme.series(0)),
      Series("best", x: generations, y: best, color: Theme.series(2)),
    ]
  }

  private var measured: [Series] {
    let points = evaluated.indices.filter { evaluated[$0].isFinite }
    guard !points.isEmpty else { return [] }
    return [
      Series(
        "fresh seeds", x: points.map { Double($0 + 1) }, y: points.map { evaluated[$0] },
        color: Theme.series(1))
    ]
  }
}

/// The learning stages side by side: V's loss terms, and C's returns against baselines.
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
  public func frame(width: Int = 1280, height: Int = 640, scale: Int = 2) -> Frame {
    Frame(drawnAt: width, height) { canvas in
      let margin = 8 * scale
      canvas.write(
        title, x: margin, y: margin, scale: scale, limit: width - 2 * margin)
      // A model without an autoencoder has no such losses, and one without a learner no returns.
      let showsLosses = !losses.steps.isEmpty
      let showsReturns = !returns.mean.isEmpty || !showsLosses
      let columns = canvas.area.inset(
        left: margin, top: margin + 16 * scale, right: margin, bottom: margin / 2
      ).columns(showsLosses && showsReturns ? 2 : 1, gap: 6 * scale)
      if showsLosses {
        let left = columns[0].rows(2, gap: 0)
        losses.reconstructionPlot("").draw(on: canvas, in: left[0], scale: scale)
        losses.divergencePlot().draw(on: canvas, in: left[1], scale: scale)
      }
      guard showsReturns else { return }
      returns.plot.draw(on: canvas, in: columns[columns.count - 1], scale: scale)
    }
  }
}
