import Layers
import Tensors

/// The way from frames to latents with frozen weights.
final class FrozenEncoder: Sendable {
  private let layers: [FrozenConvolution]
  private let mean: FrozenDense
  private let logVariance: FrozenDense
  private let logVarianceRange: ClosedRange<Float>
  private let frameBytes: Int

  init(_ model: Vision) {
    let configuration = model.configuration
    frameBytes = model.frameShape.reduce(1, *)
    logVarianceRange = configuration.logVarianceLow...configuration.logVarianceHigh
    var shape = model.frameShape
    layers = model.encoder.map { layer in
      let frozen = FrozenConvolution(
        image: shape, weight: layer.weight, bias: layer.bias, stride: layer.stride,
        activation: layer.activation)
      shape = frozen.outputShape
      return frozen
    }
    mean = FrozenDense(weight: model.mean.weight, bias: model.mean.bias)
    logVariance = FrozenDense(weight: model.logVariance.weight, bias: model.logVariance.bias)
  }

  /// Encodes frames of a batch on the calling thread; results are written at their slots.
  func encode(
    _ frames: UnsafePointer<UInt8>, mean: UnsafeMutablePointer<Float>,
    logVariance: UnsafeMutablePointer<Float>?, count: Int, slot: (Int) -> Int
  ) {
    let input = WorkingFloats(count * frameBytes)
    for index in 0..<count {
      bytesToUnit(
        frames + slot(index) * frameBytes, input.pointer + index * frameBytes, frameBytes)
    }
    withMap(of: input.pointer, 0, count: count) { map in
      write(self.mean, map, count, to: mean, slot, nil)
      if let logVariance {
        write(self.logVariance, map, count, to: logVariance, slot, logVarianceRange)
      }
    }
  }

  /// Encodes one frame, every layer cut into two parts for the pool's threads.
  func encodeOne(
    _ frame: UnsafePointer<UInt8>, mean: UnsafeMutablePointer<Float>,
    logVariance: UnsafeMutablePointer<Float>?
  ) {
    let size = layers.map(\.outputCount).reduce(frameBytes, max)
    let even = WorkingFloats(size)
    let odd = WorkingFloats(size)
    bytesToUnit(frame, even.pointer, frameBytes)
    for (index, layer) in layers.enumerated() {
      let (from, to) = index % 2 == 0 ? (even.pointer, odd.pointer) : (odd.pointer, even.pointer)
      layer.applyInParts(from, into: to)
    }
    let map = layers.count % 2 == 0 ? even.pointer : odd.pointer
    self.mean.apply(map, rows: 1, into: mean)
    guard let logVariance else { return }
    self.logVariance.apply(map, rows: 1, into: logVariance)
    for index in 0..<self.logVariance.outputs { bound(&logVariance[index]) }
  }

  private func withMap(
    of input: UnsafeMutablePointer<Float>, _ layer: Int, count: Int,
    _ body: (UnsafeMutablePointer<Float>) -> Void
  ) {
    guard layer < layers.count else { return body(input) }
    let output = WorkingFloats(count * layers[layer].outputCount)
    layers[layer].apply(input, count: count, into: output.pointer)
    withMap(of: output.pointer, layer + 1, count: count, body)
  }

  private func write(
    _ layer: FrozenDense, _ map: UnsafePointer<Float>, _ count: Int,
    to target: UnsafeMutablePointer<Float>, _ slot: (Int) -> Int, _ range: ClosedRange<Float>?
  ) {
    let rows = WorkingFloats(count * layer.outputs)
    layer.apply(map, rows: count, into: rows.pointer)
    if range != nil { for index in 0..<(count * layer.outputs) { bound(&rows.pointer[index]) } }
    for index in 0..<count {
      (target + slot(index) * layer.outputs)
        .update(from: rows.pointer + index * layer.outputs, count: layer.outputs)
    }
  }

  private func bound(_ value: inout Float) {
    if value < logVarianceRange.lowerBound { value = logVarianceRange.lowerBound }
    if value > logVarianceRange.upperBound { value = logVarianceRange.upperBound }
  }
}

/// The way from latents to frames with frozen weights.
final class FrozenDecoder: Sendable {
  private let expand: FrozenDense
  private let layers: [FrozenTransposedConvolution]
  private let latentSize: Int
  private let frameCount: Int
  private let configuration: VisionConfiguration

  init(_ model: Vision) {
    configuration = model.configuration
    latentSize = configuration.latentSize
    frameCount = model.frameShape.reduce(1, *)
    expand = FrozenDense(weight: model.expand.weight, bias: model.expand.bias)
    var shape = model.startShape
    layers = model.decoder.map { layer in
      let frozen = FrozenTransposedConvolution(
        image: shape, weight: layer.weight, bias: layer.bias, stride: layer.stride,
        activation: layer.activation)
      shape = frozen.outputShape
      return frozen
    }
  }

  /// Decodes latents to bytes on the calling thread.
  func decode(
    _ latents: UnsafePointer<Float>, count: Int, into frames: UnsafeMutablePointer<UInt8>
  ) {
    let map = WorkingFloats(count * expand.outputs)
    expand.apply(latents, rows: count, into: map.pointer)
    decode(map.pointer, 0, count, frames)
  }

  private func decode(
    _ input: UnsafeMutablePointer<Float>, _ layer: Int, _ count: Int,
    _ frames: UnsafeMutablePointer<UInt8>
  ) {
    guard layer < layers.count else { return }
    let output = WorkingFloats(count * layers[layer].outputCount)
    layers[layer].apply(input, count: count, into: output.pointer)
    guard layer == layers.count - 1 else {
      return decode(output.pointer, layer + 1, count, frames)
    }
    let numbers = count * frameCount
    configuration.makeLikelihood(logSigma: nil).overwriteWithMean(output.pointer, count: numbers)
    unitToBytes(output.pointer, frames, numbers)
  }
}
