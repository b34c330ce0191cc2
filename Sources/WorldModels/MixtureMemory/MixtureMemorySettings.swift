import EnvironmentKit
import Files

/// Autoencoder and mixture memory as a kind of world model: `model: {kind: mixtureMemory, …}`.
///
/// The autoencoder's settings stand directly under `model`, the memory's under `model.memory`.
public struct MixtureMemorySettings: WorldModelSettings {
  /// The kind's name.
  public static let kindName = "mixtureMemory"
  /// The kind's name.
  public var kind: String = Self.kindName
  /// The autoencoder; its `kind` does not count.
  public var autoencoder = AutoencoderSettings()
  /// The memory.
  public var memory = MemorySettings()

  /// It does.
  public var imagines: Bool { true }

  /// The defaults.
  public init() {}

  /// Every setting with its meaning and range.
  public static var settings: [Setting<MixtureMemorySettings>] {
    [
      Setting("kind", \.kind, "mixtureMemory", "The kind of world model.") {
        $0.kind == Self.kindName
      }
    ]
      + AutoencoderSettings.settings.dropFirst().map { $0.within(\.autoencoder) }
      + MemorySettings.settings.map { $0.within(\.memory, prefix: "memory.") }
  }

  /// Frames of another size than the network takes, and sizes that follow others.
  public func furtherProblems(in room: ModelRoom) -> [SettingProblem] {
    var problems = autoencoder.furtherProblems(in: room)
    let (latents, kind) = (autoencoder.vision.latentSize, autoencoder.vision.latent.kind)
    if kind != .gaussian {
      problems.append(
        SettingProblem(
          "latent.kind", "a mixture memory foretells Gaussian latents, no \(kind.rawValue) ones",
          "set model.kind=autoencoder or model.latent.kind=gaussian"))
    }
    if ![0, latents].contains(memory.network.latentSize) {
      problems.append(
        SettingProblem(
          "memory.latentSize", "\(memory.network.latentSize) is not the autoencoder's \(latents)",
          "leave it at 0: it follows model.latentSize"))
    }
    let size = memory.actionEncoding.size(for: room.actions)
    if ![0, size].contains(memory.network.actionSize) {
      problems.append(
        SettingProblem(
          "memory.actionSize", "\(memory.network.actionSize) is not the world's \(size)",
          "leave it at 0: it follows the world's actions and model.memory.actionEncoding"))
    }
    return problems
  }

  /// The memory's configuration with the sizes that follow the autoencoder and the world.
  func network(for actions: ActionSpace) -> MemoryConfiguration {
    var resolved = memory.network
    resolved.latentSize = autoencoder.vision.latentSize
    resolved.actionSize = memory.actionEncoding.size(for: actions)
    return resolved
  }

  /// The autoencoder's and the memory's: both are kept while either is trained.
  public func memoryNeeds(in room: ModelRoom) -> [MemoryNeed] {
    autoencoder.memoryNeeds(in: room) + [network(for: room.actions).memoryNeed]
  }

  /// Fresh networks.
  public func makeTrainer(in room: ModelRoom) throws -> any WorldModelTrainer {
    MixtureMemoryTrainer(self, in: room)
  }

  /// `latent`, `cell` and `hidden`.
  public func features(in room: ModelRoom) -> [ObservationField] {
    [
      ObservationField("latent", shape: [autoencoder.vision.latentSize]),
      ObservationField("cell", shape: [memory.network.hiddenSize]),
      ObservationField("hidden", shape: [memory.network.hiddenSize]),
    ]
  }
}

/// The memory's part of the settings.
public struct MemorySettings: Hashable, Sendable {
  /// Network and loss; sizes of 0 follow the autoencoder and the world.
  public var network = MemoryConfiguration.following
  /// How an action enters the memory.
  public var actionEncoding = ActionEncoding.oneHot
  /// How long it is trained.
  public var schedule: TrainingSchedule

  /// The defaults.
  public init() {
    schedule = TrainingSchedule()
    (schedule.steps, schedule.laterSteps, schedule.checkpointEvery) = (3_000, 2_000, 250)
  }
}

extension MemorySettings: SettingGroup {
  /// Every setting with its meaning and range.
  public static var settings: [Setting<MemorySettings>] {
    MemoryConfiguration.settings.map { $0.within(\.network) }
      + [Setting("actionEncoding", \.actionEncoding, "How an action enters the memory.")]
      + TrainingSchedule.settings.map { $0.within(\.schedule) }
  }
}

extension MemorySettings: Codable {
  private enum CodingKeys: String, CodingKey { case actionEncoding }

  /// Reads all groups from one level of keys.
  public init(from decoder: any Decoder) throws {
    network = try MemoryConfiguration(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    actionEncoding = try container.decode(ActionEncoding.self, forKey: .actionEncoding)
    schedule = try TrainingSchedule(from: decoder)
  }

  /// Writes all groups to one level of keys.
  public func encode(to encoder: any Encoder) throws {
    try network.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(actionEncoding, forKey: .actionEncoding)
    try schedule.encode(to: encoder)
  }
}

extension MixtureMemorySettings: Codable {
  private enum CodingKeys: String, CodingKey { case kind, memory }

  /// Reads the autoencoder's settings from the same level of keys.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    kind = try container.decode(String.self, forKey: .kind)
    autoencoder = try AutoencoderSettings(from: decoder)
    memory = try container.decode(MemorySettings.self, forKey: .memory)
  }

  /// Writes the autoencoder's settings to the same level of keys.
  public func encode(to encoder: any Encoder) throws {
    try autoencoder.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(memory, forKey: .memory)
  }
}

extension MemoryConfiguration {
  /// The sizes 0 follow the autoencoder and the world; rewards and ends are foretold.
  static var following: MemoryConfiguration {
    var value = MemoryConfiguration()
    (value.latentSize, value.actionSize) = (0, 0)
    (value.predictsReward, value.predictsTermination) = (true, true)
    (value.batchSize, value.sequenceLength) = (32, 32)
    return value
  }
}
