import EnvironmentKit

/// What a controller's parameters are: sizes, and where each lies in the flat vector.
///
/// Flat order: with a hidden layer W₁ `[hidden, input]`, b₁, then W₂ `[output, hidden]`, b₂; without
/// one W `[output, input]`, b. Biases only where the configuration wants them.
public struct ControllerShape: Hashable, Sendable {
  /// Numbers read of an observation.
  public let inputCount: Int
  /// Width of the tanh layer, 0 for none.
  public let hiddenUnits: Int
  /// Numbers computed.
  public let outputCount: Int
  /// Actions chosen from.
  public let actionCount: Int
  /// Whether every unit has a bias.
  public let bias: Bool
  /// How outputs become an action.
  public let readout: ActionReadout
  /// The action of each part, for `parts`.
  public let partActions: [Int32]
  /// Which elements of an observation are read.
  public let inputRanges: [Range<Int>]

  /// Length of the flat parameter vector.
  public var parameterCount: Int {
    let first = hiddenUnits == 0 ? 0 : hiddenUnits * (inputCount + (bias ? 1 : 0))
    let width = hiddenUnits == 0 ? inputCount : hiddenUnits
    return first + outputCount * (width + (bias ? 1 : 0))
  }

  /// Derives the shape for a batch's spaces.
  ///
  /// - Throws: where an input is no field of the observation, or the parts do not fit the actions.
  public init(
    _ configuration: ControllerConfiguration, observation: ObservationSpace, actions: ActionSpace
  ) throws(ControllerError) {
    try configuration.validate()
    inputRanges = try Self.ranges(configuration.inputs, observation)
    inputCount = inputRanges.reduce(0) { $0 + $1.count }
    (hiddenUnits, bias) = (configuration.hiddenUnits, configuration.bias)
    (actionCount, readout) = (actions.count, configuration.readout)
    guard case .discrete(let names) = actions else {
      (outputCount, partActions) = (actions.count, [])
      return
    }
    guard !names.isEmpty else { throw Self.failure("actions", "there is nothing to choose from") }
    let parts =
      configuration.partActions.isEmpty
      ? Array(names.indices) : configuration.partActions
    guard parts.allSatisfy(names.indices.contains) else {
      throw Self.failure("partActions", "\(parts) names an action beyond \(names)")
    }
    outputCount = configuration.readout == .parts ? 1 : names.count
    partActions = parts.map(Int32.init)
  }

  private static func ranges(_ inputs: [String], _ observation: ObservationSpace)
    throws(ControllerError) -> [Range<Int>]
  {
    if inputs.isEmpty { return [0..<observation.count] }
    var ranges: [Range<Int>] = []
    for name in inputs {
      guard let range = observation.range(of: name) else {
        throw failure("inputs", "\(name) is none of \(observation.fields.map(\.name))")
      }
      ranges.append(range)
    }
    return ranges
  }

  private static func failure(_ name: String, _ cause: String) -> ControllerError {
    ControllerError(
      operation: "configure", place: "controller.\(name)", cause: cause,
      remedy: "name what the world offers")
  }
}
