import Datasets
import WorldModels

/// Says step by step how strange is what a world shows, by the score that a study recommends.
///
/// It keeps nothing between steps: what M knew before each is given to it.
package final class SurpriseGauge {
  /// Scores above it are called abnormal; infinite where too few normal frames are known.
  package let threshold: Double
  private let study: AnomalyStudy
  private let model: MixtureMemoryModel
  private let reading: MixtureReading
  private let state: FrozenMemory.State

  /// Prepares to look on.
  ///
  /// - Parameters:
  ///   - study: of frames that this model's memory foretold.
  ///   - model: the world model.
  package init(_ study: AnomalyStudy, _ model: MixtureMemoryModel) {
    (self.study, self.model) = (study, model)
    threshold = study.thresholds[study.recommended]?.value ?? .infinity
    reading = MixtureReading(model.memory.configuration)
    state = model.memory.makeState(slots: 1)
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
    state.restore(before.memory, to: 0)
    model.memory.advance(before.seen.latent, action, state, [true])
    let foretold = Foretold(
      before: before.seen.latent, outputs: model.memory.outputs(of: [0], state), reading)
    return study.score(frame, foretold: foretold, by: study.recommended).first ?? .nan
  }
}
