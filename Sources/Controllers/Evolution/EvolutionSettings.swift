import EnvironmentKit
import Files

/// CMA-ES on a small controller as a kind of learner: `learner: {kind: evolution, in: dream, …}`.
public struct EvolutionSettings: LearnerSettings {
  /// The kind's name.
  public static let kindName = "evolution"
  /// The kind's name.
  public var kind: String = Self.kindName
  /// Where it learns.
  public var place = LearningPlace.world
  /// Controller and search.
  public var controller = ControllerConfiguration()

  /// The defaults.
  public init() {}

  /// Generations.
  public var steps: Int { controller.generations }
  /// As many as play at a time in a generation, up to 256.
  public var slots: Int {
    min(256, controller.populationSize * controller.episodesPerCandidate)
  }
  /// Steps at which an episode is cut off; 0 leaves it to the world.
  public var maximumSteps: Int { controller.maximumSteps }

  /// Every setting with its meaning and range.
  public static var settings: [Setting<EvolutionSettings>] {
    [
      Setting("kind", \.kind, "evolution", "The kind of learner.") { $0.kind == Self.kindName },
      Setting("in", \.place, "Where it learns: in the world, or in the model's dream of it."),
    ] + ControllerConfiguration.settings.map { $0.within(\.controller) }
  }

  /// Inputs and actions that do not exist here, and more parameters than CMA-ES can search.
  public func furtherProblems(in room: LearnerRoom) -> [SettingProblem] {
    do throws(ControllerError) {
      let shape = try ControllerShape(
        controller, observation: room.observation, actions: room.actions)
      return Self.sizeProblems(shape.parameterCount)
    } catch {
      let key = error.place.split(separator: ".").last.map(String.init) ?? ""
      return [SettingProblem(key, error.cause, error.remedy)]
    }
  }

  /// Parameters beyond which the covariance matrix takes more than this many bytes are refused.
  private static let mostCovarianceBytes = Double(2 << 30)

  private static func sizeProblems(_ parameters: Int) -> [SettingProblem] {
    let bytes = covarianceBytes(parameters)
    guard bytes > mostCovarianceBytes else { return [] }
    return [
      SettingProblem(
        "hiddenUnits",
        "the controller would have \(parameters) parameters: CMA-ES needs about "
          + "\(Int((bytes / Double(1 << 30)).rounded(.up))) GiB for their covariance",
        "give fewer hidden units, or fewer fields in agent.input")
    ]
  }

  /// The search's matrices, a generation's candidates, and what becomes of their episodes.
  public func memoryNeeds(in room: LearnerRoom) -> [MemoryNeed] {
    guard
      let shape = try? ControllerShape(
        controller, observation: room.observation, actions: room.actions)
    else { return [] }
    let (parameters, candidates) = (
      Double(shape.parameterCount), Double(controller.populationSize)
    )
    let episodes = candidates * Double(controller.episodesPerCandidate)
    let result = Double(MemoryLayout<EpisodeResult>.stride + MemoryLayout<EpisodeRequest>.stride)
    return [
      MemoryNeed(
        "populationSize", "the search of CMA-ES",
        bytes: Self.covarianceBytes(shape.parameterCount) + candidates * parameters * 8 * 3
          + episodes * result * 2,
        remedy: "lower learner.populationSize, learner.episodesPerCandidate or learner.hiddenUnits")
    ]
  }

  /// The covariance, its eigenvectors and LAPACK's work memory.
  private static func covarianceBytes(_ parameters: Int) -> Double {
    4 * 8 * Double(parameters) * Double(parameters)
  }

  /// A fresh search at parameters 0.
  public func makeLearner(in room: LearnerRoom) throws -> any Learner {
    try EvolutionLearner(self, in: room)
  }
}

extension EvolutionSettings: Codable {
  private enum CodingKeys: String, CodingKey {
    case kind
    case place = "in"
  }

  /// Reads all groups from one level of keys.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    kind = try container.decode(String.self, forKey: .kind)
    place = try container.decode(LearningPlace.self, forKey: .place)
    controller = try ControllerConfiguration(from: decoder)
  }

  /// Writes all groups to one level of keys.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(place, forKey: .place)
    try controller.encode(to: encoder)
  }
}
