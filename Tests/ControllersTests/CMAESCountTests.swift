import Testing

/// The bounds are those that another implementation holds itself to: pengowen123/cmaes,
/// `tests/general.rs`, mean of 30 runs to a loss of 1e-12 from 0.1 with sigma 0.1.
@Suite("CMA-ES needs no more evaluations than published")
struct CMAESCountTests {
  static let threeDimensional: [PublishedCount] = [
    .init(problem: .sphere, dimension: 3, bound: 700),
    .init(problem: .ellipsoid, dimension: 3, bound: 940),
    .init(problem: .cigar, dimension: 3, bound: 1_210),
    .init(problem: .rosenbrock, dimension: 3, bound: 1_320),
    .init(
      problem: .rastrigin, dimension: 3, populationFactor: 10, start: 5, sigma: 5, bound: 4_410,
      failures: 0.5),
  ]

  static let tenDimensional: [PublishedCount] = [
    .init(problem: .sphere, dimension: 10, bound: 2_140),
    .init(problem: .ellipsoid, dimension: 10, bound: 4_500),
    .init(problem: .cigar, dimension: 10, bound: 4_810),
    .init(problem: .rosenbrock, dimension: 10, bound: 6_060, failures: 1.0 / 30),
    .init(problem: .sphere, dimension: 10, populationFactor: 10, bound: 10_000),
    .init(problem: .ellipsoid, dimension: 10, populationFactor: 10, bound: 13_610),
    .init(problem: .cigar, dimension: 10, populationFactor: 10, bound: 15_800),
    .init(
      problem: .rosenbrock, dimension: 10, populationFactor: 10, bound: 21_600,
      failures: 1.0 / 3),
    .init(
      problem: .rastrigin, dimension: 10, populationFactor: 20, start: 5, sigma: 5, bound: 30_500,
      failures: 0.6),
  ]

  static func thirtyDimensional(runs: Int) -> [PublishedCount] {
    [
      .init(problem: .sphere, dimension: 30, runs: runs, bound: 5_730),
      .init(problem: .ellipsoid, dimension: 30, runs: runs, bound: 29_000),
      .init(problem: .cigar, dimension: 30, runs: runs, bound: 14_500, failures: 1.0 / 30),
    ]
  }

  @Test("in three dimensions", arguments: threeDimensional)
  func three(_ row: PublishedCount) throws { try check(row) }

  @Test("in ten dimensions", arguments: tenDimensional)
  func ten(_ row: PublishedCount) throws { try check(row) }

  @Test("in thirty dimensions, three runs", arguments: thirtyDimensional(runs: 3))
  func thirty(_ row: PublishedCount) throws { try check(row) }

  @Test(
    "in thirty dimensions, all runs and Rosenbrock", .tags(.slow), .onlyWhenSlowTestsAreWanted,
    arguments: thirtyDimensional(runs: 30) + [
      .init(
        problem: .rosenbrock, dimension: 30, populationFactor: 10, bound: 132_000,
        failures: 1.0 / 30)
    ])
  func thirtyInFull(_ row: PublishedCount) throws { try check(row) }

  private func check(_ row: PublishedCount) throws {
    let (mean, failed) = try row.measure()
    print(
      "cma-es: \(row.testDescription): mean \(Int(mean)) of \(Int(row.bound)), failed \(failed)")
    #expect(mean <= row.bound)
    #expect(Double(failed) <= row.failures * Double(row.runs) + 1e-9)
  }
}
