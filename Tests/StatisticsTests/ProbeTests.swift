import Randomness
import Statistics
import Testing

@Suite("Probes")
struct ProbeTests {
  @Test("a ridge probe finds a linear map and explains nothing of noise")
  func ridge() {
    var stream = RandomStream(seed: 3)
    var features: [Float] = []
    var linear: [Double] = []
    var noise: [Double] = []
    for _ in 0..<600 {
      let row = (0..<5).map { _ in Float(stream.standardNormal()) }
      features += row
      linear.append(3 + 2 * Double(row[0]) - Double(row[3]))
      noise.append(stream.standardNormal())
    }
    let half = 300
    func score(_ targets: [Double]) -> Double {
      RidgeProbe(features: Array(features[..<(half * 5)]), targets: Array(targets[..<half]))
        .explainedVariance(
          features: Array(features[(half * 5)...]), targets: Array(targets[half...]))
    }
    #expect(score(linear) > 0.999)
    #expect(score(noise) < 0.1)
  }

  @Test("principal components find the directions in which rows vary")
  func components() {
    var stream = RandomStream(seed: 4)
    let columns = 24
    var rows: [Float] = []
    for _ in 0..<60 {
      let (a, b) = (Float(stream.standardNormal()), Float(stream.standardNormal()) * 0.3)
      rows += (0..<columns).map { 0.5 + ($0 < 12 ? a : b) * 0.1 }
    }
    let found = PrincipalComponents(rows: rows, rowCount: 60, count: 2)
    let first = Array(found.directions[..<columns])
    // 1/√12 each; among 60 draws the two halves correlate by chance, which turns the axes a little.
    #expect(first[..<12].allSatisfy { abs(abs($0) - 0.2887) < 0.01 })
    #expect(first[12...].allSatisfy { abs($0) < 0.04 })
  }
}
