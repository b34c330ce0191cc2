extension CMAES {
  /// All that the search is: restoring it goes on bit for bit.
  public var savedState: SavedState {
    let n = dimension
    let kept = history.best.count
    return SavedState(
      arrays: [
        NamedArray("mean", [n], mean),
        NamedArray("sigma", [2], [sigma, initialSigma]),
        NamedArray("covariance", [n, n], covariance),
        NamedArray("axes", [n, n], axes),
        NamedArray("scales", [n], scales),
        NamedArray("covariancePath", [n], covariancePath),
        NamedArray("sigmaPath", [n], sigmaPath),
        NamedArray("history", [2, kept], history.best + history.median),
        NamedArray("lastRange", [1], [lastRange]),
        NamedArray("bestParameters", [best == nil ? 0 : n], best?.parameters ?? []),
        NamedArray("bestLoss", [1], [best?.loss ?? .infinity]),
      ],
      integers: [
        NamedInteger("dimension", n),
        NamedInteger("populationSize", populationSize),
        NamedInteger("generation", generation),
        NamedInteger("evaluations", evaluations),
        NamedInteger("decomposedAt", decomposedAt),
        NamedInteger("bestEvaluations", best?.evaluations ?? 0),
      ])
  }

  /// Restores a search.
  ///
  /// - Throws: where an entry is missing, misshapen, not finite or out of range.
  public init(_ saved: SavedState) throws(ControllerError) {
    let n = try saved.integer("dimension", in: 1...1_000_000)
    let size = try saved.integer("populationSize", in: 3...1_000_000)
    let steps = try saved.array("sigma", shape: [2])
    guard steps[0] > 0, steps[1] > 0 else {
      throw SavedState.failure("sigma", "\(steps) is not above 0")
    }
    self.init(
      mean: try saved.array("mean", shape: [n]), sigma: steps[1], populationSize: size)
    sigma = steps[0]
    covariance = try saved.array("covariance", shape: [n, n])
    axes = try saved.array("axes", shape: [n, n])
    scales = try saved.array("scales", shape: [n])
    guard scales.allSatisfy({ $0 > 0 }) else {
      throw SavedState.failure("scales", "a value is not above 0")
    }
    covariancePath = try saved.array("covariancePath", shape: [n])
    sigmaPath = try saved.array("sigmaPath", shape: [n])
    generation = try saved.integer("generation")
    evaluations = try saved.integer("evaluations")
    decomposedAt = try saved.integer("decomposedAt", in: 0...evaluations)
    lastRange = try saved.array("lastRange", shape: [1], finite: false)[0]
    try restoreHistory(saved)
  }

  private mutating func restoreHistory(_ saved: SavedState) throws(ControllerError) {
    let losses = try saved.array("history", shape: [2, nil], finite: false)
    let kept = losses.count / 2
    guard kept == min(generation, LossHistory.capacity) else {
      throw SavedState.failure("history", "\(kept) entries for \(generation) generations")
    }
    history = LossHistory(best: Array(losses[..<kept]), median: Array(losses[kept...]))
    let loss = try saved.array("bestLoss", shape: [1], finite: false)[0]
    guard loss < .infinity else { return }
    best = Best(
      parameters: try saved.array("bestParameters", shape: [dimension]), loss: loss,
      evaluations: try saved.integer("bestEvaluations", in: 0...evaluations))
  }
}
