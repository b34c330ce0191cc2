import Datasets
import WorldModels

/// Says step by step how strange is what a world shows, by the score that a study recommends.
///
/// It keeps nothing between steps: what M knew before each is given to it.
package final class SurpriseGauge {
  /// Scores above it are called abnormal; infinite where too few normal frames are known.
  package let threshold: Double
  private let study: AnomalyStudy
  private let forecaster: Forecaster

  /// Prepares to look on.
  ///
  /// - Parameters:
  ///   - study: of frames that this memory foretold.
  ///   - forecaster: asks the memory.
  package init(_ study: AnomalyStudy, _ forecaster: Forecaster) {
    (self.study, self.forecaster) = (study, forecaster)
    threshold = study.thresholds[study.recommended]?.value ?? .infinity
  }

  /// How strange a frame is.
  ///
  /// - Parameters:
  ///   - frame: what the world shows after a step, of the model's frame shape.
  ///   - action: what was done, as M reads it.
  ///   - before: what the model kept before the step, from a state of its own.
  /// - Returns: NaN where that is no snapshot of such a model.
  package func score(of frame: [UInt8], after action: [Float], from before: any Sendable) -> Double
  {
    guard let before = before as? MixtureMemorySnapshot else { return .nan }
    let step = ForetoldStep(memory: before.memory, latent: before.seen.latent, action: action)
    return study.score(frame, foretold: forecaster.foretold([step]), by: study.recommended).first
      ?? .nan
  }
}
