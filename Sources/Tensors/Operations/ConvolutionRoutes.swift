import CKernels
import OneDNN

/// Which kernels compute a convolution of given sizes, in every direction.
enum ConvolutionRoute {
  /// The kernel covers the image: one matrix product with `[height · width · in, out]`.
  case product
  /// A few places only: their patches are copied to rows of a matrix, which is one product.
  case patches
  /// Stride 2: Winograd's minimal filtering.
  case halving(HalvingConvolution)
  /// oneDNN's convolution.
  case direct
}

extension ConvolutionGeometry {
  var route: ConvolutionRoute {
    if padding == 0 && inputHeight == kernelHeight && inputWidth == kernelWidth { return .product }
    if let halving = HalvingConvolution(self) { return .halving(halving) }
    let places = outputHeight * outputWidth
    return padding == 0 && places <= 4 && outputChannels >= 16 ? .patches : .direct
  }

  /// Whether the kernels apply the derivative of the activation on their way.
  func fuses(_ activation: Activation) -> Bool {
    if case .halving = route { return activation == .relu || activation == .none }
    return activation == .none
  }

  var patch: Int { kernelHeight * kernelWidth * inputChannels }
  var imageShape: [Int] { [batch, inputHeight, inputWidth, inputChannels] }
  var outputShape: [Int] { [batch, outputHeight, outputWidth, outputChannels] }
  private var kernelShape: [Int] { [kernelHeight, kernelWidth, inputChannels, outputChannels] }

  // MARK: the convolution

  /// activation(image ∗ weight + bias).
  func convolved(
    _ image: Tensor, _ weight: Tensor, _ bias: Tensor, _ activation: Activation,
    isBatchInvariant: Bool
  ) -> Tensor {
    let output = Tensor(uninitialized: outputShape)
    let rectified = activation == .relu
    switch route {
    case .product:
      multiply(image, weight, into: output, isBatchInvariant: isBatchInvariant)
      activation.apply(to: output, bias: bias, columns: outputChannels)
    case .patches:
      multiply(patches(of: image), weight, into: output, isBatchInvariant: isBatchInvariant)
      activation.apply(to: output, bias: bias, columns: outputChannels)
    case .halving(let halving):
      let forms = halving.transformed(weight)
      halving.halve(
        image.pointer, toSmall: forms.pointer, bias: bias.pointer, rectified: rectified,
        into: output.mutablePointer)
      if !rectified { activation.apply(to: output, bias: nil, columns: outputChannels) }
    case .direct:
      engine("convolution") { () throws(OneDNNError) in
        try convolve(
          self, image: image.pointer, weights: weight.pointer, bias: bias.pointer,
          rectified: rectified, output: output.mutablePointer)
      }
      if !rectified { activation.apply(to: output, bias: nil, columns: outputChannels) }
    }
    return output
  }

  /// The gradients of the convolution.
  ///
  /// - Parameter output: what it gave, where the gradient is still that behind a fused ReLU.
  func gradients(
    image: Tensor, output: Tensor?, gradient: Tensor, weight: Tensor, wantsImage: Bool
  ) -> ConvolutionGradients {
    let result = ConvolutionGradients(
      input: wantsImage ? Tensor(uninitialized: imageShape) : nil,
      weight: weightGradient(isProduct ? (rows(of: image), gradient) : nil),
      bias: Tensor(uninitialized: [outputChannels]))
    switch route {
    case .product, .patches:
      umwelt_column_sums(
        gradient.pointer, result.bias.mutablePointer, Int64(places), Int64(outputChannels))
      guard let input = result.input else { break }
      if case .product = route {
        multiplyTransposed(gradient, weight, into: input)
      } else {
        let columns = Tensor(uninitialized: [places, patch])
        multiplyTransposed(gradient, weight, into: columns)
        fold(columns, into: input)
      }
    case .halving(let halving):
      halving.halveBackward(
        big: image, output: output, gradient: gradient, weight: weight, into: result)
    case .direct:
      engine("convolution's gradients") { () throws(OneDNNError) in
        try convolveBackwardWeights(
          self, image: image.pointer, output: gradient.pointer,
          weights: result.weight.mutablePointer, bias: result.bias.mutablePointer)
        guard let input = result.input else { return }
        try convolveBackwardData(
          self, output: gradient.pointer, weights: weight.pointer,
          image: input.mutablePointer)
      }
    }
    return result
  }

  // MARK: its transpose

  /// activation(output ∗ᵀ weight + bias).
  func transposed(_ output: Tensor, _ weight: Tensor, _ bias: Tensor, _ activation: Activation)
    -> Tensor
  {
    let image = Tensor(uninitialized: imageShape)
    switch route {
    case .product:
      multiplyTransposed(output, weight, into: image)
    case .patches:
      let columns = Tensor(uninitialized: [places, patch])
      multiplyTransposed(output, weight, into: columns)
      fold(columns, into: image)
    case .halving(let halving):
      let forms = halving.transformed(weight)
      halving.double(
        output.pointer, toBig: forms.pointer + halving.weightCount, bias: bias.pointer,
        rectified: activation == .relu, into: image.mutablePointer)
      if activation != .relu { activation.apply(to: image, bias: nil, columns: inputChannels) }
      return image
    case .direct:
      if let narrow = NarrowDoubling(self) {
        narrow(
          output.pointer, weights: narrow.transformed(weight).pointer, bias: bias.pointer,
          activation, into: image.mutablePointer)
        return image
      }
      engine("transposed convolution") { () throws(OneDNNError) in
        try convolveBackwardData(
          self, output: output.pointer, weights: weight.pointer,
          image: image.mutablePointer)
      }
    }
    activation.apply(to: image, bias: bias, columns: inputChannels)
    return image
  }

  /// The gradients of the transposed convolution.
  ///
  /// - Parameter image: what it gave, where the gradient is still that behind a fused ReLU.
  func transposedGradients(
    output: Tensor, image: Tensor?, gradient: Tensor, weight: Tensor, wantsOutput: Bool
  ) -> ConvolutionGradients {
    let rows = isProduct ? rows(of: gradient) : nil
    let result = ConvolutionGradients(
      input: wantsOutput ? Tensor(uninitialized: outputShape) : nil,
      weight: weightGradient(rows.map { ($0, output) }),
      bias: Tensor(uninitialized: [inputChannels]))
    if case .halving(let halving) = route {
      halving.doubleBackward(
        small: output, output: image, gradient: gradient, weight: weight, into: result)
      return result
    }
    umwelt_column_sums(
      gradient.pointer, result.bias.mutablePointer, Int64(gradient.count / inputChannels),
      Int64(inputChannels))
    switch route {
    case .product, .patches:
      if let rows, let input = result.input { multiply(rows, weight, into: input) }
    case .halving, .direct:
      engine("transposed convolution's gradients") { () throws(OneDNNError) in
        try convolveBackwardWeights(
          self, image: gradient.pointer, output: output.pointer,
          weights: result.weight.mutablePointer, bias: nil)
        guard let input = result.input else { return }
        try convolve(
          self, image: gradient.pointer, weights: weight.pointer, bias: nil,
          rectified: false, output: input.mutablePointer)
      }
    }
    return result
  }
}

// MARK: - as matrix products

extension ConvolutionGeometry {
  /// Places of the output in the whole batch.
  private var places: Int { batch * outputHeight * outputWidth }

  /// Whether the weight's gradient waits as a product.
  var isProduct: Bool {
    switch route {
    case .product, .patches: true
    case .halving, .direct: false
    }
  }

  /// The image as rows `[places, patch]` of a product.
  private func rows(of image: Tensor) -> Tensor {
    if case .product = route { return image }
    return patches(of: image)
  }

  /// A place for the weight's gradient: the product of rows and the output's gradient where it is one.
  private func weightGradient(_ product: (rows: Tensor, output: Tensor)?) -> Tensor {
    guard let product else { return Tensor(uninitialized: kernelShape) }
    let waiting = WaitingProduct(
      left: product.rows, right: product.output, rows: patch, columns: outputChannels)
    return Tensor(shape: kernelShape, sharing: Storage(waiting))
  }

  /// rows `[places, patch]` · weight.
  private func multiply(
    _ rows: Tensor, _ weight: Tensor, into result: Tensor, isBatchInvariant: Bool = false
  ) {
    guard !isBatchInvariant else {
      PackedMatrix(weight.detached.reshaped(to: [patch, outputChannels])).multiply(
        rows.pointer, stride: patch, rows: places, into: result.mutablePointer,
        resultStride: outputChannels)
      return
    }
    engine("convolution as a product") { () throws(OneDNNError) in
      try multiplyMatrices(
        rows: places, inner: patch, columns: outputChannels, MatrixOperand(rows.pointer),
        MatrixOperand(weight.pointer), result: result.mutablePointer)
    }
  }

  /// output `[places, out]` · weightᵀ.
  private func multiplyTransposed(_ output: Tensor, _ weight: Tensor, into rows: Tensor) {
    engine("convolution as a product") { () throws(OneDNNError) in
      try multiplyMatrices(
        rows: places, inner: outputChannels, columns: patch, MatrixOperand(output.pointer),
        MatrixOperand(weight.pointer, isTransposed: true), result: rows.mutablePointer)
    }
  }

  /// What the kernel sees at every place, `[places, patch]`.
  private func patches(of image: Tensor) -> Tensor {
    let result = Tensor(uninitialized: [places, patch])
    copyPatches(0..<places, of: image.pointer, into: result.mutablePointer)
    return result
  }

  /// Adds patches up where they overlap.
  private func fold(_ rows: Tensor, into image: Tensor) {
    image.mutablePointer.update(repeating: 0, count: image.count)
    addPatches(rows.pointer, count: batch, into: image.mutablePointer)
  }
}
