import Randomness
import Tensors

/// A convolution over images `[batch, height, width, channel]`.
public struct Convolution2D: Parameterized {
  /// `[kernel, kernel, inputChannels, outputChannels]`.
  public var weight: Tensor
  /// `[outputChannels]`.
  public var bias: Tensor
  /// Step between places of the kernel, in pixels.
  public var stride: Int
  /// Applied to the result.
  public var activation: Activation
  /// Whether an image gives the same bits wherever it stands among others; see `Tensor.convolution`.
  public var isBatchInvariant = false

  /// Creates a layer with fresh weights, uniform within ±1/√fan-in as PyTorch's `Conv2d` draws them.
  public init(
    inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, activation: Activation = .none,
    stream: inout RandomStream
  ) {
    let fanIn = kernel * kernel * inputs
    weight = .fresh([kernel, kernel, inputs, outputs], fanIn: fanIn, stream: &stream)
    bias = .fresh([outputs], fanIn: fanIn, stream: &stream)
    self.stride = stride
    self.activation = activation
  }

  /// The convolved images, without padding.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.convolution(
      weight: weight, bias: bias, stride: stride, activation: activation,
      isBatchInvariant: isBatchInvariant)
  }

  /// Shows the weight and the bias to `visit`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    visit("weight", &weight)
    visit("bias", &bias)
  }
}

/// The transpose of a convolution over images `[batch, height, width, channel]`: it enlarges them.
public struct TransposedConvolution2D: Parameterized {
  /// `[kernel, kernel, outputChannels, inputChannels]`.
  public var weight: Tensor
  /// `[outputChannels]`.
  public var bias: Tensor
  /// Pixels of the output between neighbouring pixels of the input.
  public var stride: Int
  /// Applied to the result.
  public var activation: Activation

  /// Creates a layer with fresh weights, uniform within ±1/√fan-in as PyTorch's `ConvTranspose2d`
  /// draws them: its fan-in is the kernel's pixels times the output's channels.
  public init(
    inputs: Int, outputs: Int, kernel: (height: Int, width: Int), stride: Int = 1,
    activation: Activation = .none, stream: inout RandomStream
  ) {
    let fanIn = kernel.height * kernel.width * outputs
    weight = .fresh([kernel.height, kernel.width, outputs, inputs], fanIn: fanIn, stream: &stream)
    bias = .fresh([outputs], fanIn: fanIn, stream: &stream)
    self.stride = stride
    self.activation = activation
  }

  /// The enlarged images: (size − 1) · stride + kernel pixels a side.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.transposedConvolution(weight: weight, bias: bias, stride: stride, activation: activation)
  }

  /// Shows the weight and the bias to `visit`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    visit("weight", &weight)
    visit("bias", &bias)
  }
}
