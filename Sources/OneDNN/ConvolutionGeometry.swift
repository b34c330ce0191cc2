/// The sizes of a convolution over images laid out as `[batch, height, width, channel]`.
public struct ConvolutionGeometry: Hashable, Sendable, CustomStringConvertible {
  /// Images in a batch.
  public var batch: Int
  /// Height of the input, in pixels.
  public var inputHeight: Int
  /// Width of the input, in pixels.
  public var inputWidth: Int
  /// Channels of the input.
  public var inputChannels: Int
  /// Height of the kernel, in pixels.
  public var kernelHeight: Int
  /// Width of the kernel, in pixels.
  public var kernelWidth: Int
  /// Channels of the output.
  public var outputChannels: Int
  /// Step between places of the kernel, in pixels, 1 or more.
  public var stride: Int
  /// Zeros added on every side of the input, in pixels.
  public var padding: Int

  /// Creates the sizes of a convolution.
  public init(
    batch: Int, inputHeight: Int, inputWidth: Int, inputChannels: Int, kernelHeight: Int,
    kernelWidth: Int, outputChannels: Int, stride: Int = 1, padding: Int = 0
  ) {
    self.batch = batch
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
    self.inputChannels = inputChannels
    self.kernelHeight = kernelHeight
    self.kernelWidth = kernelWidth
    self.outputChannels = outputChannels
    self.stride = stride
    self.padding = padding
  }

  /// Height of the output, in pixels.
  public var outputHeight: Int { (inputHeight + 2 * padding - kernelHeight) / stride + 1 }
  /// Width of the output, in pixels.
  public var outputWidth: Int { (inputWidth + 2 * padding - kernelWidth) / stride + 1 }
  /// Elements of the input.
  public var inputCount: Int { batch * inputHeight * inputWidth * inputChannels }
  /// Elements of the output.
  public var outputCount: Int { batch * outputHeight * outputWidth * outputChannels }
  /// Elements of the weights, `[kernelHeight, kernelWidth, inputChannels, outputChannels]`.
  public var weightCount: Int { kernelHeight * kernelWidth * inputChannels * outputChannels }

  /// The sizes in words.
  public var description: String {
    "[\(batch), \(inputHeight), \(inputWidth), \(inputChannels)] with a kernel "
      + "[\(kernelHeight), \(kernelWidth), \(inputChannels), \(outputChannels)], stride \(stride), "
      + "padding \(padding)"
  }
}
