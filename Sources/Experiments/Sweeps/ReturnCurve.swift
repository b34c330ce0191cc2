import Files

/// Mean returns of the episodes that ended while a learner learned, by its steps in the environments.
struct ReturnCurve: Codable, Hashable, Sendable {
  /// Steps over all environments, rising.
  var steps: [Int] = []
  /// The mean return of the episodes that ended in the update up to there.
  var returns: [Double] = []

  /// Reads a learner's curves: the mean return of each improvement, at the steps of all up to it.
  init(_ curves: LearningCurves) {
    let (means, taken) = (curves["controller/mean"], curves["controller/steps"])
    var (place, sum) = (0, 0)
    for (improvement, mean) in zip(means.steps, means.values) {
      while place < taken.steps.count, taken.steps[place] <= improvement {
        sum += Int(taken.values[place])
        place += 1
      }
      steps.append(sum)
      returns.append(mean)
    }
  }

  /// The same after so many steps more.
  func begun(after count: Int) -> ReturnCurve {
    var later = self
    later.steps = steps.map { $0 + count }
    return later
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
