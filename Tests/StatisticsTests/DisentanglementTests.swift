import Randomness
import Statistics
import Testing

@Suite("Disentanglement")
struct DisentanglementTests {
  private static let rows = 1_500

  /// Three factors, independent: two of kinds, one quantity.
  private let factors: [CodedFactors.Factor]

  init() {
    var stream = RandomStream(seed: 1)
    var columns = [[Float]](repeating: [], count: 3)
    for _ in 0..<Self.rows {
      columns[0].append(Float(stream.integers(in: 0..<4)))
      columns[1].append(Float(stream.integers(in: 0..<6)))
      columns[2].append(Float(stream.integers(in: 0..<15)) / 3)
    }
    factors = columns.enumerated().map { place, values in
      CodedFactors.Factor("factor \(place)", values, isCategory: place < 2)
    }
  }

  /// Codes whose numbers are some columns.
  private func table(_ columns: [[Float]]) -> CodedFactors {
    CodedFactors(
      codes: (0..<Self.rows).flatMap { row in columns.map { $0[row] } }, width: columns.count,
      factors: factors)
  }

  private func noise(_ count: Int, seed: UInt64 = 2) -> [[Float]] {
    var stream = RandomStream(seed: seed)
    return (0..<count).map { _ in (0..<Self.rows).map { _ in Float(stream.standardNormal()) } }
  }

  /// The factors themselves, scaled, and a number that says nothing.
  private var identity: [[Float]] {
    factors.enumerated().map { place, factor in
      factor.values.map { $0 * Float(place + 1) - 2 }
    } + noise(1)
  }

  private struct Scores {
    let gap: Double
    let importance: FactorImportance
    let attributes: Double
    let votes: FactorVotes

    init(_ table: CodedFactors) {
      var stream = RandomStream(seed: 3)
      gap = MutualInformationGap(table).value
      importance = FactorImportance(table, using: &stream)
      attributes = SeparatedAttributes(table).value
      votes = FactorVotes(table, using: &stream)
    }
  }

  @Test("a code that is the factors has all scores 1")
  func identityCode() {
    let scores = Scores(table(identity))
    // The information that 20 bins of noise seem to have of 15 levels: 19 · 14 / 2N nats of log 15, at most.
    #expect(scores.gap > 0.95 && scores.gap <= 1)
    #expect(scores.importance.disentanglement > 0.99)
    #expect(scores.importance.completeness > 0.99)
    #expect(scores.importance.informativeness > 0.99)
    #expect(scores.attributes > 0.98)
    #expect(scores.votes.value > 0.99)
  }

  @Test("a code of noise has all scores about 0, and votes as by guessing")
  func randomCode() {
    let scores = Scores(table(noise(4)))
    #expect(scores.gap < 0.02)
    #expect(scores.importance.disentanglement < 0.05)
    #expect(scores.importance.completeness < 0.05)
    #expect(scores.importance.informativeness < 0.05)
    #expect(scores.attributes < 0.05)
    #expect(abs(scores.votes.chance - 1.0 / 3) < 1e-12)
    // Two thousand votes scatter by 0.01 about a third.
    #expect(abs(scores.votes.value - 1.0 / 3) < 0.06)
  }

  @Test("a rotated code tells as much, but no number tells one factor alone")
  func rotatedCode() {
    let plain = identity
    func scaled(_ column: Int) -> [Float] {
      let mean = plain[column].reduce(0, +) / Float(Self.rows)
      let squares = plain[column].reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return plain[column].map { ($0 - mean) / (squares / Float(Self.rows)).squareRoot() }
    }
    let (a, b) = (scaled(0), scaled(1))
    let scores = Scores(
      table([zip(a, b).map { $0 + $1 }, zip(a, b).map { $0 - $1 }, plain[2], plain[3]]))
    #expect(scores.gap < 0.6)
    #expect(scores.importance.disentanglement < 0.8)
    #expect(scores.importance.informativeness > 0.9)
  }

  @Test("the order of a code's numbers changes no score")
  func order() {
    let mixed = identity
    let (first, second) = (table(mixed), table([3, 1, 0, 2].map { mixed[$0] }))
    #expect(abs(MutualInformationGap(first).value - MutualInformationGap(second).value) < 1e-12)
    #expect(SeparatedAttributes(first).value == SeparatedAttributes(second).value)
    let (a, b) = (Scores(first), Scores(second))
    #expect(abs(a.importance.disentanglement - b.importance.disentanglement) < 1e-6)
    #expect(abs(a.importance.completeness - b.importance.completeness) < 1e-6)
    #expect(abs(a.votes.value - b.votes.value) < 0.01)
  }

  @Test("a factor that one number has, and another half, leaves half a gap")
  func halfGap() {
    // Four levels as two bits: one number has both, the other one of them.
    let four = (0..<Self.rows).map { Float($0 % 4) }
    let half = four.map { Float(Int($0) / 2) }
    let found = MutualInformationGap(
      CodedFactors(
        codes: (0..<Self.rows).flatMap { [four[$0], half[$0]] }, width: 2,
        factors: [.init("four", four, isCategory: true)]))
    #expect(abs(found.value - 0.5) < 1e-12)
  }

  @Test("values at both ends of what Float32 holds have a place among the bins") func farApart() {
    let ends = (0..<Self.rows).map { Float($0 % 40 < 20 ? -3e38 : 3e38) + Float($0 % 40) * 1e35 }
    let table = CodedFactors(
      codes: ends, width: 1, factors: [CodedFactors.Factor("far", ends, isCategory: false)])
    #expect(abs(MutualInformationGap(table).value - 1) < 1e-9)
  }

  @Test("factors that do not vary, or are absent, are left out")
  func absent() {
    let constant = CodedFactors.Factor(
      "constant", [Float](repeating: 2, count: Self.rows), isCategory: true)
    let absent = CodedFactors.Factor(
      "absent", [Float](repeating: .nan, count: Self.rows), isCategory: false)
    let plain = table(identity)
    let more = CodedFactors(
      codes: plain.codes, width: plain.width, factors: factors + [constant, absent])
    #expect(MutualInformationGap(more).value == MutualInformationGap(plain).value)
    #expect(SeparatedAttributes(more).value == SeparatedAttributes(plain).value)
    let (a, b) = (Scores(plain), Scores(more))
    #expect(b.importance.informativeness == a.importance.informativeness)
    #expect(b.votes.chance == a.votes.chance)
  }
}
