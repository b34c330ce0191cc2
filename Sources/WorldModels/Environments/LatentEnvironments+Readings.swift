import EnvironmentKit

// What the model says of what slots show, beside its features: for bonuses. Of a latent that an agent is given as a
// sample, divergence and bound are those of its mean.
extension LatentEnvironments {
  /// Writes KL(q(latent | frame) ‖ prior) of every slot's present frame, `[count]`, in nats.
  ///
  /// - Precondition: the model sees through an autoencoder.
  package func writeDivergences(into numbers: UnsafeMutableBufferPointer<Float>) {
    let (vision, work) = (vision, readings)
    encode(vision, work)
    for slot in 0..<count { numbers[slot] = divergence(slot, vision, work) }
  }

  /// Writes the negative evidence lower bound of every slot's present frame, `[count]`, in nats, at the mean of its
  /// latent.
  ///
  /// - Precondition: the model sees through an autoencoder.
  package func writeNegativeBounds(into numbers: UnsafeMutableBufferPointer<Float>) {
    let (vision, work) = (vision, readings)
    encode(vision, work)
    vision.writeReconstructionLosses(
      of: presentFrames, at: UnsafeBufferPointer(work.means.elements), count: count, into: numbers)
    for slot in 0..<count { numbers[slot] += divergence(slot, vision, work) }
  }

  /// Writes −log p of every slot's present latent by what the memory foretold, `[count]`, in nats; at the first
  /// frame of an episode it foretold nothing of it.
  ///
  /// - Precondition: the model has a mixture memory.
  package func writeSurprises(into numbers: UnsafeMutableBufferPointer<Float>) {
    guard let state = state as? MixtureMemoryState else {
      preconditionFailure("writeSurprises: the model has no mixture memory")
    }
    for slot in 0..<count { numbers[slot] = state.surprise(of: slot) }
  }

  private var vision: FrozenVision {
    guard let vision = (model as? any SeesThroughAutoencoder)?.vision else {
      preconditionFailure("readings: the model sees through no autoencoder")
    }
    return vision
  }

  private func encode(_ vision: FrozenVision, _ work: FrameReadings) {
    vision.encode(
      presentFrames, count: count, mean: work.means.elements,
      logVariance: work.logVariances.elements)
  }

  private var presentFrames: UnsafeBufferPointer<UInt8> {
    frames.gathered(from: worldBuffers.observations, readings.slots)
  }

  private func divergence(_ slot: Int, _ vision: FrozenVision, _ work: FrameReadings) -> Float {
    let size = vision.latentSize
    let parts = vision.form.divergences(
      of: UnsafeBufferPointer(work.means.row(slot, size)),
      logVariance: UnsafeBufferPointer(work.logVariances.row(slot, size)))
    return Float(parts.reduce(0, +))
  }
}

/// Memory for the posteriors of all slots' frames.
final class FrameReadings {
  /// `[slot, latent]`.
  let means: OwnedBuffer<Float>
  /// `[slot, latent]`.
  let logVariances: OwnedBuffer<Float>
  /// All slots.
  let slots: [Int]

  init(slots: Int, latentSize: Int) {
    means = OwnedBuffer(slots * latentSize, zero: 0)
    logVariances = OwnedBuffer(slots * latentSize, zero: 0)
    self.slots = Array(0..<slots)
  }
}
