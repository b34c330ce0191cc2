import Randomness
import Statistics
import Testing

@Suite("Groups and curves of rows")
struct GroupMeansTests {
  @Test("three heaps are found, whatever the seed", arguments: 0..<5)
  func heaps(seed: Int) {
    var stream = RandomStream(root: UInt64(seed), name: "rows")
    let centres: [(Float, Float)] = [(0, 0), (10, 0), (0, 10)]
    let rows = (0..<90).flatMap { row -> [Float] in
      let centre = centres[row % 3]
      return [
        centre.0 + Float(stream.standardNormal()) * 0.3,
        centre.1 + Float(stream.standardNormal()) * 0.3,
      ]
    }
    let set = SampleSet(rows, width: 2)
    let groups = GroupMeans(set, count: 3, using: &stream)
    let found = groups.groups(of: set)
    #expect(groups.means.count == 3)
    #expect((0..<90).allSatisfy { found[$0] == found[$0 % 3] })
    #expect(Set(found.prefix(3)).count == 3)
  }

  @Test("fewer different rows than groups make fewer groups")
  func equalRows() {
    var stream = RandomStream(root: 1, name: "rows")
    let groups = GroupMeans(SampleSet([1, 1, 2, 1], width: 1), count: 3, using: &stream)
    #expect(groups.means.values.sorted() == [1, 2])
  }

  @Test("a linear map of curves reads a square that one of the features cannot")
  func curves() {
    var stream = RandomStream(root: 3, name: "curves")
    let features = (0..<800).map { _ in Float(stream.standardNormal()) }
    let targets = (0..<400).map { Double(features[2 * $0] * features[2 * $0]) }
    let curves = RandomCurves(features, width: 2, count: 60, using: &stream)
    let curved = curves(features)
    #expect(curved.count == 400 * curves.outputs && curves.outputs == 62)
    func explained(_ features: [Float]) -> Double {
      let width = features.count / 400
      let probe = RidgeProbe(
        features: Array(features[..<(300 * width)]), targets: Array(targets[..<300]))
      let mean = targets[300...].reduce(0, +) / 100
      var (error, total) = (0.0, 0.0)
      for row in 300..<400 {
        let told = probe.predict(features[row * width..<(row + 1) * width])
        error += (targets[row] - told) * (targets[row] - told)
        total += (targets[row] - mean) * (targets[row] - mean)
      }
      return 1 - error / total
    }
    #expect(explained(features) < 0.1)
    #expect(explained(curved) > 0.8)
  }
}
