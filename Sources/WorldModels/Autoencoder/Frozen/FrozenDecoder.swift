import Datasets
import Layers
import Tensors

/// The way from latents to frames with frozen weights.
final class FrozenDecoder: Sendable {
  private let layers: [any FrozenLayer]
  private let configuration: VisionConfiguration
  private let format: FrameFormat

  init(_ model: Vision) {
    (configuration, format) = (model.configuration, model.format)
    layers = model.decoder.frozen()
  }

  /// Decodes latents to frames on the calling thread.
  func decode(
    _ latents: UnsafePointer<Float>, count: Int, into frames: UnsafeMutablePointer<UInt8>
  ) {
    let likelihood = configuration.makeLikelihood(logSigma: nil, format)
    layers.withResult(of: latents, count: count) { decoded in
      let decoded = UnsafeMutablePointer(mutating: decoded)
      likelihood.overwriteWithMean(
        decoded, count: count * format.count, perExample: format.count)
      write(decoded, count * format.count, into: frames)
    }
  }

  private func write(
    _ numbers: UnsafePointer<Float>, _ count: Int, into frames: UnsafeMutablePointer<UInt8>
  ) {
    switch format.kind {
    case .pictures: unitToBytes(numbers, frames, count)
    case .cells: for index in 0..<count { frames[index] = UInt8(numbers[index]) }
    case .vectors, .counts:
      UnsafeMutableRawPointer(frames).copyMemory(from: numbers, byteCount: 4 * count)
    }
  }
}
