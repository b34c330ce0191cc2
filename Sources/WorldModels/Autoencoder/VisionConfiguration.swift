import Datasets
import Files
import Foundation
import Tensors

/// What the decoder's output says about a pixel.
public enum VisionLikelihood: String, Codable, Hashable, Sendable, CaseIterable {
  /// World Models' loss: Σ (x − y)², which weighs pixels as a Gaussian of σ = 0.707 would.
  case sumOfSquares
  /// Every channel of a pixel is a Bernoulli variable.
  case bernoulli
  /// A Gaussian of the configured σ.
  case gaussian
  /// A Gaussian whose σ is trained, from the configured one on.
  case gaussianLearned
  /// A Gaussian whose σ is the best for each batch.
  case gaussianOptimal
  /// Each channel of a pixel has one of 256 values; each code of a cell has one of those that occur.
  case categorical
  /// Counts are so many draws of kinds with given probabilities.
  case multinomial
}

/// Sizes, loss and training of the vision model V.
///
/// The defaults are those of "World Models" (Ha and Schmidhuber, 2018): 4,348,547 parameters.
public struct VisionConfiguration: Codable, Hashable, Sendable {
  /// Channels of the first layer, 1 or more; the others have multiples of it.
  public var width = 32
  /// Numbers in a Gaussian latent, 1 or more.
  private var gaussianSize = 32
  /// What the decoder's output says about a pixel.
  public var likelihood = VisionLikelihood.sumOfSquares
  /// Standard deviation of a pixel under `gaussian`, on the scale 0...1; where `gaussianLearned` starts.
  public var sigma: Float = 0.1
  /// Weight of the divergence.
  public var beta: Float = 1
  /// Nats a latent number, or a code, may carry freely; the floor max(KL, freeBits · their number) is applied
  /// to each sample's sum, below which its divergence has no gradient.
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
  /// What the encoder and the decoder are made of.
  public var network = NetworkKind.convolutional
  /// Residual blocks at each size of map, where `network` is residual or patches; 1 or more.
  public var residualBlocks = 1
  /// Pixels of a patch's side, where `network` is patches.
  public var patch = 8
  /// Numbers of the encoder's fully connected layers, where `network` is dense; the decoder's are reversed.
  public var hiddenSizes = [200, 200]
  /// What follows each of them.
  public var hiddenActivation = Activation.tanh
  /// Whether each number of a picture is drawn as 0 or 1 anew at every step, with its value for probability.
  public var binarises = false
  /// Share of the reconstruction loss that pixels have by how much they change over the frames; 0 for none.
  public var movingWeight: Float = 0
  /// The terms of the loss beside the reconstruction.
  public var objective = ObjectiveConfiguration()
  /// What draws without a frame come from.
  public var prior = PriorConfiguration()
  /// What latents are.
  public var latent = LatentConfiguration()

  /// Numbers in a latent: of Gaussian latents as many as are set here, of codes what follows from `latent`.
  public var latentSize: Int {
    get { latent.size ?? gaussianSize }
    set { gaussianSize = newValue }
  }

  /// Creates World Models' configuration.
  public init() {}

  /// The σ that a Gaussian likelihood must have for the same loss at beta 1; nil where there is none, or
  /// where it is not known before training.
  ///
  /// A direction of the data survives in the latents where its variance exceeds this number squared.
  public var impliedSigma: Float? {
    switch likelihood {
    case .sumOfSquares: impliedSigma(of: SumOfSquares.sigma)
    case .gaussian: impliedSigma(of: sigma)
    case .bernoulli, .gaussianLearned, .gaussianOptimal, .categorical, .multinomial: nil
    }
  }

  /// The σ that beta makes of a Gaussian's; nil where no fixed beta weighs the whole divergence.
  func impliedSigma(of sigma: Float) -> Float? {
    guard objective.divergence == .weighted else { return nil }
    return likelihood == .sumOfSquares ? (beta / 2).squareRoot() : sigma * beta.squareRoot()
  }

  /// What the decoder's output says.
  ///
  /// - Parameter logSigma: the model's parameter, where the likelihood has one.
  func makeLikelihood(logSigma: Tensor?, _ format: FrameFormat) -> any Likelihood {
    switch likelihood {
    case .sumOfSquares: SumOfSquares()
    case .bernoulli: BernoulliPixels()
    case .gaussian: FixedGaussian(sigma: sigma)
    case .gaussianLearned: LearnedGaussian(logSigma: logSigma ?? freshLogSigma)
    case .gaussianOptimal: OptimalGaussian(logSigma: (logSigma ?? freshLogSigma).scalar)
    case .categorical:
      format.kind == .cells ? CategoricalCells(classes: format.classes) : CategoricalLevels()
    case .multinomial: MultinomialCounts()
    }
  }

  /// Whether σ is a number of the model, not of its configuration.
  var hasLogSigma: Bool { likelihood == .gaussianLearned || likelihood == .gaussianOptimal }

  /// The model's σ before training.
  var freshLogSigma: Tensor {
    Tensor(
      [likelihood == .gaussianLearned ? LearnedGaussian.parameter(of: sigma) : log(sigma)],
      shape: [1])
  }

  /// The sum of squared errors a frame behind a reconstruction loss, pixels in 0...1.
  ///
  /// - Parameters:
  ///   - loss: what training reports as `reconstruction`.
  ///   - elements: numbers in a frame, such as 64·64·3.
  ///   - sigma: σ where it is no setting; what training reports as `sigma`.
  /// - Returns: nil for `bernoulli`, `categorical` and `multinomial`, whose loss does not tell it.
  public func squaredError(
    reconstruction loss: Float, elements: Int, sigma known: Float? = nil
  ) -> Double? {
    switch likelihood {
    case .sumOfSquares: return Double(loss)
    case .gaussian, .gaussianLearned, .gaussianOptimal:
      guard let sigma = likelihood == .gaussian ? sigma : known else { return nil }
      return 2 * Double(sigma * sigma) * (Double(loss) - gaussianConstant(elements, sigma))
    case .bernoulli, .categorical, .multinomial: return nil
    }
  }

  private func gaussianConstant(_ elements: Int, _ sigma: Float) -> Double {
    Double(elements) * (log(Double(sigma)) + 0.5 * log(2 * Double.pi))
  }

  /// The divergence's weight at a step, counted from 0; under `target` the one before the first step.
  public func beta(atStep step: Int) -> Float {
    WarmUp(steps: warmUpSteps, every: objective.warmUpEvery).weight(beta, at: step)
  }

  /// The divergence below which a sample's has no gradient, in nats.
  public var divergenceFloor: Float { freeBits * Float(latentParts) }

  /// Parts of a latent that free bits are given to: numbers, or codes.
  var latentParts: Int { latent.kind == .gaussian ? gaussianSize : latent.groups }

  private enum CodingKeys: String, CodingKey {
    case width
    case gaussianSize = "latentSize"
    case likelihood, sigma, beta, freeBits, warmUpSteps, learningRate, batchSize, gradientClipNorm
    case gradientSkipMultiple, microbatches, logVarianceLow, logVarianceHigh, network,
      residualBlocks
    case patch, hiddenSizes, hiddenActivation, binarises, movingWeight, objective, prior, latent
  }
}

extension VisionConfiguration: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<VisionConfiguration>] {
    lossSettings + trainingSettings + networkSettings
      + ObjectiveConfiguration.settings.map { $0.within(\.objective, prefix: "objective.") }
      + PriorConfiguration.settings.map { $0.within(\.prior, prefix: "prior.") }
      + LatentConfiguration.settings.map { $0.within(\.latent, prefix: "latent.") }
  }

  private static var lossSettings: [Setting<VisionConfiguration>] {
    [
      Setting(
        "width", \.width, 1...512, "Channels of the first layer; the others have multiples of it."),
      Setting(
        "latentSize", \.gaussianSize, 1...4096,
        "Numbers in a latent that is Gaussian; of codes latent.groups times latent.classes or codeSize."
      ),
      Setting("likelihood", \.likelihood, "What the decoder's output says about a pixel."),
      Setting(
        "sigma", \.sigma, above: 0,
        "Standard deviation of a pixel under gaussian, on the scale 0 to 1; where gaussianLearned starts."
      ),
      Setting("beta", \.beta, atLeast: 0, "Weight of the KL divergence."),
      Setting(
        "freeBits", \.freeBits, atLeast: 0,
        "Nats per latent number, or code, below which a sample's divergence has no gradient."),
      Setting(
        "warmUpSteps", \.warmUpSteps, 0...100_000_000,
        "Steps over which the divergence's weight rises from 0 to beta; 0 for none."),
    ]
  }

  private static var trainingSettings: [Setting<VisionConfiguration>] {
    [
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
      Setting(
        "movingWeight", \.movingWeight, 0...1,
        "Share of the reconstruction loss that pixels have by how much they change over the frames; 0 weighs "
          + "all alike."),
    ]
  }

  /// Sides that patches may have, in pixels.
  static let patches = 2...64

  private static var networkSettings: [Setting<VisionConfiguration>] {
    [
      Setting("network", \.network, "What encoder and decoder are made of."),
      Setting(
        "residualBlocks", \.residualBlocks, 1...16,
        "Residual blocks at each size of map, where network is residual or patches."),
      Setting(
        "patch", \.patch, patches,
        "Pixels of a patch's side, where network is patches: those of a tile, where pictures are of tiles."
      ),
      Setting(
        "hiddenSizes", \.hiddenSizes, "a list of whole numbers, each 1 to 65536",
        "Sizes of the encoder's fully connected layers, where network is dense; the decoder's are reversed."
      ) { $0.hiddenSizes.count <= 64 && $0.hiddenSizes.allSatisfy((1...65_536).contains) },
      Setting("hiddenActivation", \.hiddenActivation, "What follows each of them."),
      Setting(
        "binarises", \.binarises,
        "Whether each number of a picture is drawn as 0 or 1 anew at every step, with its value for probability."
      ),
    ]
  }
}
