import Datasets
import Layers
import Tensors

/// The way from frames to latents with frozen weights.
final class FrozenEncoder: Sendable {
  private let input: VisionInput
  private let layers: [any FrozenLayer]
  private let mean: FrozenDense
  private let logVariance: FrozenDense
  private let logVarianceRange: ClosedRange<Float>
  private let frameBytes: Int

  init(_ model: Vision) {
    let configuration = model.configuration
    (input, frameBytes) = (model.input, model.format.size)
    logVarianceRange = configuration.logVarianceLow...configuration.logVarianceHigh
    layers = model.encoder.frozen()
    mean = FrozenDense(weight: model.mean.weight, bias: model.mean.bias)
    logVariance = FrozenDense(weight: model.logVariance.weight, bias: model.logVariance.bias)
  }

  /// Encodes frames of a batch on the calling thread; results are written at their slots.
  func encode(
    _ frames: UnsafePointer<UInt8>, mean: UnsafeMutablePointer<Float>,
    logVariance: UnsafeMutablePointer<Float>?, count: Int, slot: (Int) -> Int
  ) {
    let numbers = WorkingFloats(count * input.count)
    for index in 0..<count {
      write(frames + slot(index) * frameBytes, into: numbers.pointer + index * input.count)
    }
    layers.withResult(of: numbers.pointer, count: count) { map in
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
    let size = layers.map(\.outputCount).reduce(input.count, max)
    let even = WorkingFloats(size)
    let odd = WorkingFloats(size)
    write(frame, into: even.pointer)
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

  private func write(_ frame: UnsafePointer<UInt8>, into numbers: UnsafeMutablePointer<Float>) {
    input.write(UnsafeBufferPointer(start: frame, count: frameBytes), into: numbers)
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

extension [any FrozenLayer] {
  /// Hands on what comes of some examples behind all layers, on the calling thread.
  func withResult(
    of input: UnsafePointer<Float>, count: Int, _ body: (UnsafePointer<Float>) -> Void
  ) {
    self[...].withResult(of: input, count: count, body)
  }
}

extension ArraySlice<any FrozenLayer> {
  fileprivate func withResult(
    of input: UnsafePointer<Float>, count: Int, _ body: (UnsafePointer<Float>) -> Void
  ) {
    guard let layer = first else { return body(input) }
    let output = WorkingFloats(count * layer.outputCount)
    layer.apply(input, count: count, into: output.pointer)
    dropFirst().withResult(of: output.pointer, count: count, body)
  }
}
