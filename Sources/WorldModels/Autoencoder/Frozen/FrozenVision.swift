import Datasets
import Tensors
import Threads

/// V with frozen weights, for any thread: frames to latents and back.
///
/// The bits of a latent depend neither on the size of the batch, nor on its neighbours, nor on the number
/// of threads: every kernel computes a frame as if it were alone.
public final class FrozenVision: Sendable {
  /// How the model was built.
  public let configuration: VisionConfiguration
  /// A hash of all weights: what was encoded by another model is told by it.
  public let identity: UInt64
  /// Numbers in a latent.
  public let latentSize: Int
  /// What a frame is.
  public let format: FrameFormat
  /// The σ that a Gaussian likelihood must have for the same loss at beta 1; nil where there is none.
  ///
  /// Unlike the configuration's it tells a trained σ too.
  public let impliedSigma: Float?
  /// What draws without a frame come from.
  public let prior: any Prior

  /// What latents are.
  package let form: any LatentForm
  /// Whether a prior was fitted to latents.
  package let hasFittedPrior: Bool

  /// The prior that V was trained towards: of Gaussian latents the standard normal, of codes the uniform one.
  public var plainPrior: any Prior { form.prior }
  /// What pictures draw from: the fitted prior, where there is one, and the one that V was trained towards.
  package var priors: [any Prior] { hasFittedPrior ? [prior, plainPrior] : [plainPrior] }

  private let encoder: FrozenEncoder
  private let decoder: FrozenDecoder

  /// Extents of a frame: height, width and channels of pictures.
  public var frameShape: [Int] { format.shape }
  /// Bytes of a frame.
  public var frameBytes: Int { format.size }

  /// Freezes a model.
  ///
  /// - Parameter prior: what was fitted to its latents; where nothing was, it is `plainPrior`.
  public init(_ model: Vision, prior: (any Prior)? = nil) {
    form = model.form
    hasFittedPrior = prior != nil
    self.prior = prior ?? form.prior
    configuration = model.configuration
    identity = model.weightHash
    latentSize = model.configuration.latentSize
    format = model.format
    impliedSigma =
      model.sigma.flatMap { model.configuration.impliedSigma(of: $0) }
      ?? model.configuration.impliedSigma
    encoder = FrozenEncoder(model)
    decoder = FrozenDecoder(model)
  }

  /// Encodes frames.
  ///
  /// - Parameters:
  ///   - frames: `[count]` and the frame's shape: of pictures 0...255, else what `FrameFormat` says.
  ///   - count: 0 or more.
  ///   - mean: `[count, latentSize]`, written: of Gaussian latents their means, of categories their chances, of
  ///     quantised latents the vectors that they become.
  ///   - logVariance: `[count, latentSize]`, written where latents are Gaussian; or nil.
  public func encode(
    _ frames: UnsafeBufferPointer<UInt8>, count: Int, mean: UnsafeMutableBufferPointer<Float>,
    logVariance: UnsafeMutableBufferPointer<Float>? = nil
  ) {
    encode(frames, count: count, slot: { $0 }, mean, logVariance)
  }

  /// Encodes the frames of some slots of a batch; each result is written at its slot.
  ///
  /// - Parameters:
  ///   - frames: `[slots]` and the frame's shape, as of `encode`.
  ///   - slots: the slots to encode; the others are neither read nor written.
  ///   - mean: `[slots, latentSize]`.
  ///   - logVariance: `[slots, latentSize]`, or nil.
  public func encodeSlots(
    _ frames: UnsafeBufferPointer<UInt8>, slots: [Int], mean: UnsafeMutableBufferPointer<Float>,
    logVariance: UnsafeMutableBufferPointer<Float>? = nil
  ) {
    encode(frames, count: slots.count, slot: { slots[$0] }, mean, logVariance)
  }

  /// Decodes latents to frames.
  ///
  /// - Parameters:
  ///   - latents: `[count, latentSize]`.
  ///   - count: 0 or more.
  ///   - frames: `[count]` and the frame's shape, written: of pictures 0...255, of cells their likeliest codes, of counts
  ///     the kinds' shares.
  public func decode(
    _ latents: UnsafeBufferPointer<Float>, count: Int,
    into frames: UnsafeMutableBufferPointer<UInt8>
  ) {
    precondition(
      latents.count >= count * latentSize && frames.count >= count * frameBytes,
      "FrozenVision.decode: \(latents.count) numbers and \(frames.count) bytes for \(count) frames")
    guard let latents = latents.baseAddress, let frames = frames.baseAddress else { return }
    forEachGroup(count) { first, size in
      decoder.decode(
        latents + first * latentSize, count: size, into: frames + first * frameBytes)
    }
  }

  /// Writes −log p(frame | latent) of frames at given latents, in nats, as far as the likelihood tells it.
  ///
  /// - Parameters:
  ///   - frames: `[count]` and the frame's shape.
  ///   - latents: `[count, latentSize]`.
  ///   - losses: `[count]`, written.
  package func writeReconstructionLosses(
    of frames: UnsafeBufferPointer<UInt8>, at latents: UnsafeBufferPointer<Float>, count: Int,
    into losses: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(
      frames.count >= count * frameBytes && latents.count >= count * latentSize
        && losses.count >= count,
      "FrozenVision: \(frames.count) bytes and \(latents.count) numbers for \(count) frames")
    guard let latents = latents.baseAddress, let losses = losses.baseAddress else { return }
    forEachGroup(count) { first, size in
      decoder.writeReconstructionLosses(
        of: UnsafeBufferPointer(
          rebasing: frames[first * frameBytes..<(first + size) * frameBytes]),
        at: latents + first * latentSize, count: size, into: losses + first)
    }
  }

  private func encode(
    _ frames: UnsafeBufferPointer<UInt8>, count: Int, slot: (Int) -> Int,
    _ mean: UnsafeMutableBufferPointer<Float>, _ logVariance: UnsafeMutableBufferPointer<Float>?
  ) {
    guard count > 0, let bytes = frames.baseAddress, let mean = checked(mean, count, slot) else {
      return
    }
    let logVariance = logVariance.flatMap { checked($0, count, slot) }
    for index in 0..<count {
      precondition(
        slot(index) >= 0 && (slot(index) + 1) * frameBytes <= frames.count,
        "FrozenVision.encode: frame \(slot(index)) of \(frames.count / frameBytes)")
    }
    if count == 1 {
      return encoder.encodeOne(
        bytes + slot(0) * frameBytes, mean: mean + slot(0) * latentSize,
        logVariance: logVariance.map { $0 + slot(0) * latentSize })
    }
    forEachGroup(count) { first, size in
      encoder.encode(
        bytes, mean: mean, logVariance: logVariance, count: size, slot: { slot(first + $0) })
    }
  }

  private func checked(
    _ buffer: UnsafeMutableBufferPointer<Float>, _ count: Int, _ slot: (Int) -> Int
  ) -> UnsafeMutablePointer<Float>? {
    for index in 0..<count {
      precondition(
        (slot(index) + 1) * latentSize <= buffer.count,
        "FrozenVision.encode: slot \(slot(index)) of \(buffer.count / latentSize)")
    }
    return buffer.baseAddress
  }

  /// Groups of at most sixteen, and at least one for every thread, on the pool.
  private func forEachGroup(_ count: Int, _ body: (_ first: Int, _ size: Int) -> Void) {
    let threads = ThreadCount.current
    let size = min(16, max(1, (count + threads - 1) / threads))
    let groups = (count + size - 1) / size
    parallelFor(groups) { group in
      let first = group * count / groups
      body(first, (group + 1) * count / groups - first)
    }
  }
}

extension FrozenVision: FrameEncoder {}
