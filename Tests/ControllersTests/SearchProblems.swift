import Controllers
import Foundation
import Randomness
import Testing

/// The test functions of the published evaluation counts; each has its minimum 0.
enum SearchProblem: String, Sendable, CaseIterable {
  case sphere, ellipsoid, cigar, rosenbrock, rastrigin

  func loss(_ x: ArraySlice<Double>) -> Double {
    let x = Array(x)
    switch self {
    case .sphere: return x.reduce(0) { $0 + $1 * $1 }
    case .ellipsoid:
      return x.indices.reduce(0) {
        $0 + pow(1e6, Double($1) / Double(x.count)) * x[$1] * x[$1]
      }
    case .cigar: return x[0] * x[0] + 1e6 * x.dropFirst().reduce(0) { $0 + $1 * $1 }
    case .rosenbrock:
      return (1..<x.count).reduce(0) {
        let (a, b) = (x[$1 - 1], x[$1])
        return $0 + 100 * (b - a * a) * (b - a * a) + (1 - a) * (1 - a)
      }
    case .rastrigin:
      return x.reduce(0) { $0 + $1 * $1 - 10 * cos(2 * .pi * $1) + 10 }
    }
  }

  func losses(_ candidates: Population) -> [Double] {
    (0..<candidates.count).map { loss(candidates[$0]) }
  }
}

/// One row of a table of published evaluation counts.
struct PublishedCount: Sendable, CustomTestStringConvertible {
  let problem: SearchProblem
  let dimension: Int
  var populationFactor = 1
  var start = 0.1
  var sigma = 0.1
  var runs = 30
  /// The mean of the evaluations until 1e-12 over the runs that reach it, at most.
  let bound: Double
  /// The share of runs that may end elsewhere, at most.
  var failures = 0.0

  var testDescription: String { "\(problem) in \(dimension)-D, \(populationFactor)×λ" }

  /// Evaluations until the loss is below 1e-12; nil where the search stops before.
  func evaluations(run: Int) throws -> Int? {
    var stream = RandomStream(root: UInt64(run), name: "test/\(testDescription)")
    let size = CMAESParameters.defaultPopulationSize(dimension: dimension) * populationFactor
    var search = CMAES(
      mean: [Double](repeating: start, count: dimension), sigma: sigma, populationSize: size)
    var criteria = CMAESStopCriteria(targetLoss: 1e-12, maximumEvaluations: 1_000_000)
    // As where the counts were published: with 1e-11 a search may end just above the target.
    criteria.lossTolerance = 1e-12
    while search.stopReasons(criteria).isEmpty {
      let candidates = search.ask(using: &stream)
      try search.tell(candidates, problem.losses(candidates))
    }
    return search.stopReasons(criteria).contains(.target) ? search.evaluations : nil
  }

  /// The mean count of the runs that succeed, and how many do not.
  func measure() throws -> (mean: Double, failed: Int) {
    let counts = try (0..<runs).compactMap { try evaluations(run: $0) }
    return (Double(counts.reduce(0, +)) / Double(max(1, counts.count)), runs - counts.count)
  }
}
