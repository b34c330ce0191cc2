/// What one generation of a controller's training gave.
public struct GenerationReport: Hashable, Sendable, Codable {
  /// Number of the generation, from 1.
  public var generation: Int
  /// The best candidate's mean return.
  public var best: Double
  /// The mean of the candidates' mean returns.
  public var mean: Double
  /// Their standard deviation (n).
  public var standardDeviation: Double
  /// The least of them.
  public var worst: Double
  /// Environment steps of the generation, its evaluation included.
  public var steps: Int
  /// The step size of the search after it.
  public var sigma: Double
  /// The evaluation of the distribution's mean, in the generations that have one.
  public var evaluation: MeanEvaluation?
}

/// How well the mean of the search distribution plays on fresh seeds.
public struct MeanEvaluation: Hashable, Sendable, Codable {
  /// The generation after which it was evaluated.
  public var generation: Int
  /// Its mean return.
  public var meanReturn: Double
  /// Its mean length.
  public var meanLength: Double
  /// Number of episodes.
  public var episodes: Int
  /// Whether it is the best so far.
  public var isBest: Bool
}
