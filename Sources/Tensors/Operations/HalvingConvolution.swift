import CKernels
import OneDNN

/// A convolution of stride 2 that the halving kernels compute with fewer multiplications.
///
/// Winograd's minimal filtering; see `umwelt_halving.h`. Results differ from a direct convolution's by
/// rounding, about 1e-6 of their size.
struct HalvingConvolution {
  private let sizes: UmweltHalving

  /// The kernels' sizes, or nil where they do not serve the convolution.
  ///
  /// - Parameter step: floats from place to place of the output, where its channels are a part of others.
  init?(_ sizes: ConvolutionGeometry, step: Int = 0) {
    let kernel = sizes.kernelHeight
    guard sizes.stride == 2, sizes.padding == 0, kernel == sizes.kernelWidth,
      (3...6).contains(kernel), sizes.outputChannels % 16 == 0,
      sizes.inputChannels % (kernel % 2 == 0 ? 8 : 16) == 0,
      sizes.outputHeight * sizes.outputWidth > 4
    else { return nil }
    self.sizes = UmweltHalving(sizes, step: step)
  }

  /// Floats of the transformed weights, in each form.
  var weightCount: Int {
    withUnsafePointer(to: sizes) { Int(umwelt_halving_weight_count($0)) }
  }

  /// Writes the transformed weights; a form that is not wanted is nil.
  func transform(
    _ weight: UnsafePointer<Float>, toSmall: UnsafeMutablePointer<Float>?,
    toBig: UnsafeMutablePointer<Float>?
  ) {
    withUnsafePointer(to: sizes) { umwelt_halving_weights($0, weight, toSmall, toBig) }
  }

  /// The transformed weights that `halve` takes.
  func frozen(_ weight: Tensor) -> Storage {
    Storage(count: weightCount) { transform(weight.pointer, toSmall: $0, toBig: nil) }
  }

  /// small = convolution(big) + bias, negative values cut off if `rectified`.
  func halve(
    _ big: UnsafePointer<Float>, toSmall: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    rectified: Bool, into small: UnsafeMutablePointer<Float>
  ) {
    withScratch { umwelt_halve($0, big, toSmall, bias, rectified, small, $1) }
  }

  /// big = transposed convolution(small) + bias, negative values cut off if `rectified`.
  func double(
    _ small: UnsafePointer<Float>, toBig: UnsafePointer<Float>, bias: UnsafePointer<Float>?,
    rectified: Bool, into big: UnsafeMutablePointer<Float>
  ) {
    withScratch { umwelt_double($0, small, toBig, bias, rectified, big, $1) }
  }

  /// The gradients of `halve`; `output` is what it gave, where it was rectified.
  func halveBackward(
    big: Tensor, output: Tensor?, gradient: Tensor, weight: Tensor,
    into result: ConvolutionGradients
  ) {
    let forms = transformed(weight)
    withScratch {
      umwelt_halve_backward(
        $0, big.pointer, output?.pointer, gradient.pointer, forms.pointer + weightCount,
        result.input?.mutablePointer, result.weight.mutablePointer, result.bias.mutablePointer, $1)
    }
  }

  /// The gradients of `double`; `output` is what it gave, where it was rectified.
  func doubleBackward(
    small: Tensor, output: Tensor?, gradient: Tensor, weight: Tensor,
    into result: ConvolutionGradients
  ) {
    let forms = transformed(weight)
    withScratch {
      umwelt_double_backward(
        $0, small.pointer, output?.pointer, gradient.pointer, forms.pointer,
        result.input?.mutablePointer, result.weight.mutablePointer, result.bias.mutablePointer, $1)
    }
  }

  /// Both forms of a weight, one after the other; made once for all parts of a batch.
  func transformed(_ weight: Tensor) -> Storage {
    weight.storage.form(.halving) {
      let forms = Storage(count: 2 * weightCount)
      transform(weight.pointer, toSmall: forms.pointer, toBig: forms.pointer + weightCount)
      return forms
    }
  }

  private func withScratch(
    _ body: (UnsafePointer<UmweltHalving>, UnsafeMutablePointer<Float>) -> Void
  ) {
    withUnsafePointer(to: sizes) { sizes in
      let scratch = Storage(count: Int(umwelt_halving_scratch_count(sizes)))
      body(sizes, scratch.pointer)
      withExtendedLifetime(scratch) {}
    }
  }
}

extension UmweltHalving {
  fileprivate init(_ sizes: ConvolutionGeometry, step: Int = 0) {
    self.init(
      images: Int64(sizes.batch), big_height: Int64(sizes.inputHeight),
      big_width: Int64(sizes.inputWidth), big_channels: Int64(sizes.inputChannels),
      small_height: Int64(sizes.outputHeight), small_width: Int64(sizes.outputWidth),
      small_channels: Int64(sizes.outputChannels), kernel: Int64(sizes.kernelHeight),
      small_step: Int64(step))
  }
}

/// A transposed convolution of stride 2 to an image of at most four channels, as one product a row.
struct NarrowDoubling {
  private let sizes: UmweltHalving

  /// The kernel's sizes, or nil where it does not serve the transposed convolution.
  init?(_ sizes: ConvolutionGeometry) {
    guard sizes.stride == 2, sizes.padding == 0, sizes.kernelHeight == sizes.kernelWidth,
      (3...6).contains(sizes.kernelHeight), sizes.inputChannels <= 4
    else { return nil }
    self.sizes = UmweltHalving(sizes)
  }

  /// Floats of the arranged weights.
  var weightCount: Int { withUnsafePointer(to: sizes) { Int(umwelt_narrow_weight_count($0)) } }

  /// Writes the arranged weights.
  func transform(_ weight: UnsafePointer<Float>, into narrow: UnsafeMutablePointer<Float>) {
    withUnsafePointer(to: sizes) { umwelt_narrow_weights($0, weight, narrow) }
  }

  /// The arranged weights; made once for all parts of a batch.
  func transformed(_ weight: Tensor) -> Storage {
    weight.storage.form(.narrow) {
      let form = Storage(count: weightCount)
      transform(weight.pointer, into: form.pointer)
      return form
    }
  }

  /// big = activation(transposed convolution(small) + bias).
  func callAsFunction(
    _ small: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
    _ activation: Activation, into big: UnsafeMutablePointer<Float>
  ) {
    withUnsafePointer(to: sizes) { sizes in
      let scratch = Storage(count: Int(umwelt_narrow_scratch_count(sizes)))
      umwelt_double_narrow(
        sizes, small, weights, bias, activation.kernel, big, scratch.pointer)
      withExtendedLifetime(scratch) {}
    }
  }
}

/// Where the gradients of a convolution, or of its transpose, are written.
struct ConvolutionGradients {
  /// By the operation's input; nil where it is not wanted.
  let input: Tensor?
  /// By the weight.
  let weight: Tensor
  /// By the bias.
  let bias: Tensor
}
