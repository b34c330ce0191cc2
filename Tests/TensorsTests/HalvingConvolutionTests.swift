import Foundation
import Randomness
import Synchronization
import Tensors
import TestSupport
import Testing
import Threads

/// Sizes that the halving and narrow kernels serve: odd and even images, edges of tiles, all kernels.
private let cases = [
  ConvolutionCase(batch: 3, image: (13, 12), kernel: (4, 4), inputs: 8, outputs: 16, stride: 2),
  ConvolutionCase(batch: 1, image: (15, 16), kernel: (4, 4), inputs: 24, outputs: 32, stride: 2),
  ConvolutionCase(image: (14, 15), kernel: (6, 6), inputs: 8, outputs: 16, stride: 2),
  ConvolutionCase(batch: 5, image: (13, 13), kernel: (5, 5), inputs: 16, outputs: 16, stride: 2),
  ConvolutionCase(image: (11, 10), kernel: (3, 3), inputs: 16, outputs: 16, stride: 2),
  ConvolutionCase(image: (6, 6), kernel: (4, 4), inputs: 4, outputs: 16, stride: 2),
]

private let transposedCases = [
  ConvolutionCase(batch: 3, image: (5, 4), kernel: (4, 4), inputs: 16, outputs: 8, stride: 2),
  ConvolutionCase(image: (7, 5), kernel: (6, 6), inputs: 16, outputs: 24, stride: 2),
  ConvolutionCase(batch: 4, image: (5, 5), kernel: (5, 5), inputs: 16, outputs: 16, stride: 2),
  ConvolutionCase(image: (4, 6), kernel: (3, 3), inputs: 32, outputs: 16, stride: 2),
  ConvolutionCase(image: (4, 5), kernel: (6, 6), inputs: 5, outputs: 3, stride: 2),
  ConvolutionCase(image: (3, 2), kernel: (4, 4), inputs: 16, outputs: 4, stride: 2),
  ConvolutionCase(batch: 1, image: (3, 3), kernel: (6, 6), inputs: 16, outputs: 40, stride: 2),
  ConvolutionCase(image: (3, 3), kernel: (5, 5), inputs: 3, outputs: 1, stride: 2),
]

/// Sizes from a seed: any batch, kernel, image and channels that the kernels may meet.
private func randomCase(_ seed: UInt64) -> ConvolutionCase {
  var stream = RandomStream(root: seed, name: "sizes")
  let kernel = stream.integers(in: 3..<7)
  let side = { (stream: inout RandomStream) in Int(kernel + stream.integers(in: 0..<13)) }
  return ConvolutionCase(
    batch: Int(stream.integers(in: 1..<6)), image: (side(&stream), side(&stream)),
    kernel: (Int(kernel), Int(kernel)), inputs: 8 * Int(stream.integers(in: 1..<5)),
    outputs: 8 * Int(stream.integers(in: 1..<7)), stride: 2)
}

@Suite struct HalvingConvolutionTests {
  @Test(arguments: cases + (0..<12).map(randomCase), InstructionSet.allCases)
  func `Convolutions by minimal filtering, and their gradients, are exact on every machine`(
    _ sizes: ConvolutionCase, _ set: InstructionSet
  ) {
    onThread(set) {
      for activation in [Activation.none, .relu, .tanh] {
        expect(sizes, sizes.shapes, activation) {
          $0[0].convolution(weight: $0[1], bias: $0[2], stride: 2, activation: activation)
        } product: {
          $0.convolved(with: $1, stride: 2, padding: 0)
        } inputGradient: {
          $0.transposedConvolved(with: $1, stride: 2, padding: 0)
        } weightGradient: { x, gradient, weight in
          weightGradient(image: x, output: gradient, weight)
        }
      }
    }
  }

  @Test(arguments: transposedCases, InstructionSet.allCases)
  func `Transposed convolutions by minimal filtering, and their gradients, are exact too`(
    _ sizes: ConvolutionCase, _ set: InstructionSet
  ) {
    onThread(set) {
      for activation in [Activation.none, .relu, .sigmoid] {
        expect(sizes, sizes.transposedShapes, activation) {
          $0[0].transposedConvolution(
            weight: $0[1], bias: $0[2], stride: 2, activation: activation)
        } product: {
          $0.transposedConvolved(with: $1, stride: 2, padding: 0)
        } inputGradient: {
          $0.convolved(with: $1, stride: 2, padding: 0)
        } weightGradient: { x, gradient, weight in
          weightGradient(image: gradient, output: x, weight)
        }
      }
    }
  }

  @Test(arguments: InstructionSet.allCases)
  func `The bits of an image do not depend on the others in the batch`(_ set: InstructionSet) {
    let equal = onThread(set) {
      var stream = RandomStream(root: 5, name: "batch")
      let images = Tensor(normal: [7, 14, 14, 16], stream: &stream)
      let weight = Tensor(normal: [6, 6, 16, 32], stream: &stream)
      let bias = Tensor(normal: [32], stream: &stream)
      let together = images.convolution(weight: weight, bias: bias, stride: 2)
      return (0..<7).allSatisfy { item in
        let alone = images.sliced(axis: 0, item..<item + 1)
          .convolution(weight: weight, bias: bias, stride: 2)
        return alone.scalars == together.sliced(axis: 0, item..<item + 1).scalars
      }
    }
    if let equal { #expect(equal) }
  }

  @Test func `Transformed weights follow the weights`() {
    var stream = RandomStream(root: 6, name: "weights")
    let image = Tensor(normal: [1, 10, 10, 16], stream: &stream)
    var weight = Tensor(normal: [4, 4, 16, 16], stream: &stream)
    let bias = Tensor(repeating: 0, shape: [16])
    let before = image.convolution(weight: weight, bias: bias, stride: 2)
    weight.withUnsafeMutableBuffer { for index in $0.indices { $0[index] *= 2 } }
    let after = image.convolution(weight: weight, bias: bias, stride: 2)
    #expect(after.scalars == before.scalars.map { 2 * $0 })
  }
}

/// Expects an operation to equal a bilinear product plus a bias, activated, and its gradients to be the
/// product's adjoints in double precision.
///
/// F(3, 3) loses about three bits against a plain sum, and sums over places cancel: 1e-5 of the norm,
/// where floats have 6e-8.
private func expect(
  _ sizes: ConvolutionCase, _ shapes: [[Int]], _ activation: Activation,
  of operation: ([Tensor]) -> Tensor,
  product: (OracleArray, OracleArray) -> OracleArray,
  inputGradient: (OracleArray, OracleArray) -> OracleArray,
  weightGradient: (OracleArray, OracleArray, OracleArray) -> OracleArray
) {
  var stream = RandomStream(root: 2, name: "halving")
  let inputs = shapes.map { Tensor(uniform: -1..<1, shape: $0, stream: &stream) }
  let (x, weight, bias) = (inputs[0].oracle, inputs[1].oracle, inputs[2].oracle)
  let exact = activated(.combine(product(x, weight), bias, +), activation)
  let seed = Tensor(uniform: -1..<1, shape: exact.shape, stream: &stream)
  let slope = exact.map { y in
    switch activation {
    case .none: 1
    case .relu: y > 0 ? 1 : 0
    case .tanh: 1 - y * y
    case .sigmoid: y * (1 - y)
    }
  }
  let gradient = OracleArray.combine(seed.oracle, slope, *)
  let columns = bias.values.count
  var byBias = [Double](repeating: 0, count: columns)
  for (index, value) in gradient.values.enumerated() { byBias[index % columns] += value }

  let found = valueAndGradients(of: inputs) { (operation($0) * seed).sum() }.gradients
  let pairs: [(String, Tensor, [Double])] = [
    ("value", operation(inputs), exact.values),
    ("by the input", found[0], inputGradient(gradient, weight).values),
    ("by the weight", found[1], weightGradient(x, gradient, weight).values),
    ("by the bias", found[2], byBias),
  ]
  for (name, found, exact) in pairs {
    // Pixels beyond the last place of the kernel are seen by nobody: the adjoint leaves them out.
    let exact = name == "by the input" ? padded(exact, gradient, weight, to: shapes[0]) : exact
    #expect(
      found.scalars.relativeError(to: exact.map { Float($0) }) < 1e-5,
      "\(name), \(sizes.testDescription), \(activation)")
  }
}

/// An adjoint's image, with zeros where the input has more pixels.
private func padded(
  _ values: [Double], _ gradient: OracleArray, _ weight: OracleArray, to shape: [Int]
) -> [Double] {
  guard values.count != shape.reduce(1, *) else { return values }
  let height = (gradient.shape[1] - 1) * 2 + weight.shape[0]
  let width = (gradient.shape[2] - 1) * 2 + weight.shape[1]
  var result = [Double](repeating: 0, count: shape.reduce(1, *))
  for item in 0..<shape[0] {
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<shape[3] {
          result[((item * shape[1] + y) * shape[2] + x) * shape[3] + channel] =
            values[((item * height + y) * width + x) * shape[3] + channel]
        }
      }
    }
  }
  return result
}

/// Σ image · output over all places of a convolution of stride 2.
private func weightGradient(image: OracleArray, output: OracleArray, _ weight: OracleArray)
  -> OracleArray
{
  var result = OracleArray(zeros: weight.shape)
  let (inputs, outputs) = (weight.shape[2], weight.shape[3])
  let (height, width) = (output.shape[1], output.shape[2])
  for place in 0..<(output.shape[0] * height * width) {
    let (item, y, x) = (place / (height * width), place / width % height, place % width)
    for tap in 0..<(weight.shape[0] * weight.shape[1]) {
      let line = item * image.shape[1] + 2 * y + tap / weight.shape[1]
      let pixel = (line * image.shape[2] + 2 * x + tap % weight.shape[1]) * inputs
      for input in 0..<inputs {
        let value = image.values[pixel + input]
        for channel in 0..<outputs {
          result.values[(tap * inputs + input) * outputs + channel] +=
            value * output.values[place * outputs + channel]
        }
      }
    }
  }
  return result
}

@Suite struct WaitingGradientTests {
  @Test func `A gradient that waits as a product is the same to all threads that look at once`() {
    var stream = RandomStream(root: 7, name: "waiting")
    let inputs = [
      Tensor(normal: [3, 1, 1, 64], stream: &stream),
      Tensor(normal: [5, 5, 48, 64], stream: &stream),
      Tensor(repeating: 0, shape: [48]),
    ]
    let seed = Tensor(normal: [3, 5, 5, 48], stream: &stream)
    for _ in 0..<20 {
      let gradient = valueAndGradients(of: inputs) {
        ($0[0].transposedConvolution(weight: $0[1], bias: $0[2], stride: 2) * seed).sum()
      }.gradients[1]
      let sums = Mutex([Float](repeating: 0, count: 8))
      parallelFor(8, threads: 4) { index in
        let sum = gradient.withUnsafeBuffer { $0.reduce(0) { $0 + $1 * $1 } }
        sums.withLock { $0[index] = sum }
      }
      let found = sums.withLock { $0 }
      #expect(found.allSatisfy { $0 == gradient.scalars.reduce(0) { $0 + $1 * $1 } })
    }
  }
}
