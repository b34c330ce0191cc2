import Datasets
import Layers
import Tensors

/// The way from latents to frames with frozen weights.
final class FrozenDecoder: Sendable {
  private let layers: [any FrozenLayer]
  private let configuration: VisionConfiguration
  private let format: FrameFormat
  /// log σ before its bound, of likelihoods whose σ no setting decides.
  private let logSigma: Float?

  init(_ model: Vision) {
    (configuration, format) = (model.configuration, model.format)
    logSigma = model.logSigma.flatMap { $0.scalars.first }
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

  /// Writes −log p(frame | latent) of some frames on the calling thread, `[count]`, in nats.
  func writeReconstructionLosses(
    of frames: UnsafeBufferPointer<UInt8>, at latents: UnsafePointer<Float>, count: Int,
    into losses: UnsafeMutablePointer<Float>
  ) {
    let likelihood = configuration.makeLikelihood(
      logSigma: logSigma.map { Tensor([$0], shape: [1]) }, format)
    var shape = [count] + format.shape
    shape[shape.count - 1] *= likelihood.outputsPerNumber
    let numbers = shape.reduce(1, *)
    let decoded = Tensor(shape: shape) { target in
      layers.withResult(of: latents, count: count) { decoded in
        target.baseAddress?.update(from: decoded, count: numbers)
      }
    }
    let found = likelihood.negativeLogs(
      of: VisionInput(format).data(frames, count: count), decoded: decoded)
    found.withUnsafeBuffer { source in
      for (place, loss) in source.enumerated() { losses[place] = loss }
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
