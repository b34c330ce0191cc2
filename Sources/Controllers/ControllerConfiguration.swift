import Files

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

/// How a controller is built and optimised.
public struct ControllerConfiguration: Hashable, Sendable, Codable {
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
    guard let problem = problems().first else { return }
    throw ControllerError(
      operation: "configure", place: "learner.\(problem.key)", cause: problem.cause,
      remedy: problem.remedy)
  }
}

extension ControllerConfiguration: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<ControllerConfiguration>] {
    [
      Setting(
        "hiddenUnits", \.hiddenUnits, 0...65_536,
        "Width of the tanh layer between inputs and outputs; 0 for a linear controller."),
      Setting("bias", \.bias, "Whether every unit has a bias."),
      Setting("readout", \.readout, "How outputs become an action."),
      Setting(
        "partActions", \.partActions, "a list of action indices",
        "For parts: the action of each part, from −1 upwards; empty for the order of the actions."),
      Setting(
        "inputs", \.inputs, "a list of names of agent.input",
        "Observation fields that it reads, in this order; empty for the whole observation."),
      Setting(
        "inputLimit", \.inputLimit, atLeast: 0,
        "Standardised inputs are cut to ± this; 0 leaves them."),
      Setting("populationSize", \.populationSize, 3...100_000, "Candidates per generation."),
      Setting("generations", \.generations, 1...10_000_000, "Generations of a training."),
      Setting(
        "episodesPerCandidate", \.episodesPerCandidate, 1...100_000,
        "Episodes over which a candidate's return is averaged; the same seeds for all of them."),
      Setting(
        "sigma", \.sigma, above: 0, "Standard deviation of the first candidates around 0."),
      Setting(
        "l2", \.l2, atLeast: 0,
        "Weight of the mean squared parameter, taken off the mean return."),
      Setting(
        "evaluationInterval", \.evaluationInterval, 1...10_000_000,
        "Generations from one evaluation of the distribution's mean to the next."),
      Setting(
        "evaluationEpisodes", \.evaluationEpisodes, 1...1_000_000,
        "Fresh episodes of such an evaluation."),
      Setting(
        "maximumSteps", \.maximumSteps, 0...100_000_000,
        "Steps at which an episode is cut off; 0 leaves it to the world."),
    ]
  }
}
