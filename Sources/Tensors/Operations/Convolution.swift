import CKernels
import OneDNN

extension Tensor {
  /// activation(x ∗ weight + bias), over images.
  ///
  /// - Parameters:
  ///   - weight: `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
  ///   - bias: `[outputChannels]`.
  ///   - stride: step between places of the kernel, in pixels.
  ///   - padding: zeros added on every side, in pixels.
  /// - Returns: `[batch, (height + 2·padding − kernelHeight) / stride + 1, …, outputChannels]` for
  ///   an x of `[batch, height, width, inputChannels]`.
  public func convolution(
    weight: Tensor, bias: Tensor, stride: Int = 1, padding: Int = 0,
    activation: Activation = .none
  ) -> Tensor {
    let sizes = ConvolutionGeometry(
      convolving: self, weight: weight, bias: bias, stride: stride, padding: padding)
    let output = Tensor(uninitialized: [
      sizes.batch, sizes.outputHeight, sizes.outputWidth, sizes.outputChannels,
    ])
    engine("convolution") { () throws(OneDNNError) in
      try convolve(
        sizes, image: pointer, weights: .plain(weight.pointer), bias: bias.pointer,
        rectified: activation == .relu, output: output.mutablePointer)
    }
    if activation != .relu {
      activation.apply(to: output, bias: nil, columns: sizes.outputChannels)
    }
    return output.recorded(from: self, weight, bias) { gradient, tape in
      let inner = activation.pullback(output: output, gradient: gradient)
      if tape.wants(weight) || tape.wants(bias) {
        let (byWeight, byBias) = sizes.weightGradients(image: self, output: inner)
        tape.add(byWeight, to: weight)
        tape.add(byBias, to: bias)
      }
      tape.add(sizes.imageGradient(output: inner, weight: weight), to: self)
    }
  }

  /// activation(x ∗ᵀ weight + bias), the transpose of a convolution, over images.
  ///
  /// - Parameters:
  ///   - weight: `[kernelHeight, kernelWidth, outputChannels, inputChannels]`: the weight of the
  ///     convolution that leads from the output back to the input.
  ///   - bias: `[outputChannels]`.
  ///   - stride: step between places of the kernel, in pixels of the output.
  ///   - padding: pixels cut off on every side of the output.
  /// - Returns: `[batch, (height − 1)·stride + kernelHeight − 2·padding, …, outputChannels]` for an
  ///   x of `[batch, height, width, inputChannels]`.
  public func transposedConvolution(
    weight: Tensor, bias: Tensor, stride: Int = 1, padding: Int = 0,
    activation: Activation = .none
  ) -> Tensor {
    let sizes = ConvolutionGeometry(
      transposedOver: self, weight: weight, bias: bias, stride: stride, padding: padding)
    let output = sizes.imageGradient(output: self, weight: weight)
    activation.apply(to: output, bias: bias, columns: sizes.inputChannels)
    return output.recorded(from: self, weight, bias) { gradient, tape in
      let inner = activation.pullback(output: output, gradient: gradient)
      tape.add(sizes.transposedWeightGradient(image: inner, output: self), to: weight)
      tape.add(inner.reduced(to: bias.shape), to: bias)
      tape.add(sizes.forward(image: inner, weight: weight), to: self)
    }
  }
}

extension ConvolutionGeometry {
  fileprivate init(
    convolving x: Tensor, weight: Tensor, bias: Tensor, stride: Int, padding: Int
  ) {
    let (image, kernel) = (x.shape, weight.shape)
    precondition(
      image.count == 4 && kernel.count == 4 && image[3] == kernel[2] && bias.shape == [kernel[3]]
        && image[1] + 2 * padding >= kernel[0] && image[2] + 2 * padding >= kernel[1]
        && stride >= 1,
      "convolution: image \(image), weight \(kernel), bias \(bias.shape); give [batch, height, width, in], [height, width, in, out] and [out], the kernel within the image"
    )
    self.init(
      batch: image[0], inputHeight: image[1], inputWidth: image[2], inputChannels: image[3],
      kernelHeight: kernel[0], kernelWidth: kernel[1], outputChannels: kernel[3], stride: stride,
      padding: padding)
  }

  fileprivate init(
    transposedOver x: Tensor, weight: Tensor, bias: Tensor, stride: Int, padding: Int
  ) {
    let (image, kernel) = (x.shape, weight.shape)
    precondition(
      image.count == 4 && kernel.count == 4 && image[3] == kernel[3] && bias.shape == [kernel[2]]
        && stride >= 1,
      "transposedConvolution: image \(image), weight \(kernel), bias \(bias.shape); give [batch, height, width, in], [height, width, out, in] and [out]"
    )
    self.init(
      batch: image[0], inputHeight: (image[1] - 1) * stride + kernel[0] - 2 * padding,
      inputWidth: (image[2] - 1) * stride + kernel[1] - 2 * padding, inputChannels: kernel[2],
      kernelHeight: kernel[0], kernelWidth: kernel[1], outputChannels: kernel[3], stride: stride,
      padding: padding)
  }

  /// A map of one pixel: the convolution is a matrix product with `[height·width·in, out]`.
  private var isMatrixProduct: Bool {
    padding == 0 && inputHeight == kernelHeight && inputWidth == kernelWidth
  }

  private var patch: Int { kernelHeight * kernelWidth * inputChannels }

  fileprivate func forward(image: Tensor, weight: Tensor) -> Tensor {
    let result = Tensor(uninitialized: [batch, outputHeight, outputWidth, outputChannels])
    engine("convolution") { () throws(OneDNNError) in
      if isMatrixProduct {
        try multiplyMatrices(
          rows: batch, inner: patch, columns: outputChannels, MatrixOperand(image.pointer),
          MatrixOperand(weight.pointer), result: result.mutablePointer)
      } else {
        try convolve(
          self, image: image.pointer, weights: .plain(weight.pointer), bias: nil,
          rectified: false, output: result.mutablePointer)
      }
    }
    return result
  }

  fileprivate func imageGradient(output: Tensor, weight: Tensor) -> Tensor {
    let result = Tensor(uninitialized: [batch, inputHeight, inputWidth, inputChannels])
    engine("convolution's gradient by the image") { () throws(OneDNNError) in
      if isMatrixProduct {
        try multiplyMatrices(
          rows: batch, inner: outputChannels, columns: patch, MatrixOperand(output.pointer),
          MatrixOperand(weight.pointer, isTransposed: true), result: result.mutablePointer)
      } else {
        try convolveBackwardData(
          self, output: output.pointer, weights: .plain(weight.pointer),
          image: result.mutablePointer)
      }
    }
    return result
  }

  fileprivate func weightGradients(image: Tensor, output: Tensor) -> (weight: Tensor, bias: Tensor)
  {
    let weight = Tensor(uninitialized: kernelShape)
    let bias = Tensor(uninitialized: [outputChannels])
    engine("convolution's gradient by the weight") { () throws(OneDNNError) in
      try convolveBackwardWeights(
        self, image: image.pointer, output: output.pointer, weights: weight.mutablePointer,
        bias: bias.mutablePointer)
    }
    return (weight, bias)
  }

  fileprivate func transposedWeightGradient(image: Tensor, output: Tensor) -> Tensor {
    let weight = Tensor(uninitialized: kernelShape)
    engine("transposed convolution's gradient by the weight") { () throws(OneDNNError) in
      if isMatrixProduct {
        try multiplyMatrices(
          rows: patch, inner: batch, columns: outputChannels,
          MatrixOperand(image.pointer, isTransposed: true), MatrixOperand(output.pointer),
          result: weight.mutablePointer)
      } else {
        try convolveBackwardWeights(
          self, image: image.pointer, output: output.pointer, weights: weight.mutablePointer,
          bias: nil)
      }
    }
    return weight
  }

  private var kernelShape: [Int] { [kernelHeight, kernelWidth, inputChannels, outputChannels] }
}
