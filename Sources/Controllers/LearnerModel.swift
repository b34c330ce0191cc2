import EnvironmentKit

/// What a world model says of what a slot shows, beside the features that a policy reads.
public enum ModelReading: String, Hashable, Sendable, CaseIterable {
  /// The latent itself.
  case latent
  /// KL(q(latent | frame) ‖ prior), in nats.
  case divergence
  /// The negative evidence lower bound of the frame, in nats.
  case bound
  /// −log p of the latent by what the memory foretold before it came, in nats.
  case surprise
}

/// Reads a model of the slots of one batch.
public protocol ModelReader: AnyObject {
  /// Writes what the model says of the present frames of all slots.
  ///
  /// - Parameter numbers: `[slot]`; of latents `[slot, latentSize]`.
  func read(_ reading: ModelReading, into numbers: UnsafeMutableBufferPointer<Float>)
}

/// The world model of the environments that a learner learns in, as far as a learner may ask it.
public struct LearnerModel {
  /// What it can say.
  public var readings: Set<ModelReading>
  /// Numbers of a latent; 0 where there are none.
  public var latentSize: Int
  /// Reads it of a batch.
  ///
  /// - Throws: where the batch is not seen through the model.
  public var reader: (any EnvironmentBatch<Float>) throws -> any ModelReader

  /// Describes a model.
  public init(
    readings: Set<ModelReading>, latentSize: Int,
    reader: @escaping (any EnvironmentBatch<Float>) throws -> any ModelReader
  ) {
    (self.readings, self.latentSize, self.reader) = (readings, latentSize, reader)
  }
}
