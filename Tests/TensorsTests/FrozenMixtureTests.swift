import Foundation
import Randomness
import Tensors
import Testing

/// A dream's kernels on every instruction set that this machine has.
@Suite struct FrozenMixtureTests {
  @Test(arguments: InstructionSet.allCases)
  func `The upper half of a word stands for a normal number`(_ set: InstructionSet) {
    var stream = RandomStream(seed: 1)
    let words = (0..<4001).map { _ in stream.nextUInt64() } + [0, .max, 1 << 63, 0x7FFF_FFFF << 32]
    let found = onThread(set) { FrozenMixture.normals(of: words) }
    for (word, number) in zip(words, found ?? []) {
      let exact = normal(word)
      // Two polynomials with an error of 6e-7, and the logarithm's rounding.
      #expect(abs(Double(number) - exact) <= 1.5e-6 * abs(exact), "\(word)")
    }
  }

  @Test(arguments: InstructionSet.allCases)
  func `A step of the recurrence is the equations'`(_ set: InstructionSet) {
    let error = onThread(set) {
      [(3, 5, 16), (35, 256, 2), (1, 33, 7)].map {
        CellTrial(inputs: $0, hidden: $1, rows: $2).error
      }
      .max()
    }
    // Sums of up to 291 products in single precision, and activations exact to 3e-7.
    if let error { #expect(error ?? 1 < 3e-6) }
  }

  @Test(arguments: InstructionSet.allCases)
  func `A sample follows the recipe`(_ set: InstructionSet) {
    let errors = onThread(set) { SampleTrial.all.map(\.error) }
    for error in errors ?? [] {
      // Outputs exact to 1e-6, deviations up to e: a latent is exact to some 1e-5.
      #expect(error.latents < 2e-5 && error.heads < 3e-6)
      // Where a share falls on a border, rounding may choose the neighbour.
      #expect(error.borders <= 1)
    }
  }

  @Test(arguments: InstructionSet.allCases)
  func `A row's sample has the bits that it has alone`(_ set: InstructionSet) {
    let equal = onThread(set) { SampleTrial.all.map { $0.alone == $0.sampled } }
    #expect(equal?.allSatisfy { $0 } ?? true)
  }
}

/// The normal number of a word, by bisection.
private func normal(_ word: UInt64) -> Double {
  let tail = (Double(word >> 40 & 0x7FFFFF) + 0.5) / 16_777_216
  var (low, high) = (0.0, 6.0)
  for _ in 0..<60 {
    let middle = (low + high) / 2
    if erfc(middle / 2.squareRoot()) / 2 > tail { low = middle } else { high = middle }
  }
  return word >> 63 == 1 ? -low : low
}

/// One step of a recurrence with random weights.
private struct CellTrial {
  let inputs: Int
  let hidden: Int
  let rows: Int

  /// The largest difference of h and c from the equations in double precision.
  var error: Double {
    var stream = RandomStream(root: 2, name: "cell/\(inputs)/\(hidden)")
    let input = Tensor(normal: [inputs, 4 * hidden], stream: &stream).affine(scale: 0.2)
    let recurrent = Tensor(normal: [hidden, 4 * hidden], stream: &stream).affine(scale: 0.2)
    let bias = Tensor(normal: [4 * hidden], stream: &stream)
    let frozen = FrozenRecurrence(inputWeight: input, recurrentWeight: recurrent, bias: bias)
    let x = Tensor(normal: [rows, inputs + hidden], stream: &stream).scalars
    let c = Tensor(normal: [rows, hidden], stream: &stream).scalars
    let (nextC, nextH) = step(frozen, x, c)
    let (wx, wh, b) = (input.scalars, recurrent.scalars, bias.scalars)
    var worst = 0.0
    for row in 0..<rows {
      for unit in 0..<hidden {
        let gates = (0..<4).map { gate in
          let column = gate * hidden + unit
          return (0..<inputs + hidden).reduce(Double(b[column])) { sum, k in
            let weight =
              k < inputs
              ? wx[k * 4 * hidden + column] : wh[(k - inputs) * 4 * hidden + column]
            return sum + Double(x[row * (inputs + hidden) + k]) * Double(weight)
          }
        }
        let cell =
          sigmoid(gates[1]) * Double(c[row * hidden + unit]) + sigmoid(gates[0]) * tanh(gates[2])
        let place = row * frozen.paddedHidden + unit
        worst = max(worst, abs(Double(nextC[place]) - cell))
        worst = max(worst, abs(Double(nextH[place]) - sigmoid(gates[3]) * tanh(cell)))
      }
    }
    return worst
  }

  private func step(_ frozen: FrozenRecurrence, _ x: [Float], _ c: [Float]) -> ([Float], [Float]) {
    let padded = frozen.paddedHidden
    let rowsIn = FloatBuffer(zeros: rows * frozen.rowSize)
    let cells = FloatBuffer(zeros: rows * padded)
    let units = FloatBuffer(zeros: rows * padded)
    let next = FloatBuffer(zeros: rows * padded)
    for row in 0..<rows {
      for k in 0..<inputs + hidden {
        rowsIn.pointer[row * frozen.rowSize + k] = x[row * (inputs + hidden) + k]
      }
      for unit in 0..<hidden { cells.pointer[row * padded + unit] = c[row * hidden + unit] }
    }
    let slots = (0..<Int32(rows)).map { $0 }
    frozen.advance(
      rowsIn.pointer, strips: 0..<frozen.strips, rows: rows, slots: slots, cells: cells.pointer,
      units: units.pointer, next: next.pointer)
    return (
      (0..<rows * padded).map { cells.pointer[$0] }, (0..<rows * padded).map { next.pointer[$0] }
    )
  }
}

private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// Samples of a mixture with random weights.
private struct SampleTrial {
  let rows = 9
  let hidden = 40
  let padded = 48
  let temperature: Float
  let shape: FrozenMixture.Shape
  let frozen: FrozenMixture
  let units: FloatBuffer
  let words: [UInt64]

  static var all: [SampleTrial] {
    [false, true].flatMap { isShared in
      [(5, 3), (32, 5), (16, 1)].map { SampleTrial(latents: $0, mixtures: $1, isShared: isShared) }
    }
  }

  init(latents: Int, mixtures: Int, isShared: Bool) {
    var stream = RandomStream(root: 7, name: "sample/\(latents)/\(mixtures)/\(isShared)")
    shape = FrozenMixture.Shape(
      latents: latents, mixtures: mixtures, isShared: isShared, logSigma: -0.5...1,
      hasReward: true, hasTermination: true)
    temperature = isShared ? 1 : 1.25
    frozen = FrozenMixture(
      weight: Tensor(normal: [hidden, shape.columns], stream: &stream).affine(scale: 0.2),
      bias: Tensor(normal: [shape.columns], stream: &stream), paddedHidden: padded, shape: shape)
    units = FloatBuffer(zeros: rows * padded)
    for row in 0..<rows {
      for unit in 0..<hidden {
        units.pointer[row * padded + unit] = Float(stream.uniform(-1, 1))
      }
    }
    words = (0..<rows * latents).map { _ in stream.nextUInt64() }
  }

  /// Latents, rewards and terminations of all rows together, then of each row alone.
  var sampled: [Float] { sample([0..<rows]) }
  var alone: [Float] { sample((0..<rows).map { $0..<$0 + 1 }) }

  private func sample(_ parts: [Range<Int>]) -> [Float] {
    let result = FloatBuffer(zeros: rows * (shape.latents + 2))
    let logits = FloatBuffer(zeros: rows * shape.logits)
    let heads = result.pointer + rows * shape.latents
    let slots = (0..<Int32(rows)).map { $0 }
    words.withUnsafeBufferPointer { words in
      slots.withUnsafeBufferPointer { slots in
        guard let words = words.baseAddress, let slots = slots.baseAddress else { return }
        for part in parts {
          frozen.sample(
            units.pointer + part.lowerBound * padded, rows: part.count,
            slots: slots + part.lowerBound,
            FrozenMixture.Draw(
              temperature: temperature, words: words + part.lowerBound * shape.latents,
              logits: logits.pointer, latents: result.pointer, rewards: heads,
              terminations: heads + rows))
        }
      }
    }
    return (0..<result.count).map { result.pointer[$0] }
  }

  /// The largest differences from the recipe in double precision, and how many shares fall on a border.
  var error: (latents: Double, heads: Double, borders: Int) {
    let found = sampled.map(Double.init)
    let outputs = FloatBuffer(zeros: rows * shape.columns)
    frozen.outputs(units.pointer, rows: rows, into: outputs.pointer)
    var worst = (latents: 0.0, heads: 0.0, borders: 0)
    for row in 0..<rows {
      let said = (0..<shape.columns).map { Double(outputs.pointer[row * shape.columns + $0]) }
      for latent in 0..<shape.latents {
        let (exact, isBorder) = expected(latent, said, row)
        worst.borders += isBorder ? 1 : 0
        if isBorder { continue }
        worst.latents = max(worst.latents, abs(found[row * shape.latents + latent] - exact))
      }
      for head in 0..<2 {
        let number = found[rows * shape.latents + head * rows + row]
        worst.heads = max(worst.heads, abs(number - said[shape.columns - 2 + head]))
      }
    }
    return worst
  }

  private func expected(_ latent: Int, _ said: [Double], _ row: Int) -> (Double, Bool) {
    let (count, size) = (shape.mixtures, shape.latents)
    let words = self.words[row * size..<(row + 1) * size]
    let word = words[row * size + latent]
    let logits = (0..<count).map { said[shape.isShared ? $0 : $0 * size + latent] }
    let weights = logits.map { exp(($0 - (logits.max() ?? 0)) / Double(temperature)) }
    let total = weights.reduce(0, +)
    let chooser = shape.isShared ? words[row * size] : word
    let share = Double(chooser >> 8 & 0xFFFFFF) / 16_777_216
    var (component, sum, isBorder) = (0, 0.0, false)
    for k in 0..<count - 1 {
      sum += weights[k] / total
      isBorder = isBorder || abs(sum - share) < 2e-6
      if sum <= share { component = k + 1 }
    }
    let mean = said[shape.logits + component * size + latent]
    let sigma = said[shape.logits + (count + component) * size + latent]
    let deviation = exp(min(max(sigma, -0.5), 1)) * Double(temperature).squareRoot()
    return (mean + deviation * normal(word), isBorder)
  }
}
