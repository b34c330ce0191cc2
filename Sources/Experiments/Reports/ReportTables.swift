import Evaluation
import Pictures

/// The rows of tables that report and terminal share.
enum ReportTables {
  /// What features tell of facts, beside what comes for nothing.
  static func rows(_ probes: [VisionStudy.FactProbe]) -> [[String]] {
    probes.map {
      [
        $0.fact, NumberStyle.ratio($0.latent), NumberStyle.ratio($0.pca),
        NumberStyle.ratio($0.untrained),
      ]
    }
  }

  /// Nats of the memory and of what needs none.
  static func memory(_ study: MemoryStudy) -> [[String]] {
    [
      ("M", study.nats), ("repeat the last latent", study.repeatLast),
      ("unconditional Gaussian", study.unconditional),
    ].map { [$0.0, NumberStyle.ratio($0.1)] }
  }
}

/// What is plainly wrong with a model, in words, with the setting that mends it.
package struct ModelWarnings {
  private let vision: VisionStudy?
  private let memory: MemoryStudy?

  /// Takes what was measured; nil where the model has no such part.
  package init(vision: VisionStudy?, memory: MemoryStudy? = nil) {
    (self.vision, self.memory) = (vision, memory)
  }

  /// Share of the mean frame's error above which the autoencoder does not see what moves.
  private static let blindShare = 0.8

  /// One line per trouble; none where all is well.
  package var lines: [String] {
    var lines: [String] = []
    if let regions = vision?.regions, regions.meanFrame > 0,
      regions.latent / regions.meanFrame > Self.blindShare
    {
      lines.append(
        "warning: V does not see the moving objects (error inside them: "
          + "\(NumberStyle.ratio(regions.latent / regions.meanFrame)) of the mean frame's); train "
          + "longer (model.steps), or lower model.sigma or model.beta")
    }
    if let memory, let baseline = Self.unsurpassed(by: memory) {
      lines.append(
        "warning: M foretells no better than \(baseline.words) "
          + "(\(NumberStyle.ratio(memory.nats)) against \(NumberStyle.ratio(baseline.nats)) "
          + "nats); train it longer (model.memory.steps) before a dream is worth learning in")
    }
    return lines
  }

  /// Nats per latent number by which M has to be better than what needs no memory.
  private static let leastGain = 0.01

  /// The better of two baselines, where M is no better.
  private static func unsurpassed(by memory: MemoryStudy) -> (words: String, nats: Double)? {
    let baselines = [
      ("repeating the last latent", memory.repeatLast),
      ("one Gaussian for all latents", memory.unconditional),
    ].filter { $0.1.isFinite }
    guard let best = baselines.min(by: { $0.1 < $1.1 }), memory.nats >= best.1 - leastGain else {
      return nil
    }
    return (best.0, best.1)
  }
}
