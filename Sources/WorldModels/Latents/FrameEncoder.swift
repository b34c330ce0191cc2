/// Whatever compresses pictures to latents : the frozen encoder of V, or another.
public protocol FrameEncoder: Sendable {
  /// Height, width and channels of a picture.
  var frameShape: [Int] { get }
  /// Numbers of a latent.
  var latentSize: Int { get }

  /// Encodes the pictures of some slots of a batch.
  ///
  /// A slot's latent depends on its picture alone, bit for bit, whichever slots are encoded with it
  /// and on however many threads.
  ///
  /// - Parameters:
  ///   - frames: `[slot, height, width, channel]`, in 0...255.
  ///   - slots: the slots to encode, ascending; the others are neither read nor written.
  ///   - mean: means of the latents, `[slot, latentSize]`.
  ///   - logVariance: logarithms of their variances, likewise; nil where they are not wanted.
  func encodeSlots(
    _ frames: UnsafeBufferPointer<UInt8>, slots: [Int], mean: UnsafeMutableBufferPointer<Float>,
    logVariance: UnsafeMutableBufferPointer<Float>?)
}
