import EnvironmentKit
import Randomness

/// Autoencoder and mixture memory as a world model: World Models' V and M.
///
/// An agent may be shown the latent z, the memory's cell c and its hidden state h. At an episode's first
/// frame the memory's state is 0; at z₍t+1₎ it is the state after it has consumed (z_t, a_t), from which
/// it foretells z₍t+1₎: the pairing of its training.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018).
public final class MixtureMemoryModel: WorldModel, SeesThroughAutoencoder {
  /// The encoder.
  public let encoder: any FrameEncoder
  /// The autoencoder; nil where latents cannot be drawn.
  public let vision: FrozenVision?
  /// The memory.
  public let memory: FrozenMemory
  /// Which latent agent and memory are given.
  public let reading: LatentReading
  /// How an action enters the memory.
  public let actionEncoding: ActionEncoding
  /// What an agent may do.
  public let actions: ActionSpace

  /// Numbers of an action as the memory reads it.
  var actionSize: Int { actionEncoding.size(for: actions) }
  /// Extents of a frame.
  public var frameShape: [Int] { encoder.frameShape }
  /// `latent`, `cell` and `hidden`.
  public var features: [ObservationField] {
    [
      ObservationField("latent", shape: [encoder.latentSize]),
      ObservationField("cell", shape: [memory.configuration.hiddenSize]),
      ObservationField("hidden", shape: [memory.configuration.hiddenSize]),
    ]
  }
  /// What the memory's heads say.
  public var imagination: Imagination? {
    Imagination(
      predictsReward: memory.configuration.predictsReward,
      predictsEnd: memory.configuration.predictsTermination,
      endWeight: memory.configuration.terminationWeight)
  }

  /// Joins both.
  ///
  /// - Parameters:
  ///   - encoder: of the latents that the memory was trained on; a `FrozenVision` can also be decoded.
  ///   - actions: what an agent may do.
  ///   - actionEncoding: how the memory was given actions when it was trained.
  /// - Throws: where the memory is of other latents or actions.
  public init(
    _ encoder: any FrameEncoder, _ memory: FrozenMemory, actions: ActionSpace,
    actionEncoding: ActionEncoding = .oneHot, reading: LatentReading = .mean
  ) throws(EnvironmentError) {
    let (wanted, size) = (memory.configuration, actionEncoding.size(for: actions))
    guard wanted.latentSize == encoder.latentSize, wanted.actionSize == size else {
      throw EnvironmentError(
        operation: "remember", place: "world model",
        cause: "the memory reads \(wanted.latentSize) latents and \(wanted.actionSize) numbers per "
          + "action; here are \(encoder.latentSize) and, as \(actionEncoding.rawValue), \(size)",
        remedy: "give the memory that was trained with this vision and action encoding")
    }
    (self.encoder, vision, self.memory) = (encoder, encoder as? FrozenVision, memory)
    (self.actions, self.actionEncoding, self.reading) = (actions, actionEncoding, reading)
  }

  /// The latents and memories of some slots.
  public func makeState(slots: Int, showing names: [String]) -> any WorldModelState {
    MixtureMemoryState(self, slots: slots)
  }

  /// Latents of first frames; the memory's state is 0 there.
  public func starts(
    at frames: UnsafeBufferPointer<UInt8>, count: Int
  ) -> [any Sendable] {
    GaussianLatent.encode(frames, count: count, by: encoder)
  }

  /// Makes the action of a slot readable for the memory.
  func encode(
    _ done: ActionBuffer, of slot: Int, into row: UnsafeMutableBufferPointer<Float>
  ) {
    actionEncoding.encode(slot: slot, of: done, in: actions, into: row)
  }
}
