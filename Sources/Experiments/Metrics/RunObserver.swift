import Pictures

/// A value that tells a watcher how far a run has come: everything a window needs to draw.
public struct RunSnapshot: Sendable {
  /// The stages of a run.
  public enum Phase: Int, Sendable, CaseIterable {
    /// Frames are collected.
    case collect
    /// The autoencoder is trained.
    case vision
    /// The memory is trained.
    case memory
    /// The controller is trained.
    case controller
    /// Policies are compared.
    case evaluate
    /// Pictures and tables are made.
    case report
  }

  /// The stage.
  public var phase = Phase.collect
  /// Done share of the stage, 0...1.
  public var progress = 0.0
  /// One line of numbers.
  public var detail = ""
  /// Observations, each beside its reconstruction.
  public var pairs: [ReconstructionPair] = []
  /// V's loss so far: step, reconstruction, KL.
  public var visionHistory: [VisionPoint] = []
  /// M's loss so far.
  public var memoryHistory: [MemoryPoint] = []
  /// Whether C trains in the dream.
  public var isDream = false
  /// C's returns so far.
  public var controllerHistory: [GenerationPoint] = []

  /// An empty snapshot.
  public init() {}
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
      header: header, phases: ["collect", "train V", "train M", "train C", "evaluate", "report"],
      phase: snapshot.phase.rawValue, progress: snapshot.progress, detail: snapshot.detail,
      pairs: snapshot.pairs, losses: LossCurves(snapshot.visionHistory),
      memory: MemoryCurve(snapshot.memoryHistory),
      returns: ReturnCurves(
        snapshot.controllerHistory, baselines: [], isDream: snapshot.isDream))
  }
}
