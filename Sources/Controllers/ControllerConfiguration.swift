/// How a controller's outputs become an action.
public enum ActionReadout: String, Hashable, Sendable, Codable, CaseIterable {
  /// One output an action; the greatest decides, the first of equals. Where actions are numbers, one
  /// output a component: tanh of it, stretched over the component's bounds.
  case greatest
  /// One output an action; the action is drawn with the probabilities that softmax gives, from the
  /// episode's own stream `policy/controller`. Where rewards are rare, an untrained controller thus
  /// still finds some, while one that always takes the greatest runs in circles.
  case sampled
  /// One output in −1…1 cut into as many equal parts as there are actions, as World Models' Doom.
  case parts
}

/// Where a controller trains; what it trains in is a batch like any other, and it cannot tell.
public enum ControllerWorld: String, Hashable, Sendable, Codable, CaseIterable {
  /// In the world itself.
  case real
  /// In the dream of a world model: it never sees the world.
  case dream
}

/// How a controller is built and optimised.
public struct ControllerConfiguration: Hashable, Sendable, Codable {
  /// Where it trains.
  public var world = ControllerWorld.real
  /// Width of the tanh layer between inputs and outputs; 0 for a linear controller.
  public var hiddenUnits = 0
  /// Whether every unit has a bias.
  public var bias = true
  /// How outputs become an action.
  public var readout = ActionReadout.greatest
  /// For `parts`: the action of each part, from −1 upwards; empty for the order of the actions.
  public var partActions: [Int] = []
  /// Observation fields it reads, in this order; empty for the whole observation.
  public var inputs: [String] = []
  /// Standardised inputs are cut to ± this; 0 leaves them.
  public var inputLimit = 5.0
  /// Candidates a generation.
  public var populationSize = 64
  /// Generations of a training.
  public var generations = 100
  /// Episodes over which a candidate's return is averaged; the same seeds for all of them.
  public var episodesPerCandidate = 16
  /// Standard deviation of the first candidates around 0.
  public var sigma = 0.1
  /// Weight of the mean squared parameter, taken off the mean return.
  public var l2 = 0.01
  /// Generations from one evaluation of the distribution's mean to the next.
  public var evaluationInterval = 25
  /// Fresh episodes of such an evaluation.
  public var evaluationEpisodes = 64
  /// Steps at which an episode is truncated; 0 leaves it to the world.
  public var maximumSteps = 0

  /// Creates the defaults: World Models' figures, fewer generations.
  ///
  /// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018), appendix A.4.
  public init() {}

  /// Checks every value.
  ///
  /// - Throws: naming the first setting out of range.
  public func validate() throws(ControllerError) {
    let bounds: [(String, Bool, String)] = [
      ("hiddenUnits", hiddenUnits >= 0, "0 or more"),
      ("inputLimit", inputLimit >= 0 && inputLimit.isFinite, "0 or more"),
      ("populationSize", populationSize >= 3, "3 or more"),
      ("generations", generations >= 1, "1 or more"),
      ("episodesPerCandidate", episodesPerCandidate >= 1, "1 or more"),
      ("sigma", sigma > 0 && sigma.isFinite, "above 0"),
      ("l2", l2 >= 0 && l2.isFinite, "0 or more"),
      ("evaluationInterval", evaluationInterval >= 1, "1 or more"),
      ("evaluationEpisodes", evaluationEpisodes >= 1, "1 or more"),
      ("maximumSteps", maximumSteps >= 0, "0 or more"),
    ]
    for (name, holds, range) in bounds where !holds {
      throw ControllerError(
        operation: "configure", place: "controller.\(name)", cause: "out of range",
        remedy: "give \(range)")
    }
  }
}
