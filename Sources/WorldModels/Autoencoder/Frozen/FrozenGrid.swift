import Layers
import Tensors

/// A `GridEncoder` with frozen weights.
final class FrozenGridEncoder: FrozenLayer {
  private let layout: GridLayout
  private let embed: FrozenDense
  private let blocks: [any FrozenLayer]
  let outputCount: Int

  init(_ encoder: GridEncoder) {
    (layout, outputCount) = (encoder.layout, encoder.outputCount)
    embed = FrozenDense(
      weight: encoder.embed.weight, bias: encoder.embed.bias, activation: encoder.embed.activation)
    blocks = encoder.blocks.map { $0.frozen(in: encoder.layout.map) }
  }

  func apply(
    _ input: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>
  ) {
    let map = WorkingFloats(count * layout.mapCount)
    for index in 0..<count {
      embed.apply(
        input + index * layout.count, rows: layout.cells,
        into: map.pointer + index * layout.mapCount)
    }
    blocks.withResult(of: map.pointer, count: count) { map in
      for index in 0..<count {
        let target = output + index * outputCount
        target.update(from: map + index * layout.mapCount, count: layout.mapCount)
        (target + layout.mapCount).update(
          from: input + (index + 1) * layout.count - layout.beside, count: layout.beside)
      }
    }
  }
}

/// A `GridDecoder` with frozen weights.
final class FrozenGridDecoder: FrozenLayer {
  private let layout: GridLayout
  private let layers: [any FrozenLayer]
  private let tell: FrozenDense
  private let tellBeside: FrozenDense?
  let outputCount: Int

  init(_ decoder: GridDecoder) {
    (layout, outputCount) = (decoder.layout, decoder.outputCount)
    let expand = FrozenDense(weight: decoder.expand.weight, bias: decoder.expand.bias)
    layers = [expand] + decoder.blocks.map { $0.frozen(in: decoder.layout.map) }
    tell = FrozenDense(weight: decoder.tell.weight, bias: decoder.tell.bias)
    tellBeside = decoder.tellBeside.map { FrozenDense(weight: $0.weight, bias: $0.bias) }
  }

  func apply(
    _ input: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>
  ) {
    layers.withResult(of: input, count: count) { map in
      let positive = WorkingFloats(count * layout.mapCount)
      for place in 0..<count * layout.mapCount { positive.pointer[place] = max(0, map[place]) }
      for index in 0..<count {
        let (row, target) = (
          positive.pointer + index * layout.mapCount, output + index * outputCount
        )
        tell.apply(row, rows: layout.cells, into: target)
        tellBeside?.apply(row, rows: 1, into: target + layout.cells * layout.perCell)
      }
    }
  }
}
