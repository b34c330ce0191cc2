extension ControllerTrainer {
  /// All that the training is, but for its configuration and shape, which the caller keeps.
  public var savedState: SavedState {
    var state = SavedState(
      arrays: [
        NamedArray("scaling/mean", [shape.inputCount], scaling.mean.map(Double.init)),
        NamedArray("scaling/factor", [shape.inputCount], scaling.factor.map(Double.init)),
        NamedArray("scaling/limit", [1], [Double(scaling.limit)]),
        NamedArray(
          "best/parameters", [bestEvaluated?.parameters.count ?? 0],
          bestEvaluated?.parameters ?? []),
        NamedArray("best/return", [1], [bestEvaluated?.meanReturn ?? 0]),
      ],
      integers: [
        NamedInteger("rootSeed", Int(bitPattern: UInt(rootSeed))),
        NamedInteger("environmentSteps", environmentSteps),
        NamedInteger("best/generation", bestEvaluated?.generation ?? 0),
      ])
    state.append(search.savedState, under: "search/")
    return state
  }

  /// Restores a training.
  ///
  /// - Parameters:
  ///   - configuration: the configuration it was started with.
  ///   - shape: the shape it was started with.
  ///   - saved: what `savedState` gave.
  /// - Throws: where an entry is missing, misshapen or of another configuration.
  public init(
    _ configuration: ControllerConfiguration, shape: ControllerShape, restoring saved: SavedState
  ) throws(ControllerError) {
    let inputs: [Int?] = [shape.inputCount]
    let limit = try saved.array("scaling/limit", shape: [1], finite: false)[0]
    guard limit > 0 else { throw SavedState.failure("scaling/limit", "\(limit) is not above 0") }
    let scaling = InputScaling(
      mean: try saved.array("scaling/mean", shape: inputs).map { Float($0) },
      factor: try saved.array("scaling/factor", shape: inputs).map { Float($0) },
      limit: Float(limit))
    let seed = try saved.integer("rootSeed", in: Int.min...Int.max)
    self.init(
      configuration, shape: shape, scaling: scaling, rootSeed: UInt64(UInt(bitPattern: seed)))
    environmentSteps = try saved.integer("environmentSteps")
    search = try Self.search(saved, configuration, shape)
    let evaluatedAt = try saved.integer("best/generation", in: 0...search.generation)
    guard evaluatedAt > 0 else { return }
    bestEvaluated = Evaluated(
      parameters: try saved.array("best/parameters", shape: [shape.parameterCount]),
      meanReturn: try saved.array("best/return", shape: [1])[0], generation: evaluatedAt)
  }

  private static func search(
    _ saved: SavedState, _ configuration: ControllerConfiguration, _ shape: ControllerShape
  ) throws(ControllerError) -> CMAES {
    let search = try CMAES(saved.part(under: "search/"))
    guard search.dimension == shape.parameterCount,
      search.populationSize == configuration.populationSize
    else {
      throw SavedState.failure(
        "search",
        "\(search.populationSize) candidates of \(search.dimension) parameters, the configuration "
          + "says \(configuration.populationSize) of \(shape.parameterCount)")
    }
    return search
  }
}
