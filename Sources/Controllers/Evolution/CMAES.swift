import Randomness
import Statistics

/// Covariance matrix adaptation evolution strategy: minimises a loss of which only values are known.
///
/// A value: copying it is a snapshot. One generation is `ask`, an evaluation of the candidates by
/// the caller, and `tell`. Losses are **minimised**; to maximise a return, tell its negative.
///
///     var search = CMAES(mean: [3, 3, 3], sigma: 1)
///     while search.stopReasons().isEmpty {
///       let candidates = search.ask(using: &stream)
///       try search.tell(candidates, losses(of: candidates))
///     }
///
/// Nothing depends on threads: the linear algebra stays on the caller's.
///
/// - SeeAlso: N. Hansen, "The CMA Evolution Strategy: A Tutorial" (arXiv:1604.00772); active update
///   with negative weights, cumulative step size adaptation, lazy eigendecomposition.
public struct CMAES: Hashable, Sendable {
  /// The best candidate ever told.
  public struct Best: Hashable, Sendable {
    /// Its parameters.
    public let parameters: [Double]
    /// Its loss.
    public let loss: Double
    /// Evaluations told up to the end of its generation.
    public let evaluations: Int
  }

  /// The constants of the strategy.
  public let parameters: CMAESParameters
  /// The step size at the start.
  public let initialSigma: Double
  /// The mean of the distribution: the favourite under noise.
  public internal(set) var mean: [Double]
  /// The step size.
  public internal(set) var sigma: Double
  /// Generations told.
  public internal(set) var generation = 0
  /// Losses told.
  public internal(set) var evaluations = 0
  /// The best candidate ever told; nil before the first finite loss.
  public internal(set) var best: Best?

  /// C, `[N, N]`, both triangles.
  var covariance: [Double]
  /// Eigenvectors of the last decomposition of C, `[axis, N]`.
  var axes: [Double]
  /// Square roots of its eigenvalues, one an axis, ascending.
  var scales: [Double]
  /// p_c.
  var covariancePath: [Double]
  /// p_σ.
  var sigmaPath: [Double]
  /// Evaluations at the last decomposition.
  var decomposedAt = 0
  /// Greatest less least loss of the last generation.
  var lastRange = Double.infinity
  /// The least and the median loss of each of the last generations, the newest last.
  var history = LossHistory()

  /// Number of parameters searched.
  public var dimension: Int { parameters.dimension }
  /// Candidates a generation.
  public var populationSize: Int { parameters.populationSize }
  /// Greatest over least eigenvalue of the covariance matrix.
  public var conditionNumber: Double {
    let ratio = (scales.last ?? 1) / (scales.first ?? 1)
    return ratio * ratio
  }

  /// Starts a search.
  ///
  /// - Parameters:
  ///   - mean: where to start, one value a parameter.
  ///   - sigma: standard deviation of the first candidates, above 0; a third of the expected
  ///     distance to the solution serves well.
  ///   - populationSize: candidates a generation, at least 3; nil takes 4 + ⌊3 ln N⌋.
  public init(mean: [Double], sigma: Double, populationSize: Int? = nil) {
    precondition(
      sigma > 0 && sigma.isFinite && mean.allSatisfy(\.isFinite),
      "CMAES: sigma \(sigma) must be above 0 and the mean finite")
    let n = mean.count
    parameters = CMAESParameters(dimension: n, populationSize: populationSize)
    initialSigma = sigma
    self.mean = mean
    self.sigma = sigma
    covariance = [Double](repeating: 0, count: n * n)
    for index in 0..<n { covariance[index * n + index] = 1 }
    axes = covariance
    scales = [Double](repeating: 1, count: n)
    covariancePath = [Double](repeating: 0, count: n)
    sigmaPath = covariancePath
  }

  /// Draws the candidates of a generation.
  ///
  /// - Parameter stream: gives N normal numbers a candidate, candidate after candidate.
  /// - Returns: `populationSize` candidates.
  public func ask(using stream: inout RandomStream) -> Population {
    let (n, count) = (dimension, populationSize)
    var steps = [Double](repeating: 0, count: count * n)
    for index in steps.indices { steps[index] = stream.standardNormal() * scales[index % n] }
    var values = SymmetricMatrix.product(steps, axes, rows: count, n: n)
    for index in values.indices { values[index] = mean[index % n] + sigma * values[index] }
    return Population(count: count, dimension: n, values: values)
  }
}
