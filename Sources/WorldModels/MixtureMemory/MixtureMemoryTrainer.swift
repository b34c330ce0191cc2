/// Trains the autoencoder, and then the memory on its latents.
final class MixtureMemoryTrainer: WorldModelTrainer {
  private let settings: MixtureMemorySettings
  private let room: ModelRoom
  private let vision: AutoencoderPart
  private let memory: MemoryPart

  init(_ settings: MixtureMemorySettings, in room: ModelRoom) {
    (self.settings, self.room) = (settings, room)
    vision = AutoencoderPart(
      settings.autoencoder.vision, schedule: settings.autoencoder.schedule,
      format: room.frames, seed: room.rootSeed)
    memory = MemoryPart(
      settings.network(for: room.actions), schedule: settings.memory.schedule,
      encoding: settings.memory.actionEncoding, after: vision, seed: room.rootSeed)
  }

  var parts: [any TrainingPart] { [vision, memory] }

  func freeze() throws -> any WorldModel { try model(FrozenMemory(memory.model)) }

  /// The trained autoencoder with a memory of its first weights.
  func untrained() throws -> any WorldModel {
    try model(
      FrozenMemory(
        MemoryTrainer(memory.trainer.configuration, seed: room.rootSeed).model))
  }

  private func model(_ memory: FrozenMemory) throws -> MixtureMemoryModel {
    try MixtureMemoryModel(
      vision.frozen, memory, actions: room.actions,
      actionEncoding: settings.memory.actionEncoding, reading: settings.autoencoder.reading)
  }
}
