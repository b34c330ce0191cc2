import Controllers
import Foundation
import Randomness
import Testing

@Suite("CMA-ES")
struct CMAESTests {
  @Test("has the published strategy parameters in dimension 4 with 12 candidates")
  func strategyParameters() {
    let p = CMAESParameters(dimension: 4, populationSize: 12)
    // Computed by pengowen123/cmaes; 1e-12 allows for another order of the same sums.
    #expect(abs(p.effectiveParents - 3.729458934303068) < 1e-12)
    #expect(abs(p.rankOneRate - 0.06285462000247571) < 1e-12)
    #expect(abs(p.rankMuRate - 0.10055985647786812) < 1e-12)
    #expect(abs(p.sigmaPathRate - 0.4500944591496695) < 1e-12)
    #expect(abs(p.pathRate - 0.5) < 1e-12)
    #expect(abs(p.damping - 1.4500944591496694) < 1e-12)
    let weights = [
      0.4024029428187127, 0.25338908403288657, 0.16622156455542053, 0.10437522524706053,
      0.0564034775763251, 0.017207705769594468, -0.05531493617379553, -0.1549841113726818,
      -0.24289855445276476, -0.321540703596474, -0.3926811809212799, -0.45762734831325463,
    ]
    for (mine, published) in zip(p.weights, weights) { #expect(abs(mine - published) < 1e-12) }
  }

  @Test("takes 4 + 3 ln N candidates by default", arguments: [(1, 4), (3, 7), (10, 10), (867, 24)])
  func defaultPopulation(dimension: Int, size: Int) {
    #expect(CMAESParameters(dimension: dimension).populationSize == size)
  }

  /// Compares without printing hundreds of numbers where it fails.
  private func isSame(_ a: CMAES, _ b: CMAES) -> Bool { a == b }

  private func run(
    _ search: inout CMAES, _ stream: inout RandomStream, generations: Int,
    problem: SearchProblem = .ellipsoid
  ) throws {
    for _ in 0..<generations {
      let candidates = search.ask(using: &stream)
      try search.tell(candidates, problem.losses(candidates))
    }
  }

  @Test("goes on bit for bit after its state was saved as JSON and restored")
  func restored() throws {
    var stream = RandomStream(seed: 3)
    var straight = CMAES(mean: [1, 2, 3, 4, 5, 6], sigma: 0.5)
    try run(&straight, &stream, generations: 37)
    let bytes = try JSONEncoder().encode(straight.savedState)
    var (restored, sameStream) = (
      try CMAES(JSONDecoder().decode(SavedState.self, from: bytes)), stream
    )
    #expect(isSame(restored, straight))
    try run(&straight, &stream, generations: 40)
    try run(&restored, &sameStream, generations: 40)
    #expect(isSame(restored, straight))
  }

  @Test("refuses a damaged state, naming the entry")
  func damagedState() throws {
    let sound = CMAES(mean: [1, 2, 3], sigma: 1).savedState
    func expectRefused(_ name: String, _ damage: (inout SavedState) -> Void) {
      var state = sound
      damage(&state)
      #expect { try CMAES(state) } throws: { ($0 as? ControllerError)?.place == name }
    }
    expectRefused("mean") { $0.arrays.removeAll { $0.name == "mean" } }
    expectRefused("covariance") { $0.arrays[2].shape = [3, 2] }
    expectRefused("axes") { $0.arrays[3].values[4] = .nan }
    expectRefused("sigma") { $0.arrays[1].values[0] = 0 }
    expectRefused("generation") { $0.integers[2].value = -1 }
    expectRefused("dimension") { $0.integers[0].value = 0 }
  }

  @Test("ranks NaN as the worst loss")
  func nanIsWorst() throws {
    var (withNaN, withHuge) = (CMAES(mean: [1, 1, 1], sigma: 1), CMAES(mean: [1, 1, 1], sigma: 1))
    var stream = RandomStream(seed: 5)
    for _ in 0..<20 {
      let candidates = withNaN.ask(using: &stream)
      var losses = SearchProblem.sphere.losses(candidates)
      losses[2] = .nan
      try withNaN.tell(candidates, losses)
      losses[2] = 1e300
      try withHuge.tell(candidates, losses)
      #expect(withNaN.mean == withHuge.mean)
    }
    #expect(withNaN.best?.loss.isFinite == true)
  }

  @Test("survives a generation of NaN alone")
  func onlyNaN() throws {
    var (search, stream) = (CMAES(mean: [1, 1], sigma: 1), RandomStream(seed: 5))
    let candidates = search.ask(using: &stream)
    try search.tell(candidates, [Double](repeating: .nan, count: candidates.count))
    #expect(search.best == nil)
    #expect(search.mean.allSatisfy { $0.isFinite })
    #expect(isSame(try CMAES(search.savedState), search))
  }

  @Test("keeps the best candidate ever told")
  func bestEver() throws {
    var (search, stream) = (CMAES(mean: [1, 1], sigma: 1), RandomStream(seed: 1))
    var least = Double.infinity
    for _ in 0..<30 {
      let candidates = search.ask(using: &stream)
      let losses = SearchProblem.rosenbrock.losses(candidates)
      least = min(least, losses.min() ?? least)
      try search.tell(candidates, losses)
      #expect(search.best?.loss == least)
    }
  }

  @Test("stops at the target, at the limits, on flat losses and on tiny steps")
  func stops() throws {
    var (search, stream) = (CMAES(mean: [1, 1, 1], sigma: 1), RandomStream(seed: 2))
    #expect(search.stopReasons(.init(targetLoss: 1e-3)).isEmpty)
    try run(&search, &stream, generations: 30, problem: .sphere)
    #expect(search.stopReasons(.init(maximumEvaluations: 210)) == [.maximumEvaluations])
    #expect(search.stopReasons(.init(maximumGenerations: 30)) == [.maximumGenerations])
    try run(&search, &stream, generations: 150, problem: .sphere)
    let reasons = search.stopReasons(.init(targetLoss: 1e-3))
    #expect(reasons.contains(.target))
    #expect(reasons.contains(.lossTolerance))
    #expect(reasons.contains(.stepTolerance))
  }

  @Test("reports a loss without minimum as growing steps, and one of pure noise as stagnation")
  func stopsOnTrouble() throws {
    var (slope, stream) = (CMAES(mean: [0, 0], sigma: 1), RandomStream(seed: 2))
    for _ in 0..<60 {
      let candidates = slope.ask(using: &stream)
      try slope.tell(candidates, (0..<candidates.count).map { -(candidates[$0].first ?? 0) })
    }
    #expect(slope.stopReasons().contains(.stepGrowth))
    var noise = CMAES(mean: [0, 0], sigma: 1)
    for _ in 0..<1_000 where !noise.stopReasons().contains(.stagnation) {
      let candidates = noise.ask(using: &stream)
      try noise.tell(candidates, (0..<candidates.count).map { _ in stream.random() })
    }
    #expect(noise.stopReasons() == [.stagnation])
    #expect(noise.generation > 120)
  }

  @Test("gives the same bytes when other threads search at the same time")
  func concurrent() async throws {
    let problem = SearchProblem.ellipsoid
    @Sendable func search(_ seed: UInt64) throws -> CMAES {
      var stream = RandomStream(seed: seed)
      var search = CMAES(mean: [Double](repeating: 0.1, count: 60), sigma: 0.1)
      for _ in 0..<150 {
        let candidates = search.ask(using: &stream)
        try search.tell(candidates, problem.losses(candidates))
      }
      return search
    }
    let alone = try (0..<8).map { try search($0) }
    let together = try await withThrowingTaskGroup(of: (Int, CMAES).self) { group in
      for seed in 0..<8 { group.addTask { (seed, try search(UInt64(seed))) } }
      return try await group.reduce(into: [Int: CMAES]()) { $0[$1.0] = $1.1 }
    }
    for seed in 0..<8 { #expect(together[seed].map { isSame($0, alone[seed]) } == true) }
  }
}
