import Tensors
import Threads

/// V with frozen weights, for any thread: frames to latents and back.
///
/// Work is cut into tiles of fixed sizes, so that the bits of a latent depend neither on the size of
/// the batch, nor on its neighbours, nor on the number of threads.
public final class FrozenVision: Sendable {
  /// Numbers in a latent.
  public let latentSize: Int
  /// Channels of a frame.
  public let imageChannels: Int

  private let large: FrozenVisionTile
  /// A tile of one frame, where its kernels compute the same bits as the large tile's.
  private let single: FrozenVisionTile?

  /// Bytes of a frame.
  public var frameBytes: Int { Vision.frameSize * Vision.frameSize * imageChannels }

  /// Freezes a model.
  public init(_ model: Vision) {
    latentSize = model.configuration.latentSize
    imageChannels = model.imageChannels
    large = FrozenVisionTile(model, frames: 16)
    let single = FrozenVisionTile(model, frames: 1)
    self.single = single.computesBits(of: large) ? single : nil
  }

  /// Encodes frames.
  ///
  /// - Parameters:
  ///   - frames: `[count, 64, 64, imageChannels]`, in 0...255.
  ///   - count: 0 or more.
  ///   - mean: `[count, latentSize]`, written.
  ///   - logVariance: `[count, latentSize]`, written; or nil.
  public func encode(
    _ frames: UnsafeBufferPointer<UInt8>, count: Int, mean: UnsafeMutableBufferPointer<Float>,
    logVariance: UnsafeMutableBufferPointer<Float>? = nil
  ) {
    encode(frames, count: count, slot: { $0 }, mean, logVariance)
  }

  /// Encodes the frames of some slots of a batch; each result is written at its slot.
  ///
  /// - Parameters:
  ///   - frames: `[slots, 64, 64, imageChannels]`, in 0...255.
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
  ///   - frames: `[count, 64, 64, imageChannels]`, written in 0...255.
  public func decode(
    _ latents: UnsafeBufferPointer<Float>, count: Int,
    into frames: UnsafeMutableBufferPointer<UInt8>
  ) {
    precondition(
      latents.count >= count * latentSize && frames.count >= count * frameBytes,
      "FrozenVision.decode: \(latents.count) numbers and \(frames.count) bytes for \(count) frames")
    forEachTile(count) { tile, first, size in
      let pixels = tile.decode(
        UnsafeBufferPointer(rebasing: latents[first * latentSize..<(first + size) * latentSize]))
      let bytes = frames[first * frameBytes..<(first + size) * frameBytes]
      pixels.sliced(axis: 0, 0..<size).writeBytes(
        into: UnsafeMutableBufferPointer(rebasing: bytes))
    }
  }

  private func encode(
    _ frames: UnsafeBufferPointer<UInt8>, count: Int, slot: (Int) -> Int,
    _ mean: UnsafeMutableBufferPointer<Float>, _ logVariance: UnsafeMutableBufferPointer<Float>?
  ) {
    forEachTile(count) { tile, first, size in
      let slots = (first..<first + size).map(slot)
      let map = tile.map(of: slots.map { self.frame($0, of: frames) })
      write(tile.mean(map), slots, mean)
      if let logVariance { write(tile.logVariance(map), slots, logVariance) }
    }
  }

  /// Large tiles, and what remains one by one as long as that is cheaper than a padded tile.
  private func forEachTile(
    _ count: Int, _ body: (_ tile: FrozenVisionTile, _ first: Int, _ size: Int) -> Void
  ) {
    let whole = count / large.frames
    let rest = count - whole * large.frames
    let singles = rest < 11 && single != nil ? rest : 0
    parallelFor(whole + (singles > 0 ? singles : min(rest, 1))) { index in
      if index >= whole, singles > 0, let single {
        return body(single, whole * large.frames + index - whole, 1)
      }
      let first = index * large.frames
      body(large, first, min(large.frames, count - first))
    }
  }

  private func frame(_ slot: Int, of frames: UnsafeBufferPointer<UInt8>)
    -> UnsafeBufferPointer<UInt8>
  {
    precondition(
      slot >= 0 && (slot + 1) * frameBytes <= frames.count,
      "FrozenVision.encode: frame \(slot) of \(frames.count / frameBytes)")
    return UnsafeBufferPointer(rebasing: frames[slot * frameBytes..<(slot + 1) * frameBytes])
  }

  private func write(
    _ rows: Tensor, _ slots: [Int], _ target: UnsafeMutableBufferPointer<Float>
  ) {
    rows.withUnsafeBuffer { rows in
      for (place, slot) in slots.enumerated() {
        precondition(
          (slot + 1) * latentSize <= target.count,
          "FrozenVision.encode: slot \(slot) of \(target.count / latentSize)")
        for index in 0..<latentSize {
          target[slot * latentSize + index] = rows[place * latentSize + index]
        }
      }
    }
  }
}
