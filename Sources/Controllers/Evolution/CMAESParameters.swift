import Foundation

/// The strategy parameters of CMA-ES, all of them functions of dimension and population size.
///
/// - SeeAlso: N. Hansen, "The CMA Evolution Strategy: A Tutorial" (arXiv:1604.00772), table 1 and
///   equations 49–58; negative weights as in active CMA-ES.
public struct CMAESParameters: Hashable, Sendable {
  /// Number of parameters searched, N.
  public let dimension: Int
  /// Candidates a generation, λ.
  public let populationSize: Int
  /// Candidates recombined into the new mean, μ = ⌊λ/2⌋.
  public let parentCount: Int
  /// λ recombination weights by rank: the first μ positive with sum 1, the rest not.
  public let weights: [Double]
  /// Variance effective selection mass of the positive weights, μ_eff.
  public let effectiveParents: Double
  /// Learning rate of the cumulation path of the covariance, c_c.
  public let pathRate: Double
  /// Learning rate of the cumulation path of the step size, c_σ.
  public let sigmaPathRate: Double
  /// Learning rate of the rank-one update, c_1.
  public let rankOneRate: Double
  /// Learning rate of the rank-μ update, c_μ.
  public let rankMuRate: Double
  /// Damping of the step size, d_σ.
  public let damping: Double
  /// Expected length of a standard normal vector, approximately.
  public let expectedNorm: Double
  /// Evaluations to pass between two eigendecompositions, so that they cost O(N²) an evaluation.
  public let decompositionGap: Double

  /// The population size that suits a dimension: 4 + ⌊3 ln N⌋.
  public static func defaultPopulationSize(dimension: Int) -> Int {
    4 + Int(3 * log(Double(dimension)))
  }

  /// Computes the parameters.
  ///
  /// - Parameters:
  ///   - dimension: number of parameters searched, at least 1.
  ///   - populationSize: candidates a generation, at least 3; nil takes the default.
  public init(dimension: Int, populationSize: Int? = nil) {
    let size = populationSize ?? Self.defaultPopulationSize(dimension: dimension)
    precondition(dimension >= 1, "CMAESParameters: dimension \(dimension); give 1 or more")
    precondition(size >= 3, "CMAESParameters: population size \(size); give 3 or more")
    let n = Double(dimension)
    let parents = size / 2
    let raw = (1...size).map { log(Double(size + 1) / 2) - log(Double($0)) }
    let mass = Self.effectiveCount(raw.prefix(parents))
    let one = 2 / ((n + 1.3) * (n + 1.3) + mass)
    let mu = min(1 - one, 2 * (mass - 2 + 1 / mass) / ((n + 2) * (n + 2) + mass))
    self.dimension = dimension
    self.populationSize = size
    parentCount = parents
    effectiveParents = mass
    rankOneRate = one
    rankMuRate = mu
    pathRate = (4 + mass / n) / (n + 4 + 2 * mass / n)
    sigmaPathRate = (mass + 2) / (n + mass + 5)
    damping = 1 + 2 * max(0, ((mass - 1) / (n + 1)).squareRoot() - 1) + sigmaPathRate
    expectedNorm = n.squareRoot() * (1 - 1 / (4 * n) + 1 / (21 * n * n))
    decompositionGap = Double(size) / ((one + mu) * n * 10)
    weights = Self.normalized(
      raw, parents: parents, dimension: n, mass: mass, rankOneRate: one, rankMuRate: mu)
  }

  /// (Σw)² / Σw²: how many equal weights would count as much.
  private static func effectiveCount(_ weights: ArraySlice<Double>) -> Double {
    let sum = weights.reduce(0, +)
    return sum * sum / weights.reduce(0) { $0 + $1 * $1 }
  }

  /// Scales the positive weights to sum 1 and the negative ones as far as the matrix stays definite.
  private static func normalized(
    _ raw: [Double], parents: Int, dimension: Double, mass: Double, rankOneRate: Double,
    rankMuRate: Double
  ) -> [Double] {
    let positive = raw.prefix(parents).reduce(0, +)
    let negative = -raw.filter { $0 < 0 }.reduce(0, +)
    let negativeMass = effectiveCount(raw.suffix(from: parents))
    let scale =
      rankMuRate > 0
      ? min(
        1 + rankOneRate / rankMuRate, 1 + 2 * negativeMass / (mass + 2),
        (1 - rankOneRate - rankMuRate) / (dimension * rankMuRate)) : 0
    return raw.enumerated().map { rank, weight in
      if rank < parents { return weight / positive }
      return weight < 0 ? weight * scale / negative : 0
    }
  }
}
