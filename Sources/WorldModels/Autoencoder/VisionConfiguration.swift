import Files
import Foundation

/// What the decoder's output says about a pixel.
public enum VisionLikelihood: String, Codable, Hashable, Sendable, CaseIterable {
  /// World Models' loss: Σ (x − y)², which weighs pixels as a Gaussian of σ = 0.707 would.
  case sumOfSquares
  /// Every channel of a pixel is a Bernoulli variable.
  case bernoulli
  /// A Gaussian of the configured σ.
  case gaussian
}

/// Sizes, loss and training of the vision model V.
///
/// The defaults are those of "World Models" (Ha and Schmidhuber, 2018): 4,348,547 parameters.
public struct VisionConfiguration: Codable, Hashable, Sendable {
  /// Channels of the first layer, 1 or more; the others have multiples of it.
  public var width = 32
  /// Numbers in a latent, 1 or more.
  public var latentSize = 32
  /// What the decoder's output says about a pixel.
  public var likelihood = VisionLikelihood.sumOfSquares
  /// Standard deviation of a pixel under `gaussian`, on the scale 0...1.
  public var sigma: Float = 0.1
  /// Weight of the divergence.
  public var beta: Float = 1
  /// Nats a latent number may carry freely; the floor max(KL, freeBits · latentSize) is applied to
  /// each sample's sum, below which its divergence has no gradient.
  public var freeBits: Float = 0.5
  /// Steps over which the divergence's weight rises from 0 to `beta`; 0 for none.
  public var warmUpSteps = 0
  /// The optimiser's step size.
  public var learningRate: Float = 1e-4
  /// Frames in a training step.
  public var batchSize = 100
  /// Largest norm of the gradient, to which a larger one is scaled down; 0 for no limit.
  public var gradientClipNorm: Float = 0
  /// How often the running mean of the gradient's norm a step's norm may be; 0 for any.
  ///
  /// A step beyond it is skipped, after the first hundred steps.
  public var gradientSkipMultiple: Float = 100
  /// Microbatches into which a batch is cut, whatever the machine: part of the result's definition.
  public var microbatches = 4
  /// Least log variance of a latent; beyond the bounds only gradients that lead back flow.
  public var logVarianceLow: Float = -12
  /// Greatest log variance of a latent.
  public var logVarianceHigh: Float = 6

  /// Creates World Models' configuration.
  public init() {}

  /// The σ that a Gaussian likelihood must have for the same loss at beta 1; nil for `bernoulli`.
  ///
  /// A direction of the data survives in the latents where its variance exceeds this number squared.
  public var impliedSigma: Float? {
    switch likelihood {
    case .sumOfSquares: (beta / 2).squareRoot()
    case .gaussian: sigma * beta.squareRoot()
    case .bernoulli: nil
    }
  }

  /// The sum of squared errors a frame behind a reconstruction loss, pixels in 0...1.
  ///
  /// - Parameters:
  ///   - loss: what training reports as `reconstruction`.
  ///   - elements: numbers in a frame, such as 64·64·3.
  /// - Returns: nil for `bernoulli`, whose loss does not tell it.
  public func squaredError(reconstruction loss: Float, elements: Int) -> Double? {
    switch likelihood {
    case .sumOfSquares: Double(loss)
    case .gaussian: 2 * Double(sigma * sigma) * (Double(loss) - gaussianConstant(elements))
    case .bernoulli: nil
    }
  }

  private func gaussianConstant(_ elements: Int) -> Double {
    Double(elements) * (log(Double(sigma)) + 0.5 * log(2 * Double.pi))
  }

  /// The divergence's weight at a step, counted from 0.
  public func beta(atStep step: Int) -> Float {
    step >= warmUpSteps ? beta : beta * Float(step) / Float(warmUpSteps)
  }

  /// The divergence below which a sample's has no gradient, in nats.
  public var divergenceFloor: Float { freeBits * Float(latentSize) }
}

extension VisionConfiguration: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<VisionConfiguration>] {
    [
      Setting(
        "width", \.width, 1...512, "Channels of the first layer; the others have multiples of it."),
      Setting("latentSize", \.latentSize, 1...4096, "Numbers in a latent."),
      Setting("likelihood", \.likelihood, "What the decoder's output says about a pixel."),
      Setting(
        "sigma", \.sigma, above: 0,
        "Standard deviation of a pixel under gaussian, on the scale 0 to 1."),
      Setting("beta", \.beta, atLeast: 0, "Weight of the KL divergence."),
      Setting(
        "freeBits", \.freeBits, atLeast: 0,
        "Nats per latent number below which a sample's divergence has no gradient."),
      Setting(
        "warmUpSteps", \.warmUpSteps, 0...100_000_000,
        "Steps over which the divergence's weight rises from 0 to beta; 0 for none."),
      Setting("learningRate", \.learningRate, above: 0, "Adam's step size at the first step."),
      Setting("batchSize", \.batchSize, 1...100_000, "Frames in a training step."),
      Setting(
        "gradientClipNorm", \.gradientClipNorm, atLeast: 0,
        "Largest norm of the gradient; a larger one is scaled down. 0 for no limit."),
      Setting(
        "gradientSkipMultiple", \.gradientSkipMultiple, atLeast: 0,
        "A step whose gradient's norm is so many times the running mean is skipped; 0 for never."),
      Setting(
        "microbatches", \.microbatches, 1...1024,
        "Parts into which a batch is cut, whatever the machine; part of the result's definition."),
      Setting(
        "logVarianceLow", \.logVarianceLow, "less than logVarianceHigh",
        "Least log variance of a latent."
      ) { $0.logVarianceLow < $0.logVarianceHigh },
      Setting(
        "logVarianceHigh", \.logVarianceHigh, "a number", "Greatest log variance of a latent."
      ) { $0.logVarianceHigh.isFinite },
    ]
  }
}
