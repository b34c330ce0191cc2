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
  /// Actions chosen from, or components of one.
  public let actionCount: Int
  /// Whether every unit has a bias.
  public let bias: Bool
  /// How outputs become an action.
  public let readout: ActionReadout
  /// The action of each part, for `parts`.
  public let partActions: [Int32]
  /// Of continuous actions: the bounds of each component; empty where actions are choices.
  public let bounds: [ClosedRange<Float>]
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
  /// - Throws: where an input is no field of the observation, or parts or readout do not fit the actions.
  public init(
    _ configuration: ControllerConfiguration, observation: ObservationSpace, actions: ActionSpace
  ) throws(ControllerError) {
    try configuration.validate()
    inputRanges = try Self.ranges(configuration.inputs, observation)
    inputCount = inputRanges.reduce(0) { $0 + $1.count }
    (hiddenUnits, bias) = (configuration.hiddenUnits, configuration.bias)
    (actionCount, readout) = (actions.count, configuration.readout)
    switch actions {
    case .continuous(let bounds):
      guard readout == .greatest else {
        throw Self.failure(
          "readout", "'\(readout.rawValue)' chooses among actions, and here they are numbers",
          remedy: "give greatest: one output per component, cut to its bounds by tanh")
      }
      (self.bounds, outputCount, partActions) = (bounds, bounds.count, [])
    case .discrete(let names):
      bounds = []
      outputCount = readout == .parts ? 1 : names.count
      partActions = try Self.parts(configuration.partActions, of: names)
    }
  }

  /// The actions that an output's parts stand for: all in order where none are named.
  private static func parts(
    _ wanted: [Int], of names: [String]
  ) throws(ControllerError) -> [Int32] {
    guard !names.isEmpty else { throw failure("actions", "there is nothing to choose from") }
    let parts = wanted.isEmpty ? Array(names.indices) : wanted
    guard parts.allSatisfy(names.indices.contains) else {
      throw failure("partActions", "\(parts) names an action beyond \(names)")
    }
    return parts.map(Int32.init)
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

  private static func failure(
    _ name: String, _ cause: String, remedy: String = "name what the world offers"
  ) -> ControllerError {
    ControllerError(
      operation: "configure", place: "learner.\(name)", cause: cause, remedy: remedy)
  }
}
