import CKernels
import OneDNN

/// A transposed convolution with frozen weights over images of one size.
///
/// Any thread may apply it; the bits of an image do not depend on the others.
package final class FrozenTransposedConvolution: Sendable {
  /// Height, width and channels of the output.
  package let outputShape: [Int]
  /// Floats of an output image.
  package var outputCount: Int { outputShape.reduce(1, *) }

  private enum Form {
    case product(PackedMatrix)
    case halving(Storage)
    case narrow(Storage)
    case patches(PackedMatrix)
  }

  /// The sizes, for one image, of the convolution that leads back.
  private let sizes: ConvolutionGeometry
  private let form: Form
  private let bias: Storage
  private let activation: Activation

  /// Freezes a layer.
  ///
  /// - Parameter image: height, width and channels of its input.
  package init(image: [Int], weight: Tensor, bias: Tensor, stride: Int, activation: Activation) {
    let sizes = ConvolutionGeometry(
      batch: 1, inputHeight: (image[0] - 1) * stride + weight.shape[0],
      inputWidth: (image[1] - 1) * stride + weight.shape[1], inputChannels: weight.shape[2],
      kernelHeight: weight.shape[0], kernelWidth: weight.shape[1], outputChannels: weight.shape[3],
      stride: stride)
    self.sizes = sizes
    outputShape = [sizes.inputHeight, sizes.inputWidth, sizes.inputChannels]
    let matrix = {
      PackedMatrix(weight.reshaped(to: [sizes.patch, sizes.outputChannels]), transposed: true)
    }
    if image[0] == 1 && image[1] == 1 {
      form = .product(matrix())
    } else if let halving = HalvingConvolution(sizes) {
      form = .halving(
        Storage(count: halving.weightCount) {
          halving.transform(weight.pointer, toSmall: nil, toBig: $0)
        })
    } else if let narrow = NarrowDoubling(sizes) {
      form = .narrow(
        Storage(count: narrow.weightCount) { narrow.transform(weight.pointer, into: $0) })
    } else {
      form = .patches(matrix())
    }
    self.bias = bias.storage.copy()
    self.activation = activation
  }

  /// The layer's output for some images, on the calling thread.
  package func apply(
    _ images: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>
  ) {
    var batch = sizes
    batch.batch = count
    switch form {
    case .product(let matrix):
      matrix.multiply(
        images, stride: sizes.outputChannels, rows: count, into: output, resultStride: sizes.patch)
      activate(output, count, bias: bias)
    case .halving(let weights):
      HalvingConvolution(batch)?.double(
        images, toBig: weights.pointer, bias: bias.pointer, rectified: activation == .relu,
        into: output)
      if activation != .relu { activate(output, count, bias: nil) }
    case .narrow(let weights):
      NarrowDoubling(batch)?(
        images, weights: weights.pointer, bias: bias.pointer, activation, into: output)
    case .patches(let matrix):
      let rows = count * sizes.outputHeight * sizes.outputWidth
      let patches = WorkingFloats(rows * sizes.patch)
      matrix.multiply(
        images, stride: sizes.outputChannels, rows: rows, into: patches.pointer,
        resultStride: sizes.patch)
      output.update(repeating: 0, count: count * outputCount)
      sizes.addPatches(patches.pointer, count: count, into: output)
      activate(output, count, bias: bias)
    }
  }

  private func activate(
    _ output: UnsafeMutablePointer<Float>, _ count: Int, bias: Storage?
  ) {
    umwelt_bias_activation(
      output, bias?.pointer, output, Int64(count * outputCount / sizes.inputChannels),
      Int64(sizes.inputChannels), activation.kernel)
  }
}
