import Foundation
import Tensors

/// The terms of V's loss over some samples, each summed over them.
struct VisionTerms {
  /// −log p(frame | latent), up to the constants that `sumOfSquares` leaves out.
  var reconstruction: Float = 0
  /// The divergence, in nats.
  var divergence: Float = 0
  /// The divergence after the floor of each sample.
  var flooredDivergence: Float = 0
}

extension Vision {
  /// V's loss, summed over a batch: reconstruction + beta · Σ max(KL, floor).
  ///
  /// - Parameters:
  ///   - frames: `[batch]` and the frame's shape, in 0...1.
  ///   - noise: standard normal, `[batch, latentSize]`.
  ///   - beta: the divergence's weight.
  ///   - terms: receives the loss's terms.
  func loss(of frames: Tensor, noise: Tensor, beta: Float, terms: inout VisionTerms) -> Tensor {
    let (mean, logVariance) = encode(frames)
    let latents = mean + (logVariance * 0.5).exp() * noise
    let reconstruction = negativeLogLikelihood(of: frames, decoded: decode(latents))
    let divergence = Tensor.divergenceFromStandardNormal(mean: mean, logVariance: logVariance)
    let floored = divergence.clamped(to: configuration.divergenceFloor...Float.infinity).sum()
    terms = VisionTerms(
      reconstruction: reconstruction.scalar, divergence: divergence.detached.sum().scalar,
      flooredDivergence: floored.scalar)
    return reconstruction + floored * beta
  }

  /// V's loss as World Models states it: the mean over a batch.
  ///
  /// - Parameters:
  ///   - frames: `[batch]` and the frame's shape, in 0...1.
  ///   - noise: standard normal, `[batch, latentSize]`.
  /// - Returns: a scalar; see `VisionConfiguration` for its terms.
  public func meanLoss(of frames: Tensor, noise: Tensor) -> Tensor {
    var terms = VisionTerms()
    return loss(of: frames, noise: noise, beta: configuration.beta, terms: &terms)
      / Float(frames.shape[0])
  }

  private func negativeLogLikelihood(of frames: Tensor, decoded: Tensor) -> Tensor {
    switch configuration.likelihood {
    case .sumOfSquares:
      return decoded.squaredError(to: frames)
    case .bernoulli:
      return decoded.bernoulliLoss(to: frames)
    case .gaussian:
      let variance = configuration.sigma * configuration.sigma
      let constant = 0.5 * log(2 * Float.pi * variance) * Float(frames.count)
      return decoded.squaredError(to: frames).affine(scale: 0.5 / variance, shift: constant)
    }
  }
}
