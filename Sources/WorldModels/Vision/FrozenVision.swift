import Layers
import Tensors
import Threads

/// V with frozen weights, for any thread: frames to latents and back.
///
/// Work is cut into tiles of fixed size, so that the bits of a latent depend neither on the size of
/// the batch, nor on its neighbours, nor on the number of threads.
public final class FrozenVision: Sendable {
  /// Numbers in a latent.
  public let latentSize: Int
  /// Channels of a frame.
  public let imageChannels: Int
  /// Frames in a tile.
  public static let tile = 16

  private let encoder: [FrozenConvolution]
  private let mean: FrozenDense
  private let logVariance: FrozenDense
  private let expand: FrozenDense
  private let decoder: [FrozenTransposedConvolution]
  private let logVarianceRange: ClosedRange<Float>
  private let decodesLogits: Bool

  /// Bytes of a frame.
  public var frameBytes: Int { Vision.frameSize * Vision.frameSize * imageChannels }

  /// Freezes a model.
  public init(_ model: Vision) {
    let configuration = model.configuration
    latentSize = configuration.latentSize
    imageChannels = model.imageChannels
    logVarianceRange = configuration.logVarianceLow...configuration.logVarianceHigh
    decodesLogits = configuration.likelihood == .bernoulli
    encoder = Self.freeze(model.encoder, imageChannels: model.imageChannels)
    decoder = Self.freeze(model.decoder, inputs: 32 * configuration.width)
    mean = FrozenDense(weight: model.mean.weight, bias: model.mean.bias)
    logVariance = FrozenDense(weight: model.logVariance.weight, bias: model.logVariance.bias)
    expand = FrozenDense(weight: model.expand.weight, bias: model.expand.bias)
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
    forEachTile(count) { first, size in
      let pixels = decodeTile(
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
    forEachTile(count) { first, size in
      let slots = (first..<first + size).map(slot)
      let map = encodeTile(frames, slots)
      write(self.mean(map), slots, mean)
      if let logVariance {
        write(self.logVariance(map).clamped(to: logVarianceRange), slots, logVariance)
      }
    }
  }

  private func forEachTile(_ count: Int, _ body: (_ first: Int, _ size: Int) -> Void) {
    let tile = Self.tile
    parallelFor((count + tile - 1) / tile) { index in
      body(index * tile, min(tile, count - index * tile))
    }
  }

  private func encodeTile(_ frames: UnsafeBufferPointer<UInt8>, _ slots: [Int]) -> Tensor {
    let side = Vision.frameSize
    var images = Tensor(repeating: 0, shape: [Self.tile, side, side, imageChannels])
    for (place, slot) in slots.enumerated() {
      precondition(
        slot >= 0 && (slot + 1) * frameBytes <= frames.count,
        "FrozenVision.encode: frame \(slot) of \(frames.count / frameBytes)")
      images.setRow(
        place,
        bytes: UnsafeBufferPointer(
          rebasing: frames[slot * frameBytes..<(slot + 1) * frameBytes]))
    }
    return encoder.reduce(images) { $1($0) }
  }

  private func decodeTile(_ latents: UnsafeBufferPointer<Float>) -> Tensor {
    let tile = Tensor(shape: [Self.tile, latentSize]) { buffer in
      buffer.update(repeating: 0)
      _ = buffer.update(fromContentsOf: latents)
    }
    let pixels = decoder.reduce(expand(tile)) { $1($0) }
    return decodesLogits ? pixels.sigmoid() : pixels
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

  private static func freeze(_ layers: [Convolution2D], imageChannels: Int) -> [FrozenConvolution] {
    var shape = [tile, Vision.frameSize, Vision.frameSize, imageChannels]
    return layers.map { layer in
      let frozen = FrozenConvolution(
        image: shape, weight: layer.weight, bias: layer.bias, stride: layer.stride,
        activation: layer.activation)
      shape = frozen.outputShape
      return frozen
    }
  }

  private static func freeze(_ layers: [TransposedConvolution2D], inputs: Int)
    -> [FrozenTransposedConvolution]
  {
    var shape = [tile, 1, 1, inputs]
    return layers.map { layer in
      let frozen = FrozenTransposedConvolution(
        image: shape, weight: layer.weight, bias: layer.bias, stride: layer.stride,
        activation: layer.activation)
      shape = frozen.outputShape
      return frozen
    }
  }
}
