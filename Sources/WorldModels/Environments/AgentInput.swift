import EnvironmentKit

/// Which latent an agent is given.
public enum LatentReading: String, Hashable, Sendable, Codable {
  /// The mean of the encoder's distribution.
  case mean
  /// A sample of it, drawn from the slot's own stream.
  case sampled
}

/// What an agent is shown of V's latent and M's state: World Models' z, [z, h] or [z, c, h].
public enum AgentInput: String, CaseIterable, Codable, Sendable, Hashable {
  /// The latent z: one field, `latent`.
  case latent = "z"
  /// The latent z and M's hidden state h: the fields `latent` and `hidden`; World Models' CarRacing.
  case latentHidden = "zh"
  /// The latent z, M's cell c and its hidden state h: `latent`, `cell`, `hidden`; World Models' Doom.
  case latentCellHidden = "zch"

  /// The fields of an observation, in order.
  ///
  /// - Parameters:
  ///   - latentSize: numbers of a latent.
  ///   - hiddenSize: numbers of M's hidden state; not read where only the latent is shown.
  public func observationSpace(latentSize: Int, hiddenSize: Int) -> ObservationSpace {
    let latent = ObservationField("latent", shape: [latentSize])
    switch self {
    case .latent: return ObservationSpace([latent])
    case .latentHidden:
      return ObservationSpace([latent, ObservationField("hidden", shape: [hiddenSize])])
    case .latentCellHidden:
      return ObservationSpace([
        latent, ObservationField("cell", shape: [hiddenSize]),
        ObservationField("hidden", shape: [hiddenSize]),
      ])
    }
  }
}
