import Randomness

/// How well a score, greater where something is abnormal, tells abnormal examples from normal ones.
///
/// - SeeAlso: T. Fawcett, "An introduction to ROC analysis" (2006); J. Davis, M. Goadrich, "The Relationship
///   Between Precision-Recall and ROC Curves" (2006).
package struct DetectionQuality: Hashable, Sendable {
  /// The area under the curve of true over false alarms, 0…1.
  ///
  /// It is the chance that an abnormal example has a greater score than a normal one, equal scores counting
  /// half: 0.5 is none.
  package var areaUnderCurve: Double
  /// The area under the curve of precision over recall, as a sum of steps.
  ///
  /// Chance is the share of abnormal ones.
  package var averagePrecision: Double
  /// The least share of false alarms at which 95 % of the abnormal ones are found; 0 is the best.
  package var falseAlarmsAt95: Double

  /// Judges scores.
  ///
  /// - Parameters:
  ///   - normal: scores of normal examples, one or more; no NaN.
  ///   - abnormal: likewise of abnormal ones.
  package init(normal: [Double], abnormal: [Double]) {
    self = RankedScores(normal: normal, abnormal: abnormal).quality(nil)
  }

  /// Judges scores, with intervals by drawing normal and abnormal examples anew.
  ///
  /// - Parameters:
  ///   - groups: the group of each normal and of each abnormal example, such as its episode, any numbers; groups
  ///     are then drawn whole. Nil where each stands alone.
  ///   - stream: draws the resamples.
  ///   - resamples: how many.
  package static func measured(
    normal: [Double], abnormal: [Double], groups: (normal: [Int], abnormal: [Int])? = nil,
    using stream: inout RandomStream, resamples: Int = 500
  ) -> Measured {
    let ranked = RankedScores(normal: normal, abnormal: abnormal, groups: groups)
    let quality = ranked.quality(nil)
    let others = (0..<resamples).map { _ in ranked.quality(ranked.weights(using: &stream)) }
      .filter { $0.areaUnderCurve.isFinite }
    func value(_ part: (DetectionQuality) -> Double) -> MeasuredValue {
      MeasuredValue(part(quality), resampled: others.map(part))
    }
    return Measured(
      areaUnderCurve: value(\.areaUnderCurve), averagePrecision: value(\.averagePrecision),
      falseAlarmsAt95: value(\.falseAlarmsAt95))
  }

  /// The same numbers with their intervals.
  package struct Measured: Hashable, Sendable {
    /// The area under the curve of true over false alarms.
    package let areaUnderCurve: MeasuredValue
    /// The area under the curve of precision over recall.
    package let averagePrecision: MeasuredValue
    /// The share of false alarms at which 95 % are found.
    package let falseAlarmsAt95: MeasuredValue
  }

  fileprivate init(areaUnderCurve: Double, averagePrecision: Double, falseAlarmsAt95: Double) {
    self.areaUnderCurve = areaUnderCurve
    self.averagePrecision = averagePrecision
    self.falseAlarmsAt95 = falseAlarmsAt95
  }
}

/// Examples in the order of their scores, the greatest first, those of equal scores together.
private struct RankedScores {
  /// Whether each is abnormal.
  let isAbnormal: [Bool]
  /// Where runs of equal scores end.
  let ends: [Int]
  /// The group of each, from 0; nil where each stands alone.
  let groups: [Int]?
  let groupCount: Int

  init(normal: [Double], abnormal: [Double], groups: (normal: [Int], abnormal: [Int])? = nil) {
    precondition(
      !normal.isEmpty && !abnormal.isEmpty,
      "DetectionQuality: \(normal.count) normal and \(abnormal.count) abnormal scores; give one or more"
    )
    let scores = normal + abnormal
    let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    isAbnormal = order.map { $0 >= normal.count }
    ends = order.indices.filter {
      $0 + 1 == order.count || scores[order[$0 + 1]] < scores[order[$0]]
    }.map { $0 + 1 }
    let labels = groups.map { $0.normal + $0.abnormal }
    precondition(
      labels?.count ?? scores.count == scores.count,
      "DetectionQuality: \(labels?.count ?? 0) groups for \(scores.count) scores; give one each")
    let names = Set(labels ?? []).sorted()
    let places = Dictionary(
      uniqueKeysWithValues: names.enumerated().map { ($0.element, $0.offset) })
    self.groups = labels.map { labels in order.map { places[labels[$0]] ?? 0 } }
    groupCount = names.count
  }

  /// How often each example is drawn: groups where there are any, else as many of each kind as there are.
  func weights(using stream: inout RandomStream) -> [Double] {
    if let groups {
      var drawn = [Double](repeating: 0, count: groupCount)
      for _ in 0..<groupCount { drawn[stream.integers(in: 0..<groupCount)] += 1 }
      return groups.map { drawn[$0] }
    }
    let places = [false, true].map { kind in isAbnormal.indices.filter { isAbnormal[$0] == kind } }
    var weights = [Double](repeating: 0, count: isAbnormal.count)
    for kind in places {
      for _ in kind { weights[kind[stream.integers(in: 0..<kind.count)]] += 1 }
    }
    return weights
  }

  /// Goes through the thresholds from the strictest to the loosest.
  func quality(_ weights: [Double]?) -> DetectionQuality {
    var (normals, abnormals) = (0.0, 0.0)
    for (place, isAbnormal) in isAbnormal.enumerated() {
      if isAbnormal { abnormals += weights?[place] ?? 1 } else { normals += weights?[place] ?? 1 }
    }
    var (found, alarms, area, precision, start) = (0.0, 0.0, 0.0, 0.0, 0)
    var alarmsAt95: Double?
    for end in ends {
      var (moreFound, moreAlarms) = (0.0, 0.0)
      for place in start..<end {
        let weight = weights?[place] ?? 1
        if isAbnormal[place] { moreFound += weight } else { moreAlarms += weight }
      }
      area += moreAlarms * (found + moreFound / 2)
      (found, alarms, start) = (found + moreFound, alarms + moreAlarms, end)
      if moreFound > 0 { precision += moreFound * found / (found + alarms) }
      if alarmsAt95 == nil, found >= 0.95 * abnormals - 1e-9 { alarmsAt95 = alarms / normals }
    }
    return DetectionQuality(
      areaUnderCurve: area / (normals * abnormals), averagePrecision: precision / abnormals,
      falseAlarmsAt95: alarmsAt95 ?? 1)
  }
}
