import Layers
import Randomness
import Tensors

/// The memory M: a long short-term memory that predicts the next latent as a mixture of Gaussians.
///
/// Ha and Schmidhuber, "World Models" (2018), the MDN-RNN; after Graves (2013) and Bishop (1994).
public struct Memory: Parameterized {
  /// From latent, action and, if taken, restart to the hidden state.
  public var recurrent: LSTM
  /// From the hidden state to the outputs: mixture logits `[mixtures][latent]` (shared:
  /// `[mixtures]`), means `[mixtures][latent]`, log sigmas `[mixtures][latent]`, reward,
  /// termination logit.
  public var output: Dense
  /// How the model was built.
  public let configuration: MemoryConfiguration

  /// Creates a model with fresh weights.
  ///
  /// - Parameter stream: where the weights are drawn from.
  public init(_ configuration: MemoryConfiguration, stream: inout RandomStream) {
    precondition(
      configuration.latentSize >= 1 && configuration.actionSize >= 0
        && configuration.hiddenSize >= 1 && (1...32).contains(configuration.mixtures)
        && configuration.logSigmaLow <= configuration.logSigmaHigh,
      "Memory: \(configuration); give latents and hidden units, 1...32 mixtures, ordered bounds")
    self.configuration = configuration
    recurrent = LSTM(
      inputs: configuration.inputSize, hidden: configuration.hiddenSize,
      forgetBias: configuration.forgetBias, stream: &stream)
    output = Dense(
      inputs: configuration.hiddenSize, outputs: configuration.outputSize, stream: &stream)
  }

  /// Shows the recurrent layer's and the output layer's parameters to `visit`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    recurrent.visitParameters(under: "recurrent", visit)
    output.visitParameters(under: "output", visit)
  }

  /// What M says at every step of sequences.
  ///
  /// - Parameters:
  ///   - x: `[length, batch, inputSize]`.
  ///   - state: what the first step starts from; nil for zeros.
  ///   - keeps: `[length, batch]`, 0 where a step starts from zeros, else 1; nil for all 1.
  /// - Returns: the outputs, `[length · batch, outputSize]`, and the state after the last step.
  public func callAsFunction(
    _ x: Tensor, from state: RecurrentState? = nil, keeps: Tensor? = nil,
    packed: PackedRecurrence? = nil
  ) -> (outputs: Tensor, state: RecurrentState) {
    let (hidden, state) = recurrent(x, from: state, keeps: keeps, packed: packed)
    let rows = x.shape[0] * x.shape[1]
    return (output(hidden.reshaped(to: [rows, configuration.hiddenSize])), state)
  }
}

extension MemoryConfiguration {
  /// How the mixtures lie in a row of outputs.
  public var layout: MixtureLayout {
    var layout = MixtureLayout(latents: latentSize, mixtures: mixtures, isShared: sharesMixture)
    layout.logSigma = logSigmaLow...max(logSigmaLow, logSigmaHigh)
    return layout
  }
}
