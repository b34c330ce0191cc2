import Files
import Pictures

/// A value that tells a watcher how far a run has come: everything a window needs to draw.
///
/// What was reached stays: the curves of all parts so far, and the last pictures.
public struct RunSnapshot: Sendable {
  /// What is done now, such as `train V`.
  public var phase = ""
  /// All phases of the run in order.
  public var phases: [String] = []
  /// Done share of the phase, 0...1.
  public var progress = 0.0
  /// One line of numbers.
  public var detail = ""
  /// Observations, each beside its reconstruction.
  public var pairs: [ReconstructionPair] = []
  /// All learning curves so far.
  public var curves = LearningCurves()
  /// Whether the policy learns in the dream.
  public var isDream = false

  /// An empty snapshot.
  public init() {}

  /// All phases, those of the model's parts in their place.
  ///
  /// - Parameter hasPolicy: whether a policy is trained, on what is collected.
  static func phases(parts: [String], hasPolicy: Bool = true) -> [String] {
    hasPolicy ? ["collect"] + parts + ["train C", "evaluate", "report"] : parts + ["report"]
  }
}

/// Somebody who watches a run; asked never to take long, and never able to change it.
public protocol RunObserver: AnyObject, Sendable {
  /// Whether a snapshot would be looked at now: where not, none is made.
  var wantsSnapshot: Bool { get }
  /// Takes a snapshot.
  func receive(_ snapshot: RunSnapshot)
}

extension TrainingPanel {
  /// The panel of a snapshot.
  public init(_ snapshot: RunSnapshot, header: String) {
    self.init(
      header: header, phases: snapshot.phases,
      phase: snapshot.phases.firstIndex(of: snapshot.phase) ?? 0, progress: snapshot.progress,
      detail: snapshot.detail, pairs: snapshot.pairs, losses: LossCurves(snapshot.curves),
      memory: MemoryCurve(snapshot.curves),
      returns: ReturnCurves(snapshot.curves, baselines: [], isDream: snapshot.isDream))
  }
}

extension LossCurves {
  /// The autoencoder's curves.
  package init(_ curves: LearningCurves) {
    let (error, kl) = (curves["vision/reconstruction"], curves["vision/kl"])
    let count = min(error.steps.count, kl.steps.count)
    self.init(
      steps: error.steps.prefix(count).map(Double.init),
      reconstruction: Array(error.values.prefix(count)),
      divergence: Array(kl.values.prefix(count)))
  }
}

extension MemoryCurve {
  /// The memory's curve.
  init(_ curves: LearningCurves) {
    let nats = curves["memory/nats"]
    self.init(steps: nats.steps.map(Double.init), nats: nats.values)
  }
}

extension ReturnCurves {
  /// The learner's curves, with baselines.
  init(_ curves: LearningCurves, baselines: [ReferenceLine], isDream: Bool) {
    let mean = curves["controller/mean"].values
    func alike(_ name: String) -> [Double] {
      let values = curves[name].values
      return values.count == mean.count ? values : mean
    }
    let deviation = curves["controller/deviation"].values
    let measured = curves["controller/evaluated"]
    let byStep = Dictionary(zip(measured.steps, measured.values)) { $1 }
    self.init(
      best: alike("controller/best"), mean: mean,
      deviation: deviation.count == mean.count ? deviation : [],
      evaluated: curves["controller/mean"].steps.map { byStep[$0] ?? .nan }, baselines: baselines,
      isDream: isDream)
  }
}
