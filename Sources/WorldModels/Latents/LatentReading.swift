/// Which latent an agent and a memory are given.
public enum LatentReading: String, Hashable, Sendable, Codable, CaseIterable {
  /// The mean of the encoder's distribution.
  case mean
  /// A sample of it, drawn from the slot's own stream.
  case sampled
}
