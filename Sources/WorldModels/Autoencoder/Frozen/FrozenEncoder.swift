import Datasets
import Layers
import Tensors

/// The way from frames to latents with frozen weights.
final class FrozenEncoder: Sendable {
  private let input: VisionInput
  private let layers: [any FrozenLayer]
  private let heads: [FrozenDense]
  private let ranges: [ClosedRange<Float>?]
  private let form: any LatentForm
  private let frameBytes: Int

  init(_ model: Vision) {
    (input, frameBytes, form) = (model.input, model.format.size, model.form)
    layers = model.encoder.frozen()
    heads = model.heads.map { FrozenDense(weight: $0.weight, bias: $0.bias) }
    ranges = form.heads.map(\.range)
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
      write(0, map, count, to: mean, slot)
      if let logVariance, heads.count > 1 { write(1, map, count, to: logVariance, slot) }
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
    for (head, target) in [mean, logVariance].enumerated() where head < heads.count {
      guard let target else { continue }
      heads[head].apply(map, rows: 1, into: target)
      finish(head, target)
    }
  }

  private func write(_ frame: UnsafePointer<UInt8>, into numbers: UnsafeMutablePointer<Float>) {
    input.write(UnsafeBufferPointer(start: frame, count: frameBytes), into: numbers)
  }

  private func write(
    _ head: Int, _ map: UnsafePointer<Float>, _ count: Int,
    to target: UnsafeMutablePointer<Float>, _ slot: (Int) -> Int
  ) {
    let layer = heads[head]
    let rows = WorkingFloats(count * layer.outputs)
    layer.apply(map, rows: count, into: rows.pointer)
    for index in 0..<count {
      let row = rows.pointer + index * layer.outputs
      finish(head, row)
      (target + slot(index) * layer.outputs).update(from: row, count: layer.outputs)
    }
  }

  /// Makes of what a head says of a frame what is told of it.
  private func finish(_ head: Int, _ row: UnsafeMutablePointer<Float>) {
    if head == 0 { form.settle(row) }
    guard let range = ranges[head] else { return }
    for index in 0..<heads[head].outputs {
      if row[index] < range.lowerBound { row[index] = range.lowerBound }
      if row[index] > range.upperBound { row[index] = range.upperBound }
    }
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
