import CKernels
import OneDNN
import Threads

/// A convolution with frozen weights over images of one size.
///
/// Any thread may apply it; the bits of an image depend neither on the others nor on how it is cut.
package final class FrozenConvolution: Sendable {
  /// Height, width and channels of the output.
  package let outputShape: [Int]
  /// Floats of an output image.
  package var outputCount: Int { outputShape.reduce(1, *) }

  private enum Form {
    /// Transformed weights; where they are many, also those of the first and second half of the
    /// output's channels, so that each of two threads reads its own.
    case halving(Storage, halves: [Storage])
    /// Line by line, from the image as it lies: weights `[patch, out]`.
    case lines(Storage)
    case patches(PackedMatrix)
  }

  /// The sizes for one image.
  private let sizes: ConvolutionGeometry
  private let form: Form
  private let bias: Storage
  private let activation: Activation
  /// Floats of patches that are multiplied at a time: they stay in a core's own cache.
  private static let patchFloats = 128 << 10

  /// Freezes a layer.
  ///
  /// - Parameter image: height, width and channels of its input.
  package init(image: [Int], weight: Tensor, bias: Tensor, stride: Int, activation: Activation) {
    sizes = ConvolutionGeometry(
      batch: 1, inputHeight: image[0], inputWidth: image[1], inputChannels: image[2],
      kernelHeight: weight.shape[0], kernelWidth: weight.shape[1], outputChannels: weight.shape[3],
      stride: stride)
    outputShape = [sizes.outputHeight, sizes.outputWidth, sizes.outputChannels]
    if let halving = HalvingConvolution(sizes) {
      form = .halving(
        halving.frozen(weight), halves: Self.halves(sizes, weight, halving.weightCount, activation))
    } else if sizes.outputChannels % 16 == 0 && sizes.outputWidth >= 6 {
      form = .lines(weight.storage.copy())
    } else {
      form = .patches(PackedMatrix(weight.reshaped(to: [sizes.patch, sizes.outputChannels])))
    }
    self.bias = bias.storage.copy()
    self.activation = activation
  }

  /// The layer's output for some images, on the calling thread.
  package func apply(
    _ images: UnsafePointer<Float>, count: Int, into output: UnsafeMutablePointer<Float>
  ) {
    switch form {
    case .halving(let weights, _):
      var batch = sizes
      batch.batch = count
      halve(images, batch, weights, into: output)
    case .lines(let weights):
      convolveLines(0..<(count * sizes.outputHeight), of: images, weights, into: output)
    case .patches:
      multiplyPatches(images, places: 0..<(count * placesOfImage), into: output)
    }
  }

  /// The layer's output for one image, cut into two parts for the pool's threads; the same bits.
  package func applyInParts(
    _ image: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>
  ) {
    BriefRegions.shared.run { threads in
      if threads == 1 { apply(image, count: 1, into: output) } else { applyHalves(image, output) }
    }
  }

  private func applyHalves(
    _ image: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>
  ) {
    switch form {
    case .halving(let weights, let halves) where halves.isEmpty:
      halveInBands(image, weights, into: output)
    case .halving(_, let halves):
      parallelFor(2) { halveChannels($0, of: image, halves[$0], into: output) }
    case .lines(let weights):
      let half = sizes.outputHeight / 2
      parallelFor(2) { index in
        convolveLines(
          index == 0 ? 0..<half : half..<sizes.outputHeight, of: image, weights, into: output)
      }
    case .patches(let matrix) where placesOfImage < 32 && sizes.outputChannels >= 64:
      let half = sizes.outputChannels / 32 * 16
      parallelFor(2) { index in
        multiplyPatches(
          image, places: 0..<placesOfImage, into: output,
          columns: index == 0 ? 0..<half : half..<matrix.columns)
      }
    case .patches:
      let half = placesOfImage / 2
      parallelFor(2) { index in
        multiplyPatches(
          image, places: index == 0 ? 0..<half : half..<placesOfImage, into: output)
      }
    }
  }

  private var placesOfImage: Int { sizes.outputHeight * sizes.outputWidth }

  /// Rows of the output, cut where tiles of the halving kernels begin.
  private func bands() -> [Range<Int>] {
    let tile = (sizes.kernelHeight + 1) / 2
    let tiles = (sizes.outputHeight + tile - 1) / tile
    let middle = (tiles + 1) / 2 * tile
    let places = sizes.outputWidth * (sizes.outputHeight - middle)
    return places > 4 ? [0..<middle, middle..<sizes.outputHeight] : [0..<sizes.outputHeight]
  }

  private func halveInBands(
    _ image: UnsafePointer<Float>, _ weights: Storage, into output: UnsafeMutablePointer<Float>
  ) {
    let bands = bands()
    parallelFor(bands.count) { index in
      var band = sizes
      band.inputHeight = 2 * bands[index].count + sizes.kernelHeight - 2
      let first = bands[index].lowerBound
      halve(
        image + first * 2 * sizes.inputWidth * sizes.inputChannels, band, weights,
        into: output + first * sizes.outputWidth * sizes.outputChannels)
    }
  }

  private func halveChannels(
    _ index: Int, of image: UnsafePointer<Float>, _ weights: Storage,
    into output: UnsafeMutablePointer<Float>
  ) {
    var half = sizes
    half.outputChannels = sizes.outputChannels / 2
    let first = index * half.outputChannels
    HalvingConvolution(half, step: sizes.outputChannels)?.halve(
      image, toSmall: weights.pointer, bias: bias.pointer + first, rectified: true,
      into: output + first)
  }

  /// Transformed weights of the two halves of the output's channels, where that is worth it.
  private static func halves(
    _ sizes: ConvolutionGeometry, _ weight: Tensor, _ weightCount: Int, _ activation: Activation
  ) -> [Storage] {
    guard activation == .relu, weightCount >= 1 << 18, sizes.outputChannels % 32 == 0 else {
      return []
    }
    var half = sizes
    half.outputChannels /= 2
    return (0..<2).compactMap { index in
      let first = index * half.outputChannels
      return HalvingConvolution(half)?
        .frozen(weight.detached.sliced(axis: 3, first..<first + half.outputChannels))
    }
  }

  private func halve(
    _ images: UnsafePointer<Float>, _ sizes: ConvolutionGeometry, _ weights: Storage,
    into output: UnsafeMutablePointer<Float>
  ) {
    HalvingConvolution(sizes)?.halve(
      images, toSmall: weights.pointer, bias: bias.pointer, rectified: activation == .relu,
      into: output)
    if activation != .relu {
      umwelt_bias_activation(
        output, nil, output, 1, Int64(sizes.outputCount), activation.kernel)
    }
  }

  /// Writes lines of the output, counted over images.
  private func convolveLines(
    _ lines: Range<Int>, of images: UnsafePointer<Float>, _ weights: Storage,
    into output: UnsafeMutablePointer<Float>
  ) {
    let line = sizes.inputWidth * sizes.inputChannels
    let outputLine = sizes.outputWidth * sizes.outputChannels
    for index in lines {
      let (item, y) = (index / sizes.outputHeight, index % sizes.outputHeight)
      umwelt_convolve_line(
        images + (item * sizes.inputHeight + y * sizes.stride) * line, Int64(line),
        Int64(sizes.stride * sizes.inputChannels), Int64(sizes.kernelHeight),
        Int64(sizes.kernelWidth * sizes.inputChannels), weights.pointer, bias.pointer,
        activation == .relu, output + index * outputLine, Int64(sizes.outputWidth),
        Int64(sizes.outputChannels))
    }
    if activation != .relu {
      umwelt_bias_activation(
        output + lines.lowerBound * outputLine, nil, output + lines.lowerBound * outputLine, 1,
        Int64(lines.count * outputLine), activation.kernel)
    }
  }

  private func multiplyPatches(
    _ images: UnsafePointer<Float>, places: Range<Int>, into output: UnsafeMutablePointer<Float>,
    columns: Range<Int>? = nil
  ) {
    guard case .patches(let matrix) = form, !places.isEmpty else { return }
    let most = min(places.count, max(1, Self.patchFloats / sizes.patch))
    let rows = WorkingFloats(most * sizes.patch)
    for first in stride(from: places.lowerBound, to: places.upperBound, by: most) {
      let end = min(first + most, places.upperBound)
      sizes.copyPatches(first..<end, of: images, into: rows.pointer)
      matrix.multiply(
        rows.pointer, stride: sizes.patch, rows: end - first, bias: bias.pointer, part: columns,
        activation: activation, into: output + first * sizes.outputChannels,
        resultStride: sizes.outputChannels)
    }
  }
}

extension ConvolutionGeometry {
  /// Copies what the kernel sees at some places of a batch to rows `[places, patch]`.
  ///
  /// - Parameter places: counted over images, rows and columns of the output.
  func copyPatches(
    _ places: Range<Int>, of images: UnsafePointer<Float>, into rows: UnsafeMutablePointer<Float>
  ) {
    let run = kernelWidth * inputChannels
    let line = inputWidth * inputChannels
    var row = rows
    for place in places {
      let (item, y, x) = (
        place / (outputHeight * outputWidth), place / outputWidth % outputHeight,
        place % outputWidth
      )
      let corner = (item * inputHeight + y * stride) * line + x * stride * inputChannels
      for k in 0..<kernelHeight {
        row.update(from: images + corner + k * line, count: run)
        row += run
      }
    }
  }

  /// Adds rows `[places, patch]` of whole images up where they overlap.
  func addPatches(
    _ rows: UnsafePointer<Float>, count: Int, into images: UnsafeMutablePointer<Float>
  ) {
    let run = kernelWidth * inputChannels
    let line = inputWidth * inputChannels
    var row = rows
    for place in 0..<(count * outputHeight * outputWidth) {
      let (item, y, x) = (
        place / (outputHeight * outputWidth), place / outputWidth % outputHeight,
        place % outputWidth
      )
      let corner = (item * inputHeight + y * stride) * line + x * stride * inputChannels
      for k in 0..<kernelHeight {
        umwelt_accumulate(row, 1, images + corner + k * line, Int64(run))
        row += run
      }
    }
  }
}
