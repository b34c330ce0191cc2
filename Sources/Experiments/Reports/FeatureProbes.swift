import Datasets
import Evaluation
import WorldModels

/// What the features that an agent is shown tell of the world's facts, whatever the model.
struct FeatureProbes {
  private static let fitSamples = 6_000
  private static let testSamples = 4_000

  let agent: AgentEnvironments
  let data: TrainingData
  /// The model before its training, a yardstick.
  let untrained: any WorldModel

  /// Probes of all facts that vary, each beside PCA of the frames and the untrained model.
  func probes(beat: () -> Void) throws -> [VisionStudy.FactProbe] {
    let training = try data.episodes().split.training
    let (fit, test) = (try samples(agent, training, Self.fitSamples), try held(agent))
    let frames = fit.frames + test.frames
    let table = try FactTable(data.frames, frames: frames, fitCount: fit.frames.count)
    guard !table.quantities.isEmpty else { return [] }
    beat()
    var blank = agent
    blank.model = untrained
    let blankRows = try samples(blank, training, Self.fitSamples).rows + held(blank).rows
    beat()
    let width = fit.rows.count / max(1, fit.frames.count)
    let scores = try VisionStudy.componentScores(
      data.frames, of: frames, fittedOn: fit.frames, count: width, data.frames.frameFormat)
    beat()
    return table.probes(
      latent: fit.rows + test.rows, pca: scores, untrained: blankRows, beat: beat)
  }

  private func held(_ agent: AgentEnvironments) throws -> ObservedSamples.Rows {
    try samples(agent, data.episodes().split.heldOut, Self.testSamples)
  }

  private func samples(
    _ agent: AgentEnvironments, _ episodes: [EpisodeSpan], _ most: Int
  ) throws -> ObservedSamples.Rows {
    try ObservedSamples(agent, data.episodes().dataset).samples(of: episodes, atMost: most)
  }
}
