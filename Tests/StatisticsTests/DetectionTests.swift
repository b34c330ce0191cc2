import Foundation
import Randomness
import Statistics
import Testing

@Suite("How well scores tell what is abnormal")
struct DetectionTests {
  @Test("a small case by hand, with equal scores")
  func byHand() {
    // Pairs: 0.9 beats all three, 0.5 beats 0.1 and ties with 0.5, loses against 0.7: (3 + 1.5) / 6.
    let quality = DetectionQuality(normal: [0.1, 0.5, 0.7], abnormal: [0.9, 0.5])
    #expect(abs(quality.areaUnderCurve - 0.75) < 1e-12)
    // Thresholds 0.9: precision 1 at recall 1/2; 0.5: 2 of 4 at recall 1.
    #expect(abs(quality.averagePrecision - (0.5 * 1 + 0.5 * 0.5)) < 1e-12)
    #expect(abs(quality.falseAlarmsAt95 - 2.0 / 3) < 1e-12)
  }

  @Test("scores that say all, nothing, or the opposite")
  func extremes() {
    let low = (0..<50).map(Double.init)
    let high = (50..<90).map(Double.init)
    let perfect = DetectionQuality(normal: low, abnormal: high)
    #expect(perfect.areaUnderCurve == 1 && perfect.averagePrecision == 1)
    #expect(perfect.falseAlarmsAt95 == 0)
    let opposite = DetectionQuality(normal: high, abnormal: low)
    #expect(opposite.areaUnderCurve == 0 && opposite.falseAlarmsAt95 == 1)
    let constant = DetectionQuality(
      normal: [Double](repeating: 3, count: 30), abnormal: [Double](repeating: 3, count: 10))
    #expect(constant.areaUnderCurve == 0.5 && constant.averagePrecision == 0.25)
    #expect(constant.falseAlarmsAt95 == 1)
  }

  @Test("two normal laws have the area that theory gives, within its interval")
  func normals() {
    var stream = RandomStream(seed: 5)
    let normal = (0..<4000).map { _ in Double(stream.standardNormal()) }
    let abnormal = (0..<2000).map { _ in Double(stream.standardNormal()) + 1 }
    let measured = DetectionQuality.measured(
      normal: normal, abnormal: abnormal, using: &stream, resamples: 300)
    // Φ(1 / √2); a standard error of about 0.006.
    let area = measured.areaUnderCurve
    #expect(abs(area.value - 0.7602) < 0.02)
    #expect(area.low < area.value && area.value < area.high)
    #expect(abs((area.high - area.low) / (2 * 1.96) - 0.0065) < 0.0015)
    // 95 % are found above 1 − 1.645: 1 − Φ(−0.645) of false alarms.
    #expect(abs(measured.falseAlarmsAt95.value - 0.7405) < 0.03)
    #expect(measured.averagePrecision.low > 2000.0 / 6000)
  }

  @Test(
    "a threshold keeps the share of false alarms on fresh examples", arguments: [0.01, 0.05, 0.2])
  func threshold(_ alpha: Double) {
    var stream = RandomStream(seed: 9)
    let draw = { (count: Int) -> [Double] in
      (0..<count).map { _ in
        let normal = Double(stream.standardNormal())
        return normal * normal * normal
      }
    }
    // The mean over 200 calibrations by 199 examples each; a standard error below α / 20.
    let shares = (0..<200).map { _ -> Double in
      let threshold = ConformalThreshold(normal: draw(199), alpha: alpha)
      let fresh = draw(500)
      return Double(fresh.filter { $0 > threshold.value }.count) / 500
    }
    let mean = shares.reduce(0, +) / 200
    #expect(mean < alpha * 1.15 && mean > (alpha - 1.0 / 200) * 0.85, "\(mean)")
  }

  @Test("the threshold is a rank, and infinite where examples are too few")
  func ranks() {
    let nine = (1...9).map(Double.init)
    #expect(ConformalThreshold(normal: nine, alpha: 0.1).value == 9)
    #expect(ConformalThreshold(normal: nine, alpha: 0.2).value == 8)
    #expect(ConformalThreshold(normal: nine, alpha: 0.09).value == .infinity)
    let threshold = ConformalThreshold(normal: nine, alpha: 0.2)
    #expect(threshold.pValue(of: 0) == 1 && threshold.pValue(of: 100) == 0.1)
    #expect(threshold.pValue(of: 9) == 0.2)
  }
}

@Suite("Intervals of examples that belong together")
struct GroupedDetectionTests {
  /// Scores of which ten each are the same: as good as one.
  private func repeated(_ count: Int, _ shift: Double, _ stream: inout RandomStream) -> [Double] {
    (0..<count).flatMap { _ in
      [Double](repeating: Double(stream.standardNormal()) + shift, count: 10)
    }
  }

  @Test("groups are drawn whole: copies of an example make no interval narrower")
  func copies() {
    var stream = RandomStream(seed: 2)
    let (normal, abnormal) = (repeated(200, 0, &stream), repeated(100, 1, &stream))
    let groups = (
      normal: normal.indices.map { $0 / 10 }, abnormal: abnormal.indices.map { 200 + $0 / 10 }
    )
    func width(_ groups: (normal: [Int], abnormal: [Int])?) -> Double {
      let area = DetectionQuality.measured(
        normal: normal, abnormal: abnormal, groups: groups, using: &stream, resamples: 300
      ).areaUnderCurve
      return area.high - area.low
    }
    let (alone, together) = (width(nil), width(groups))
    // Ten copies each: by √10 too narrow where they count as ten; intervals by 300 draws know it to a tenth.
    #expect(together / alone > 2.5 && together / alone < 4, "\(together) \(alone)")
  }

  @Test("groups leave the number itself alone")
  func value() {
    var stream = RandomStream(seed: 3)
    let measured = DetectionQuality.measured(
      normal: [0.1, 0.5, 0.7], abnormal: [0.9, 0.5], groups: ([1, 1, 2], [1, 2]), using: &stream)
    #expect(abs(measured.areaUnderCurve.value - 0.75) < 1e-12)
  }
}

@Suite("Rows turned and scaled")
struct WhiteningTests {
  @Test("distances are those of Mahalanobis, by hand")
  func byHand() throws {
    // Variances 2 and 2/9 (three degrees of freedom), no covariance; the mean is (1, 0).
    let rows: [Double] = [
      1 + 3.0.squareRoot(), 0, 1 - 3.0.squareRoot(), 0, 1, 1 / 3.0.squareRoot(), 1,
      -1 / 3.0.squareRoot(),
    ]
    let whitening = try #require(Whitening(of: rows, width: 2))
    let found = whitening.squaredLengths(of: [1, 0, 3, 0, 1, 1, 3, 1])
    for (value, wanted) in zip(found, [0, 2, 4.5, 6.5]) {
      #expect(abs(value - wanted) < 1e-9, "\(found)")
    }
  }

  @Test("the mean of a sample's own squared distances is the number of directions")
  func ownDistances() throws {
    var stream = RandomStream(seed: 4)
    let rows = (0..<500).flatMap { _ -> [Double] in
      let (a, b) = (Double(stream.standardNormal()), Double(stream.standardNormal()))
      return [a, 3 * a + 0.1 * b, b]
    }
    // Three numbers of two independent ones: the third direction is rounding and adds at most its share.
    let found = try #require(Whitening(of: rows, width: 3)).squaredLengths(of: rows)
    #expect(abs(found.reduce(0, +) / 500 - 2) < 0.05)
  }

  @Test("of a single row, or of numbers that are none, there is nothing to learn")
  func nothing() {
    #expect(Whitening(of: [1, 2], width: 2) == nil)
    #expect(Whitening(of: [1, .nan, 3, 4], width: 2) == nil)
    #expect(Whitening(of: [], width: 1) == nil)
  }
}

@Suite("How rare a great value is")
struct UpperTailTests {
  @Test("within what was seen it is the share, beyond it an exponential's")
  func shares() {
    var stream = RandomStream(seed: 6)
    // An exponential law: values above x have a share of exp(−x).
    let tail = UpperTail((0..<20_000).map { _ in -log(1 - stream.random()) })
    for value in [0.5, 1, 2, 3, 5, 8, 12.0] {
      // The mean of 400 excesses is known to 1/20, the share that they begin at as well.
      #expect(abs(tail.rarity(of: value) - value) < 0.1 + 0.06 * value, "\(tail.rarity(of: value))")
    }
    #expect(tail.rarity(of: -1) == 0 && tail.rarity(of: 1e9) == 100)
  }

  @Test("greater values are never less rare")
  func rises() {
    let tail = UpperTail((0..<300).map { Double($0 * $0 % 97) })
    let found = stride(from: -5.0, to: 300, by: 0.5).map(tail.rarity)
    #expect(zip(found, found.dropFirst()).allSatisfy { $0 <= $1 })
  }

  @Test("equal values, one, or none: what is greater is as rare as can be")
  func few() {
    for values in [[Double](repeating: 0, count: 50), [0], []] {
      let tail = UpperTail(values)
      #expect(tail.rarity(of: 0) == 0 && tail.rarity(of: 0.1) == 100)
    }
  }
}
