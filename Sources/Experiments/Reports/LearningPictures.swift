import EnvironmentKit
import Files
import Pictures

/// The pictures of how a run learned.
struct LearningPictures {
  let folder: RunFolder
  let subject: String

  /// Learning curves of model and policy with the baselines.
  func learning(_ curves: LearningCurves, baselines: [ReferenceLine], isDream: Bool) throws {
    let plot = LearningPlot(
      title: "\(subject): learning", losses: LossCurves(curves),
      returns: ReturnCurves(curves, baselines: baselines, isDream: isDream))
    try PNG.write(plot.frame(), to: folder.picture("learning.png").path)
  }

  /// The memory's learning curve with what it and the baselines reach on held-out episodes.
  func memory(_ curves: LearningCurves, nats: Double, repeatLast: Double, unconditional: Double)
    throws
  {
    var lines = MemoryCurve(curves)
    lines.baselines = [
      ReferenceLine("repeat the last", repeatLast),
      ReferenceLine("unconditional", unconditional, color: Theme.warning),
      ReferenceLine("held out", nats, color: Theme.accent),
    ]
    try PNG.write(
      lines.frame(title: "\(subject): what M foretells"), to: folder.picture("memory.png").path)
  }
}
