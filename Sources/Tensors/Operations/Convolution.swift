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
  ///   - isBatchInvariant: whether an image gives the same bits whatever their number and its place among them, on
  ///     every processor; oneDNN's matrix product does not promise that.
  /// - Returns: `[batch, (height + 2·padding − kernelHeight) / stride + 1, …, outputChannels]` for
  ///   an x of `[batch, height, width, inputChannels]`.
  public func convolution(
    weight: Tensor, bias: Tensor, stride: Int = 1, padding: Int = 0,
    activation: Activation = .none, isBatchInvariant: Bool = false
  ) -> Tensor {
    let sizes = ConvolutionGeometry(
      convolving: self, weight: weight, bias: bias, stride: stride, padding: padding)
    let output = sizes.measured("forward") {
      sizes.convolved(self, weight, bias, activation, isBatchInvariant: isBatchInvariant)
    }
    return output.recorded(from: self, weight, bias) { gradient, tape in
      let fused = sizes.fuses(activation)
      let inner = fused ? gradient : activation.pullback(output: output, gradient: gradient)
      let result = sizes.measured("backward", products: tape.wants(self) ? 2 : 1) {
        sizes.gradients(
          image: self, output: fused && activation == .relu ? output : nil, gradient: inner,
          weight: weight, wantsImage: tape.wants(self))
      }
      tape.add(result.weight, to: weight)
      tape.add(result.bias, to: bias)
      if let input = result.input { tape.add(input, to: self) }
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
    let output = sizes.measured("transposed, forward") {
      sizes.transposed(self, weight, bias, activation)
    }
    return output.recorded(from: self, weight, bias) { gradient, tape in
      let fused = sizes.fuses(activation)
      let inner = fused ? gradient : activation.pullback(output: output, gradient: gradient)
      let result = sizes.measured("transposed, backward", products: tape.wants(self) ? 2 : 1) {
        sizes.transposedGradients(
          output: self, image: fused && activation == .relu ? output : nil, gradient: inner,
          weight: weight, wantsOutput: tape.wants(self))
      }
      tape.add(result.weight, to: weight)
      tape.add(result.bias, to: bias)
      if let input = result.input { tape.add(input, to: self) }
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
}

extension ConvolutionGeometry {
  /// Runs one direction of the convolution, whose products a profile counts.
  ///
  /// Each of the `products` is as large as the convolution itself. Gradients of weights that wait as
  /// products are counted where they are summed.
  fileprivate func measured<Result>(
    _ direction: String, products: Int = 1, _ body: () -> Result
  ) -> Result {
    EngineProfile.measure(
      "convolution \(inputHeight)×\(inputWidth)×\(inputChannels)→\(outputChannels) k\(kernelHeight), \(direction)",
      matrixOperations: 2 * (isProduct && products > 1 ? products - 1 : products) * batch
        * outputHeight * outputWidth * outputChannels * patch, body)
  }
}
