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
