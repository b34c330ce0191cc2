import Randomness
import Statistics

/// How well scores tell frames that are known to be abnormal.
package struct AnomalyJudgement {
  /// The scores of the study, cheap ones first.
  package let names: [String]
  /// Of each score where it is known what is abnormal.
  package let quality: [String: DetectionQuality.Measured]
  /// The share of the frames that each score calls abnormal; of those known to be normal where that is known.
  package let alarms: [String: Double]

  /// Judges scores.
  ///
  /// - Parameters:
  ///   - scores: by name, one a frame.
  ///   - isAbnormal: of each frame; nil where nothing is known.
  package init(
    _ study: AnomalyStudy, _ scores: [String: [Double]], isAbnormal: [Bool]?, rootSeed: UInt64
  ) {
    names = study.scores.all.map(\.name)
    func part(_ values: [Double], _ wanted: Bool) -> [Double] {
      guard let isAbnormal else { return wanted ? [] : values }
      return values.indices.filter { isAbnormal[$0] == wanted }.map { values[$0] }
    }
    var quality: [String: DetectionQuality.Measured] = [:]
    for (name, values) in scores {
      let (normal, abnormal) = (part(values, false), part(values, true))
      guard !normal.isEmpty, !abnormal.isEmpty else { continue }
      var stream = RandomStream(root: rootSeed, name: "anomaly/intervals")
      quality[name] = DetectionQuality.measured(
        normal: normal, abnormal: abnormal, using: &stream)
    }
    self.quality = quality
    alarms = Dictionary(
      uniqueKeysWithValues: study.thresholds.map { name, threshold in
        let normal = part(scores[name] ?? [], false)
        let above = normal.filter { $0 > threshold.value }.count
        return (name, Double(above) / Double(max(1, normal.count)))
      })
  }
}
