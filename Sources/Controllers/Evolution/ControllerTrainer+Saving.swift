extension ControllerTrainer {
  /// All that the training is, but for its configuration and shape, which the caller keeps.
  public var savedState: SavedState {
    var state = SavedState(
      arrays: scaling.savedArrays + [
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
    let scaling = try InputScaling(saved, of: shape)
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

extension InputScaling {
  fileprivate var savedArrays: [NamedArray] {
    [
      NamedArray("scaling/mean", [mean.count], mean.map(Double.init)),
      NamedArray("scaling/factor", [mean.count], factor.map(Double.init)),
      NamedArray("scaling/limit", [1], [Double(limit)]),
    ]
  }

  fileprivate init(_ saved: SavedState, of shape: ControllerShape) throws(ControllerError) {
    func numbers(_ name: String, _ shape: [Int?]) throws(ControllerError) -> [Float] {
      try saved.array(name, shape: shape).map { Float($0) }
    }
    let limit = try saved.array("scaling/limit", shape: [1], finite: false)[0]
    guard limit > 0 else { throw SavedState.failure("scaling/limit", "\(limit) is not above 0") }
    self.init(
      mean: try numbers("scaling/mean", [shape.inputCount]),
      factor: try numbers("scaling/factor", [shape.inputCount]),
      limit: Float(limit))
  }
}
