import EnvironmentKit
import Files

/// No model at all as a kind of world model: `model: {kind: none}`.
///
/// An agent is shown the frame itself: the loop without a model, for learners that need none.
public struct NoModelSettings: WorldModelSettings {
  /// The kind's name.
  public static let kindName = "none"
  /// The kind's name.
  public var kind: String = Self.kindName

  /// It does not.
  public var imagines: Bool { false }
  /// It does not.
  public var learnsFromEpisodes: Bool { false }

  /// The defaults.
  public init() {}

  /// Its name alone.
  public static var settings: [Setting<NoModelSettings>] {
    [Setting("kind", \.kind, kindName, "The kind of world model.") { $0.kind == kindName }]
  }

  /// Nothing that is trained.
  public func makeTrainer(in room: ModelRoom) -> any WorldModelTrainer { NoModelTrainer(room) }

  /// The one field `frame`.
  public func features(in room: ModelRoom) -> [ObservationField] {
    [PlainFrames.field(room.frames)]
  }
}

extension NoModelSettings {
  private enum CodingKeys: String, CodingKey { case kind }
}

/// Has nothing to train.
private final class NoModelTrainer: WorldModelTrainer {
  private let model: PlainFrames
  let parts: [any TrainingPart] = []

  init(_ room: ModelRoom) { model = PlainFrames(room.frames) }

  func freeze() -> any WorldModel { model }
  func untrained() -> any WorldModel { model }
}
