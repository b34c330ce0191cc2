import Files

/// Sizes, loss and training of the memory M.
///
/// The defaults are those of "World Models" (Ha and Schmidhuber, 2018), CarRacing: 422,368 parameters.
public struct MemoryConfiguration: Codable, Hashable, Sendable {
  /// Numbers in a latent, 1 or more.
  public var latentSize = 32
  /// Numbers in an action, 0 or more.
  public var actionSize = 3
  /// Numbers of the hidden state, 1 or more.
  public var hiddenSize = 256
  /// Components of a mixture, 1...32.
  public var mixtures = 5
  /// Whether one mixture describes all dimensions of a latent together, in place of one a dimension.
  public var sharesMixture = false
  /// Whether a last input says, by 1, that an episode starts anew.
  public var takesRestart = false
  /// Whether an output predicts the reward.
  public var predictsReward = false
  /// Whether an output predicts, as a logit, that the episode ends.
  public var predictsTermination = false
  /// The optimiser's step size.
  public var learningRate: Float = 1e-3
  /// Sequences in a training step.
  public var batchSize = 100
  /// Steps of a sequence.
  public var sequenceLength = 100
  /// Bound of every element of the gradient; 0 for none.
  public var gradientClipValue: Float = 1
  /// How often the running mean of the gradient's norm a step's norm may be; 0 for any.
  ///
  /// A step beyond it is skipped, after the first hundred steps.
  public var gradientSkipMultiple: Float = 100
  /// How often a step at which an episode ends counts in the termination's loss.
  public var terminationWeight: Float = 10
  /// Weight of the reward's squared error beside the nats of a latent's dimension.
  public var rewardWeight: Float = 1
  /// Added to a fresh forget gate's bias.
  public var forgetBias: Float = 1
  /// Least log standard deviation of a component; beyond the bounds only gradients that lead back flow.
  public var logSigmaLow: Float = -7
  /// Greatest log standard deviation of a component.
  public var logSigmaHigh: Float = 7
  /// Microbatches into which a batch is cut, whatever the machine: part of the result's definition.
  public var microbatches = 4

  /// Creates World Models' configuration for CarRacing.
  public init() {}

  /// Numbers that enter M at each step: latent, action, restart.
  public var inputSize: Int { latentSize + actionSize + (takesRestart ? 1 : 0) }

  /// Numbers that leave M at each step: mixtures, reward, termination.
  public var outputSize: Int {
    layout.columns + (predictsReward ? 1 : 0) + (predictsTermination ? 1 : 0)
  }
}

extension MemoryConfiguration: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<MemoryConfiguration>] {
    [
      Setting(
        "latentSize", \.latentSize, 0...4096, "Numbers in a latent; 0 follows the autoencoder."),
      Setting(
        "actionSize", \.actionSize, 0...65_536,
        "Numbers of an action; 0 follows the world's actions and actionEncoding."),
      Setting("hiddenSize", \.hiddenSize, 1...16_384, "Numbers of the LSTM's hidden state."),
      Setting("mixtures", \.mixtures, 1...32, "Components of a mixture."),
      Setting(
        "sharesMixture", \.sharesMixture,
        "Whether one mixture describes all dimensions of a latent, instead of one per dimension."),
      Setting(
        "takesRestart", \.takesRestart,
        "Whether a last input says, by 1, that an episode starts anew."),
      Setting("predictsReward", \.predictsReward, "Whether an output foretells the reward."),
      Setting(
        "predictsTermination", \.predictsTermination,
        "Whether an output foretells, as a logit, that the episode ends."),
      Setting("learningRate", \.learningRate, above: 0, "Adam's step size at the first step."),
      Setting("batchSize", \.batchSize, 1...100_000, "Sequences in a training step."),
      Setting("sequenceLength", \.sequenceLength, 1...100_000, "Steps of a sequence."),
      Setting(
        "gradientClipValue", \.gradientClipValue, atLeast: 0,
        "Bound of every element of the gradient; 0 for none."),
      Setting(
        "gradientSkipMultiple", \.gradientSkipMultiple, atLeast: 0,
        "A step whose gradient's norm is so many times the running mean is skipped; 0 for never."),
      Setting(
        "terminationWeight", \.terminationWeight, above: 0,
        "How often a step at which an episode ends counts in the termination's loss."),
      Setting(
        "rewardWeight", \.rewardWeight, atLeast: 0,
        "Weight of the reward's squared error beside the nats per latent number."),
      Setting(
        "forgetBias", \.forgetBias, "a number", "Added to a fresh forget gate's bias."
      ) { $0.forgetBias.isFinite },
      Setting(
        "logSigmaLow", \.logSigmaLow, "less than logSigmaHigh",
        "Least log standard deviation of a component."
      ) { $0.logSigmaLow < $0.logSigmaHigh },
      Setting(
        "logSigmaHigh", \.logSigmaHigh, "a number",
        "Greatest log standard deviation of a component."
      ) { $0.logSigmaHigh.isFinite },
      Setting(
        "microbatches", \.microbatches, 1...1024,
        "Parts into which a batch is cut, whatever the machine; part of the result's definition."),
    ]
  }
}
