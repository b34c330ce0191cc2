import Randomness
import Tensors

/// A fully connected layer: activation(x · weight + bias).
public struct Dense: Parameterized {
  /// `[inputs, outputs]`.
  public var weight: Tensor
  /// `[outputs]`.
  public var bias: Tensor
  /// Applied to the result.
  public var activation: Activation

  /// Creates a layer with fresh weights, uniform within ±1/√inputs as PyTorch's `Linear` draws them.
  public init(
    inputs: Int, outputs: Int, activation: Activation = .none, stream: inout RandomStream
  ) {
    weight = .fresh([inputs, outputs], fanIn: inputs, stream: &stream)
    bias = .fresh([outputs], fanIn: inputs, stream: &stream)
    self.activation = activation
  }

  /// `[batch, outputs]` of an x of `[batch, inputs]`.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    x.dense(weight: weight, bias: bias, activation: activation)
  }

  /// Shows the weight and the bias to `visit`.
  public mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    visit("weight", &weight)
    visit("bias", &bias)
  }
}

extension Tensor {
  /// Uniform within ±1/√fanIn: Kaiming's bound with a = √5, the default of PyTorch's layers.
  static func fresh(_ shape: [Int], fanIn: Int, stream: inout RandomStream) -> Tensor {
    let bound = 1 / Float(max(1, fanIn)).squareRoot()
    return Tensor(uniform: -bound..<bound, shape: shape, stream: &stream)
  }
}
