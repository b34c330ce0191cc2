import Tensors

/// What the encoder says about the latents of some frames, and a latent drawn for each.
package struct Posterior {
  /// What the heads say, `[frames, outputs]` each: of Gaussian latents means and log variances.
  package let outputs: [Tensor]
  /// What the latents are drawn with; of Gaussian ones standard normal.
  package let noise: Tensor
  /// The latents, `[frames, latentSize]`; of Gaussian ones mean + e^(logVariance / 2) · noise.
  package let latents: Tensor
  /// KL(q(latent | frame) ‖ prior) of each frame, in nats.
  package let divergences: Tensor
  /// The same of each code, `[frames, groups]`; nil where latents are no codes.
  private let divergencesOfCodes: Tensor?
  /// The code that each group of each frame takes, `[frames · groups]`; nil where latents are no codes.
  package let codes: [Int]?

  /// Means of Gaussian latents, `[frames, latentSize]`.
  package var mean: Tensor { outputs[0] }
  /// Log variances of Gaussian latents.
  package var logVariance: Tensor { outputs[1] }
  /// How many frames there are.
  package var count: Int { latents.shape[0] }
  /// Parts of a latent that have a divergence each: numbers, or codes.
  package var parts: Int { divergencesOfCodes?.shape[1] ?? latents.shape[1] }

  /// Of Gaussian latents.
  package init(mean: Tensor, logVariance: Tensor, noise: Tensor) {
    (outputs, self.noise) = ([mean, logVariance], noise)
    latents = mean + (logVariance * 0.5).exp() * noise
    divergences = .divergenceFromStandardNormal(mean: mean, logVariance: logVariance)
    (divergencesOfCodes, codes) = (nil, nil)
  }

  /// Of codes.
  ///
  /// - Parameters:
  ///   - divergences: of each code, `[frames, groups]`.
  ///   - codes: `[frames · groups]`.
  package init(
    output: Tensor, noise: Tensor, latents: Tensor, divergences: Tensor, codes: [Int]
  ) {
    (outputs, self.noise, self.latents, self.codes) = ([output], noise, latents, codes)
    (self.divergences, divergencesOfCodes) = (divergences.sum(axis: 1), divergences)
  }

  /// The mean divergence of every part over the frames, `[parts]`, in nats.
  var meanDivergenceByPart: Tensor {
    if let divergencesOfCodes { return divergencesOfCodes.mean(axis: 0) }
    return ((mean.square() + logVariance.exp() - logVariance - 1) * 0.5).mean(axis: 0)
  }
}
