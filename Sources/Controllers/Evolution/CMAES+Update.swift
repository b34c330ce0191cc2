import Foundation
import Statistics

extension CMAES {
  /// Adapts the distribution to the losses of a generation; smaller losses are better.
  ///
  /// Equal losses rank in the order of candidates. NaN ranks as the worst.
  ///
  /// - Parameters:
  ///   - candidates: what `ask` returned; candidates may have been replaced by the caller.
  ///   - losses: one a candidate, to be **minimised**.
  /// - Throws: where the covariance matrix cannot be decomposed; the search is then as before.
  public mutating func tell(_ candidates: Population, _ losses: [Double]) throws(ControllerError) {
    precondition(
      candidates.count == populationSize && candidates.dimension == dimension
        && losses.count == populationSize,
      "CMAES.tell: candidates [\(candidates.count), \(candidates.dimension)] and \(losses.count) "
        + "losses for a population [\(populationSize), \(dimension)]; tell all that ask returned")
    var next = self
    next.adapt(candidates, losses.map { $0.isNaN ? .infinity : $0 })
    try next.decomposeWhenDue()
    self = next
  }

  private mutating func adapt(_ candidates: Population, _ losses: [Double]) {
    let order = losses.indices.sorted { (losses[$0], $0) < (losses[$1], $1) }
    generation += 1
    evaluations += losses.count
    record(candidates, losses, order)
    let steps = rankedSteps(candidates, order)
    let shift = meanStep(steps)
    for index in mean.indices { mean[index] += sigma * shift[index] }
    let onTrack = updatePaths(shift)
    updateCovariance(steps, onTrack: onTrack)
    let p = parameters
    let change = norm(sigmaPath) / p.expectedNorm - 1
    sigma *= exp(min(1, p.sigmaPathRate / p.damping * change))
  }

  private mutating func record(_ candidates: Population, _ losses: [Double], _ order: [Int]) {
    let (least, greatest) = (losses[order[0]], losses[order[order.count - 1]])
    lastRange = greatest < .infinity ? greatest - least : .infinity
    history.append(best: least, median: losses[order[order.count / 2]])
    if least < best?.loss ?? .infinity {
      best = Best(
        parameters: Array(candidates[order[0]]), loss: least, evaluations: evaluations)
    }
  }

  /// The steps (x − m) / σ by rank, `[λ, N]`.
  private func rankedSteps(_ candidates: Population, _ order: [Int]) -> [Double] {
    var steps: [Double] = []
    steps.reserveCapacity(candidates.values.count)
    for candidate in order {
      for (value, center) in zip(candidates[candidate], mean) {
        steps.append((value - center) / sigma)
      }
    }
    return steps
  }

  /// The weighted mean of the parents' steps.
  private func meanStep(_ steps: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: dimension)
    for rank in 0..<parameters.parentCount {
      let weight = parameters.weights[rank]
      for index in 0..<dimension { result[index] += weight * steps[rank * dimension + index] }
    }
    return result
  }

  /// Cumulates both paths; false where the step size path is too long for the covariance to learn.
  private mutating func updatePaths(_ shift: [Double]) -> Bool {
    let (p, n) = (parameters, dimension)
    let inAxes = whitened(shift)
    let white = SymmetricMatrix.product(inAxes, axes, rows: 1, n: n)
    let sigmaGain = (p.sigmaPathRate * (2 - p.sigmaPathRate) * p.effectiveParents).squareRoot()
    for index in 0..<n {
      sigmaPath[index] = (1 - p.sigmaPathRate) * sigmaPath[index] + sigmaGain * white[index]
    }
    let length = norm(sigmaPath)
    let warmUp = 1 - pow(1 - p.sigmaPathRate, 2 * Double(generation))
    let onTrack = length * length / Double(n) / warmUp < 2 + 4 / Double(n + 1)
    let gain = onTrack ? (p.pathRate * (2 - p.pathRate) * p.effectiveParents).squareRoot() : 0
    for index in 0..<n {
      covariancePath[index] = (1 - p.pathRate) * covariancePath[index] + gain * shift[index]
    }
    return onTrack
  }

  /// Rank-one and rank-μ update; negative weights shrink to what each step's length allows.
  private mutating func updateCovariance(_ steps: [Double], onTrack: Bool) {
    let (p, n) = (parameters, dimension)
    let stall = onTrack ? 0 : p.rankOneRate * p.pathRate * (2 - p.pathRate)
    let decay = 1 + stall - p.rankOneRate - p.rankMuRate * p.weights.reduce(0, +)
    let parents = p.parentCount * n
    let better = scaled(Array(steps[..<parents]), by: p.weights[..<p.parentCount])
    let worseSteps = Array(steps[parents...])
    let white = whitened(worseSteps)
    let worse = scaled(worseSteps, by: activeWeights(white))
    SymmetricMatrix.update(&covariance, n: n, decay: decay, factor: p.rankMuRate, rows: better)
    SymmetricMatrix.update(&covariance, n: n, decay: 1, factor: -p.rankMuRate, rows: worse)
    SymmetricMatrix.update(
      &covariance, n: n, decay: 1, factor: p.rankOneRate, rows: covariancePath)
    SymmetricMatrix.mirror(&covariance, n: n)
  }

  /// The negative weights' sizes, times N over the squared Mahalanobis length of each step.
  private func activeWeights(_ white: [Double]) -> ArraySlice<Double> {
    let n = dimension
    var weights = parameters.weights[parameters.parentCount...]
    for (row, rank) in weights.indices.enumerated() {
      var squared = 0.0
      for value in white[row * n..<(row + 1) * n] { squared += value * value }
      weights[rank] = squared > 0 ? -weights[rank] * Double(n) / squared : 0
    }
    return weights
  }

  /// Rows times the square roots of their weights.
  private func scaled(_ rows: [Double], by weights: ArraySlice<Double>) -> [Double] {
    let factors = weights.map { $0.squareRoot() }
    var result = rows
    for index in result.indices { result[index] *= factors[index / dimension] }
    return result
  }

  /// Steps in the axes of C, in units of the axes' lengths: `[rows, N]`.
  private func whitened(_ steps: [Double]) -> [Double] {
    let n = dimension
    var result = SymmetricMatrix.rowProducts(steps, axes, width: n)
    for index in result.indices { result[index] /= scales[index % n] }
    return result
  }

  private mutating func decomposeWhenDue() throws(ControllerError) {
    guard Double(evaluations - decomposedAt) > parameters.decompositionGap else { return }
    guard let (values, vectors) = SymmetricMatrix.decompose(covariance, n: dimension),
      let greatest = values.last, greatest > 0, greatest.isFinite, sigma.isFinite
    else {
      throw ControllerError(
        operation: "CMAES.tell", place: "generation \(generation)",
        cause: "the covariance matrix cannot be decomposed",
        remedy: "restore the last checkpoint, with a smaller sigma or bounded losses")
    }
    // Rounding may push tiny eigenvalues below zero; the condition stop reports them.
    let floor = greatest * 1e-20
    scales = values.map { max($0, floor).squareRoot() }
    axes = vectors
    decomposedAt = evaluations
  }

  private func norm(_ vector: [Double]) -> Double {
    vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}
