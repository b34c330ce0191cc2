import Tensors

/// What the encoder says about the latents of some frames, and a latent drawn for each.
package struct Posterior {
  /// Means of the latents, `[frames, latentSize]`.
  package let mean: Tensor
  /// Log variances of the latents.
  package let logVariance: Tensor
  /// Standard normal numbers that the latents are drawn with.
  package let noise: Tensor
  /// mean + e^(logVariance / 2) · noise.
  package let latents: Tensor
  /// KL(q(latent | frame) ‖ N(0, 1)) of each frame, in nats.
  package let divergences: Tensor

  /// How many frames there are.
  package var count: Int { mean.shape[0] }
  /// Numbers of a latent.
  package var size: Int { mean.shape[1] }

  package init(mean: Tensor, logVariance: Tensor, noise: Tensor) {
    (self.mean, self.logVariance, self.noise) = (mean, logVariance, noise)
    latents = mean + (logVariance * 0.5).exp() * noise
    divergences = .divergenceFromStandardNormal(mean: mean, logVariance: logVariance)
  }

  /// The mean divergence of every latent over the frames, `[latentSize]`, in nats.
  var meanDivergenceByLatent: Tensor {
    ((mean.square() + logVariance.exp() - logVariance - 1) * 0.5).mean(axis: 0)
  }
}
