import EnvironmentKit
import Files
import Randomness

/// The autoencoder alone as a kind of world model: `model: {kind: autoencoder, …}`.
public struct AutoencoderSettings: WorldModelSettings {
  /// The kind's name.
  public static let kindName = "autoencoder"
  /// The kind's name.
  public var kind: String = Self.kindName
  /// Network and loss.
  public var vision = VisionConfiguration()
  /// Which latent an agent is given.
  public var reading = LatentReading.mean
  /// How long it is trained.
  public var schedule = TrainingSchedule()

  /// It does not.
  public var imagines: Bool { false }

  /// The defaults.
  public init() {}

  /// Every setting with its meaning and range.
  public static var settings: [Setting<AutoencoderSettings>] {
    [
      Setting("kind", \.kind, "autoencoder", "The kind of world model.") {
        $0.kind == Self.kindName
      }
    ]
      + VisionConfiguration.settings.map { $0.within(\.vision) }
      + [Setting("reading", \.reading, "Which latent an agent is given.")]
      + TrainingSchedule.settings.map { $0.within(\.schedule) }
  }

  /// Frames of another size than the network takes.
  public func furtherProblems(in room: ModelRoom) -> [SettingProblem] {
    var problems = vision.problems(with: room.frames) + vision.furtherProblems()
    if reading == .sampled, vision.latent.kind == .quantised {
      problems.append(
        SettingProblem(
          "reading", "quantised latents are not drawn, a frame has one", "set model.reading=mean"))
    }
    return problems
  }

  /// The network's, with a batch on its way through it.
  public func memoryNeeds(in room: ModelRoom) -> [MemoryNeed] {
    guard vision.problems(with: room.frames).isEmpty else { return [] }
    return [vision.memoryNeed(room.frames)]
  }

  /// A fresh autoencoder.
  public func makeTrainer(in room: ModelRoom) throws -> any WorldModelTrainer {
    AutoencoderTrainer(self, in: room)
  }

  /// `latent` and `frame`.
  public func features(in room: ModelRoom) -> [ObservationField] {
    AutoencoderModel.fields(latentSize: vision.latentSize, room.frames)
  }
}

extension AutoencoderSettings: Codable {
  private enum CodingKeys: String, CodingKey { case kind, reading }

  /// Reads all groups from one level of keys.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    kind = try container.decode(String.self, forKey: .kind)
    vision = try VisionConfiguration(from: decoder)
    reading = try container.decode(LatentReading.self, forKey: .reading)
    schedule = try TrainingSchedule(from: decoder)
  }

  /// Writes all groups to one level of keys.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try vision.encode(to: encoder)
    try container.encode(reading, forKey: .reading)
    try schedule.encode(to: encoder)
  }
}

/// Trains the autoencoder alone.
final class AutoencoderTrainer: WorldModelTrainer {
  private let settings: AutoencoderSettings
  private let room: ModelRoom
  private let vision: AutoencoderPart

  init(_ settings: AutoencoderSettings, in room: ModelRoom) {
    (self.settings, self.room) = (settings, room)
    vision = AutoencoderPart(
      settings.vision, schedule: settings.schedule, format: room.frames, seed: room.rootSeed)
  }

  var parts: [any TrainingPart] { [vision] }

  func freeze() throws -> any WorldModel {
    AutoencoderModel(vision.frozen, reading: settings.reading)
  }

  func untrained() throws -> any WorldModel {
    try AutoencoderTrainer(settings, in: room).freeze()
  }
}
