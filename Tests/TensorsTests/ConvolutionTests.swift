import Foundation
import Layers
import Randomness
import Tensors
import TestSupport
import Testing

/// Sizes of a convolution: image, kernel, channels, stride, padding.
struct ConvolutionCase: CustomTestStringConvertible {
  var batch = 2
  var image = (7, 6)
  var kernel = (3, 3)
  var inputs = 3
  var outputs = 5
  var stride = 1
  var padding = 0

  var testDescription: String {
    "batch \(batch) image \(image) kernel \(kernel) channels \(inputs)→\(outputs) stride \(stride) padding \(padding)"
  }

  var shapes: [[Int]] {
    [
      [batch, image.0, image.1, inputs], [kernel.0, kernel.1, inputs, outputs], [outputs],
    ]
  }

  var transposedShapes: [[Int]] {
    [
      [batch, image.0, image.1, inputs], [kernel.0, kernel.1, outputs, inputs], [outputs],
    ]
  }
}

private let cases = [
  ConvolutionCase(),
  ConvolutionCase(batch: 1, image: (1, 1), kernel: (1, 1), inputs: 1, outputs: 1),
  ConvolutionCase(image: (8, 8), kernel: (4, 4), inputs: 3, outputs: 16, stride: 2),
  ConvolutionCase(image: (5, 9), kernel: (2, 4), inputs: 16, outputs: 4, stride: 2),
  ConvolutionCase(batch: 3, image: (4, 5), kernel: (3, 3), inputs: 17, outputs: 2, padding: 1),
  ConvolutionCase(batch: 1, image: (6, 6), kernel: (5, 3), inputs: 2, outputs: 18, stride: 3),
]

private let transposedCases = [
  ConvolutionCase(image: (3, 4), kernel: (4, 4), inputs: 5, outputs: 3, stride: 2),
  ConvolutionCase(image: (1, 1), kernel: (5, 5), inputs: 16, outputs: 4, stride: 2),
  ConvolutionCase(batch: 1, image: (1, 1), kernel: (1, 1), inputs: 1, outputs: 1),
  ConvolutionCase(batch: 1, image: (2, 5), kernel: (6, 6), inputs: 8, outputs: 3, stride: 2),
  ConvolutionCase(image: (4, 3), kernel: (3, 2), inputs: 16, outputs: 17),
  ConvolutionCase(image: (4, 4), kernel: (4, 4), inputs: 3, outputs: 2, stride: 2, padding: 1),
]

func activated(_ x: OracleArray, _ activation: Activation) -> OracleArray {
  switch activation {
  case .none: x
  case .relu: x.map { max($0, 0) }
  case .tanh: x.map { tanh($0) }
  case .sigmoid: x.map { 1 / (1 + exp(-$0)) }
  }
}

@Suite struct ConvolutionTests {
  @Test(arguments: cases, Activation.allCases)
  func `Convolution with bias and activation, and its gradients`(
    _ sizes: ConvolutionCase, _ activation: Activation
  ) {
    expectGradients(sizes.shapes) {
      $0[0].convolution(
        weight: $0[1], bias: $0[2], stride: sizes.stride, padding: sizes.padding,
        activation: activation)
    } oracle: {
      let sum = $0[0].convolved(with: $0[1], stride: sizes.stride, padding: sizes.padding)
      return activated(.combine(sum, $0[2], +), activation)
    }
  }

  @Test(arguments: transposedCases, Activation.allCases)
  func `Transposed convolution with bias and activation, and its gradients`(
    _ sizes: ConvolutionCase, _ activation: Activation
  ) {
    expectGradients(sizes.transposedShapes) {
      $0[0].transposedConvolution(
        weight: $0[1], bias: $0[2], stride: sizes.stride, padding: sizes.padding,
        activation: activation)
    } oracle: {
      let sum = $0[0].transposedConvolved(with: $0[1], stride: sizes.stride, padding: sizes.padding)
      return activated(.combine(sum, $0[2], +), activation)
    }
  }

  @Test(arguments: [(4, 8, 8), (4, 3, 33), (6, 32, 32), (10, 3, 8), (14, 16, 32)])
  func `Batch-invariant, an image gives the same bits anywhere among any number`(
    _ side: Int, _ inputs: Int, _ outputs: Int
  ) {
    var stream = RandomStream(root: 1, name: "images")
    let images = Tensor(normal: [23, side, side, inputs], stream: &stream)
    var layer = Convolution2D(
      inputs: inputs, outputs: outputs, kernel: 4, stride: 2, activation: .relu, stream: &stream)
    layer.isBatchInvariant = true
    let all = layer(images).scalars
    let width = all.count / 23
    for (first, count) in [(0, 1), (1, 2), (6, 7), (0, 8), (6, 16), (22, 1)] {
      let part = layer(images.gathered(rows: Array(first..<first + count)))
      #expect(part.scalars == Array(all[first * width..<(first + count) * width]))
    }
  }

  @Test(arguments: [(1, 1, 1), (3, 5, 2), (17, 4, 33), (5, 16, 16)])
  func `Matrix products in all transpositions, and their gradients`(
    _ rows: Int, _ inner: Int, _ columns: Int
  ) {
    for (left, right) in [(false, false), (true, false), (false, true), (true, true)] {
      let shapes = [
        left ? [inner, rows] : [rows, inner], right ? [columns, inner] : [inner, columns],
      ]
      expectGradients(shapes) {
        Tensor.matrixProduct($0[0], transposed: left, $0[1], transposed: right)
      } oracle: {
        (left ? $0[0].transposed : $0[0]).times(right ? $0[1].transposed : $0[1])
      }
    }
  }

  @Test(arguments: [(1, 1, 1), (3, 5, 2), (4, 20, 17)], Activation.allCases)
  func `Dense layers, and their gradients`(_ sizes: (Int, Int, Int), _ activation: Activation) {
    expectGradients([[sizes.0, sizes.1], [sizes.1, sizes.2], [sizes.2]]) {
      $0[0].dense(weight: $0[1], bias: $0[2], activation: activation)
    } oracle: {
      activated(.combine($0[0].times($0[1]), $0[2], +), activation)
    }
  }
}
