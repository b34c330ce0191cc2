import Datasets
import WorldModels

/// How well M foretells held-out episodes, beside two baselines in the same unit.
///
/// All three are −log p of the next latent, a dimension, in nats; latents are sampled from V's
/// distributions, as in training. The difference of two numbers is a likelihood ratio a dimension:
/// whoever reads a loss of 1.0 sees whether that is much.
package struct MemoryStudy: Hashable {
  /// M's own.
  package let nats: Double
  /// A Gaussian around the present latent.
  package let repeatLast: Double
  /// A Gaussian around the mean of all latents.
  package let unconditional: Double
  /// Held-out steps measured.
  package let steps: Int

  /// Steps that are measured at most.
  private static let most = 20_000

  /// Joins what was measured.
  package init(nats: Double, repeatLast: Double, unconditional: Double, steps: Int) {
    (self.nats, self.repeatLast, self.unconditional) = (nats, repeatLast, unconditional)
    self.steps = steps
  }

  /// Measures M on held-out episodes.
  ///
  /// - Parameter beat: called now and then.
  package init(_ forcing: TeacherForcing, heldOut: [EpisodeSpan], beat: () -> Void = {}) {
    let size = forcing.latents.latentSize
    let episodes = EpisodeSpan.upTo(Self.most, of: heldOut)
    let baselines = MemoryBaselines(
      latents: episodes.map { $0.frames.flatMap(forcing.latent) }, latentSize: size)
    (repeatLast, unconditional) = (baselines.repeatLast, baselines.unconditional)
    let reading = MixtureReading(forcing.memory.configuration)
    var row = [Float](repeating: 0, count: reading.columns)
    var (sum, steps) = (0.0, 0)
    forcing.run(episodes) { _, frame, state, slot in
      row.withUnsafeMutableBufferPointer { forcing.memory.outputs(of: slot, state, into: $0) }
      sum += reading.nats(forcing.latent(frame + 1)[...], row[...])
      steps += 1
      if steps.isMultiple(of: 256) { beat() }
    }
    nats = sum / Double(max(1, steps * size))
    self.steps = steps
  }
}

extension EpisodeSpan {
  /// As many whole episodes from the first on as have at least so many steps, or all.
  package static func upTo(_ steps: Int, of episodes: [EpisodeSpan]) -> [EpisodeSpan] {
    var rest = steps
    return Array(
      episodes.prefix { span in
        defer { rest -= span.steps.count }
        return rest > 0
      })
  }
}
