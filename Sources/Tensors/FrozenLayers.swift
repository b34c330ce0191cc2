import CKernels
import OneDNN

/// A convolution with frozen weights in the layout its kernel wants, for a fixed batch and image.
///
/// Any thread may apply it; the bits of an image do not depend on its neighbours.
package final class FrozenConvolution: @unchecked Sendable {
  private let sizes: ConvolutionGeometry
  private let weights: UnsafeMutableRawBufferPointer
  private let bias: FrozenBuffer
  private let activation: Activation

  /// The output's shape.
  package var outputShape: [Int] {
    [sizes.batch, sizes.outputHeight, sizes.outputWidth, sizes.outputChannels]
  }

  /// Freezes a layer for images of one shape.
  ///
  /// - Parameter image: `[batch, height, width, inputChannels]`.
  package init(image: [Int], weight: Tensor, bias: Tensor, stride: Int, activation: Activation) {
    sizes = ConvolutionGeometry(
      batch: image[0], inputHeight: image[1], inputWidth: image[2], inputChannels: image[3],
      kernelHeight: weight.shape[0], kernelWidth: weight.shape[1], outputChannels: weight.shape[3],
      stride: stride)
    let sizes = sizes
    weights = engine("frozen convolution") { () throws(OneDNNError) in
      try packConvolutionWeights(
        sizes, for: .forward(rectified: activation == .relu), weights: weight.pointer)
    }
    self.bias = FrozenBuffer(bias)
    self.activation = activation
  }

  deinit { weights.deallocate() }

  /// The layer's output for a batch of the fixed size.
  package func callAsFunction(_ image: Tensor) -> Tensor {
    let output = Tensor(uninitialized: outputShape)
    guard let packed = weights.baseAddress?.assumingMemoryBound(to: Float.self) else {
      return output
    }
    engine("frozen convolution") { () throws(OneDNNError) in
      try convolve(
        sizes, image: image.pointer, weights: .packed(packed), bias: bias.pointer,
        rectified: activation == .relu, output: output.mutablePointer)
    }
    if activation != .relu {
      activation.apply(to: output, bias: nil, columns: sizes.outputChannels)
    }
    return output
  }
}

/// A transposed convolution with frozen weights, for a fixed batch and image.
package final class FrozenTransposedConvolution: @unchecked Sendable {
  private let sizes: ConvolutionGeometry
  private let weights: UnsafeMutableRawBufferPointer?
  private let plainWeights: FrozenBuffer
  private let bias: FrozenBuffer
  private let activation: Activation

  /// The output's shape.
  package var outputShape: [Int] {
    [sizes.batch, sizes.inputHeight, sizes.inputWidth, sizes.inputChannels]
  }

  /// Freezes a layer for images of one shape.
  ///
  /// - Parameter image: `[batch, height, width, inputChannels]`.
  package init(image: [Int], weight: Tensor, bias: Tensor, stride: Int, activation: Activation) {
    let sizes = ConvolutionGeometry(
      batch: image[0], inputHeight: (image[1] - 1) * stride + weight.shape[0],
      inputWidth: (image[2] - 1) * stride + weight.shape[1], inputChannels: weight.shape[2],
      kernelHeight: weight.shape[0], kernelWidth: weight.shape[1], outputChannels: weight.shape[3],
      stride: stride)
    self.sizes = sizes
    plainWeights = FrozenBuffer(weight)
    weights =
      image[1] == 1 && image[2] == 1
      ? nil
      : engine("frozen transposed convolution") { () throws(OneDNNError) in
        try packConvolutionWeights(sizes, for: .backwardData, weights: weight.pointer)
      }
    self.bias = FrozenBuffer(bias)
    self.activation = activation
  }

  deinit { weights?.deallocate() }

  /// The layer's output for a batch of the fixed size.
  package func callAsFunction(_ image: Tensor) -> Tensor {
    let output = Tensor(uninitialized: outputShape)
    engine("frozen transposed convolution") { () throws(OneDNNError) in
      if let packed = weights?.baseAddress?.assumingMemoryBound(to: Float.self) {
        try convolveBackwardData(
          sizes, output: image.pointer, weights: .packed(packed), image: output.mutablePointer)
      } else {
        try multiplyMatrices(
          rows: sizes.batch, inner: sizes.outputChannels, columns: output.count / sizes.batch,
          MatrixOperand(image.pointer), MatrixOperand(plainWeights.pointer, isTransposed: true),
          result: output.mutablePointer)
      }
    }
    bias.apply(activation, to: output, columns: sizes.inputChannels)
    return output
  }
}

/// A fully connected layer with frozen weights.
package final class FrozenDense: Sendable {
  private let inputs: Int
  private let outputs: Int
  private let weights: FrozenBuffer
  private let bias: FrozenBuffer

  /// Freezes a layer without an activation.
  package init(weight: Tensor, bias: Tensor) {
    (inputs, outputs) = (weight.shape[0], weight.shape[1])
    weights = FrozenBuffer(weight)
    self.bias = FrozenBuffer(bias)
  }

  /// The layer's output, `[rows, outputs]`, for rows of inputs in whatever shape.
  package func callAsFunction(_ x: Tensor) -> Tensor {
    let rows = x.count / inputs
    let output = Tensor(uninitialized: [rows, outputs])
    engine("frozen dense") { () throws(OneDNNError) in
      try multiplyMatrices(
        rows: rows, inner: inputs, columns: outputs, MatrixOperand(x.pointer),
        MatrixOperand(weights.pointer), result: output.mutablePointer)
    }
    bias.apply(.none, to: output, columns: outputs)
    return output
  }
}

/// Numbers that never change, readable from any thread.
final class FrozenBuffer: @unchecked Sendable {
  private let storage: UnsafeMutableBufferPointer<Float>
  let pointer: UnsafePointer<Float>

  init(_ tensor: Tensor) {
    let start = UnsafeMutablePointer<Float>.allocate(capacity: max(1, tensor.count))
    start.update(from: tensor.pointer, count: tensor.count)
    storage = UnsafeMutableBufferPointer(start: start, count: tensor.count)
    pointer = UnsafePointer(start)
  }

  deinit { storage.deallocate() }

  /// activation(x + these numbers), written over x.
  func apply(_ activation: Activation, to x: Tensor, columns: Int) {
    umwelt_bias_activation(
      x.pointer, pointer, x.mutablePointer, Int64(x.count / columns), Int64(columns),
      activation.kernel)
  }
}
