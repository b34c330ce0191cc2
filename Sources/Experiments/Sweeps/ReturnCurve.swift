import Files

/// Mean returns of the episodes that ended while a learner learned, by its steps in the environments.
struct ReturnCurve: Codable, Hashable, Sendable {
  /// Steps over all environments, rising.
  var steps: [Int] = []
  /// The mean return of the episodes that ended in the update up to there.
  var returns: [Double] = []

  /// Reads a learner's curves.
  ///
  /// - Parameter stepsPerUpdate: of all environments together; the last update may have fewer.
  init(_ curves: LearningCurves, stepsPerUpdate: Int, atMost most: Int) {
    let curve = curves["controller/mean"]
    steps = curve.steps.map { min(most, $0 * stepsPerUpdate) }
    returns = curve.values
  }

  /// The mean return by parts of a training; NaN where no episode ended.
  ///
  /// - Parameters:
  ///   - parts: how many.
  ///   - most: steps of the training.
  func means(inParts parts: Int, of most: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: parts)
    var counts = [Int](repeating: 0, count: parts)
    for (step, value) in zip(steps, returns) {
      let part = min(parts - 1, max(0, (step - 1) * parts / max(1, most)))
      sums[part] += value
      counts[part] += 1
    }
    return zip(sums, counts).map { $1 > 0 ? $0 / Double($1) : .nan }
  }
}
