import EnvironmentKit
import Files

/// A kind of learner: its name, its settings, and how one of it is made.
///
/// A new kind is a type that conforms, entered in the registry of kinds.
public protocol LearnerSettings: Codable, Sendable {
  /// What configurations call the kind, such as `evolution`.
  static var kindName: String { get }
  /// The same, as a setting.
  var kind: String { get }
  /// Where it learns: the setting `in`.
  var place: LearningPlace { get set }
  /// Improvements of a training where the loop does not say how many.
  var steps: Int { get }
  /// Slots of the batch that it learns in.
  var slots: Int { get }
  /// Steps at which an episode is cut off; 0 leaves it to the world.
  var maximumSteps: Int { get }
  /// Improvements from one checkpoint to the next.
  var checkpointEvery: Int { get }
  /// Every setting, in the order in which they are encoded, with keys relative to `learner`.
  static var settings: [Setting<Self>] { get }

  /// The kind's defaults.
  init()

  /// What does not fit together, or not with what is seen and done, before anything is trained.
  func furtherProblems(in room: LearnerRoom) -> [SettingProblem]

  /// What learning takes of the machine's memory, for those whose sizes can ask for more than there is.
  func memoryNeeds(in room: LearnerRoom) -> [MemoryNeed]

  /// A fresh learner.
  func makeLearner(in room: LearnerRoom) throws -> any Learner
}

extension LearnerSettings {
  /// Left to the world.
  public var maximumSteps: Int { 0 }
  /// After each.
  public var checkpointEvery: Int { 1 }
  /// Nothing.
  public func furtherProblems(in room: LearnerRoom) -> [SettingProblem] { [] }
  /// Nothing worth asking for.
  public func memoryNeeds(in room: LearnerRoom) -> [MemoryNeed] { [] }
}

/// What a learner is made for.
public struct LearnerRoom {
  /// What it sees.
  public var observation: ObservationSpace
  /// What it may do.
  public var actions: ActionSpace
  /// The root seed of its streams.
  public var rootSeed: UInt64
  /// How many facts its environments tell.
  public var facts: Int
  /// The world model that it sees through; nil where there is none that could be asked.
  public var model: LearnerModel?
  /// What would have been seen in collected episodes, `[sample, observation]`: to standardise inputs with.
  public var samples: () throws -> [Float]

  /// Describes a task to a learner.
  public init(
    observation: ObservationSpace, actions: ActionSpace, rootSeed: UInt64, facts: Int = 0,
    model: LearnerModel? = nil, samples: @escaping () throws -> [Float] = { [] }
  ) {
    (self.observation, self.actions, self.rootSeed) = (observation, actions, rootSeed)
    (self.facts, self.model) = (facts, model)
    self.samples = samples
  }
}
