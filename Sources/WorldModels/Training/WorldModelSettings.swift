import Datasets
import EnvironmentKit
import Files

/// A kind of world model: its name, its settings, and how one of it is made.
///
/// A new kind is a type that conforms, entered in the registry of kinds.
public protocol WorldModelSettings: Codable, Sendable {
  /// What configurations call the kind, such as `mixtureMemory`.
  static var kindName: String { get }
  /// The same, as a setting.
  var kind: String { get }
  /// Whether models of the kind imagine: whether one can learn in their dreams.
  var imagines: Bool { get }
  /// Whether models of the kind learn from collected episodes: whether any are collected.
  var learnsFromEpisodes: Bool { get }
  /// Every setting, in the order in which they are encoded, with keys relative to `model`.
  static var settings: [Setting<Self>] { get }

  /// The kind's defaults.
  init()

  /// What no single setting decides, such as sizes that do not fit the frames.
  ///
  /// - Parameter room: what it will be made for.
  func furtherProblems(in room: ModelRoom) -> [SettingProblem]

  /// What training takes of the machine's memory, for those whose sizes can ask for more than there is.
  func memoryNeeds(in room: ModelRoom) -> [MemoryNeed]

  /// A fresh model, to be trained.
  ///
  /// - Throws: where the settings do not fit the world.
  func makeTrainer(in room: ModelRoom) throws -> any WorldModelTrainer

  /// The features that an agent may be shown, without making the model.
  func features(in room: ModelRoom) -> [ObservationField]
}

extension WorldModelSettings {
  /// They do.
  public var learnsFromEpisodes: Bool { true }
  /// Nothing.
  public func furtherProblems(in room: ModelRoom) -> [SettingProblem] { [] }
  /// Nothing worth asking for.
  public func memoryNeeds(in room: ModelRoom) -> [MemoryNeed] { [] }
}

/// What a world model is made for.
public struct ModelRoom: Hashable, Sendable {
  /// What a frame is.
  public var frames: FrameFormat
  /// What an agent may do.
  public var actions: ActionSpace
  /// The root seed of the streams of its weights and noise.
  public var rootSeed: UInt64

  /// Extents of a frame.
  public var frameShape: [Int] { frames.shape }

  /// Describes a world of pictures, or other bytes, to a model.
  public init(frameShape: [Int], actions: ActionSpace, rootSeed: UInt64) {
    self.init(frames: FrameFormat(shape: frameShape), actions: actions, rootSeed: rootSeed)
  }

  /// Describes a world to a model.
  public init(frames: FrameFormat, actions: ActionSpace, rootSeed: UInt64) {
    (self.frames, self.actions, self.rootSeed) = (frames, actions, rootSeed)
  }
}
