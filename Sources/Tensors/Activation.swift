import CKernels

/// A non-linear function that is fused into the last pass of a layer.
public enum Activation: String, Codable, Hashable, Sendable, CaseIterable {
  /// The identity.
  case none
  /// max(x, 0).
  case relu
  /// The hyperbolic tangent.
  case tanh
  /// 1 / (1 + e^−x).
  case sigmoid

  var kernel: UmweltActivation {
    switch self {
    case .none: UmweltActivationNone
    case .relu: UmweltActivationReLU
    case .tanh: UmweltActivationTanh
    case .sigmoid: UmweltActivationSigmoid
    }
  }

  /// activation(x + bias), written over x.
  func apply(to x: Tensor, bias: Tensor?, columns: Int) {
    guard x.count > 0, self != .none || bias != nil else { return }
    umwelt_bias_activation(
      x.pointer, bias?.pointer, x.mutablePointer, Int64(x.count / columns), Int64(columns), kernel)
  }

  /// The gradient before the activation, from its output and the gradient after it.
  func pullback(output: Tensor, gradient: Tensor) -> Tensor {
    guard self != .none else { return gradient }
    let result = Tensor(uninitialized: output.shape)
    EngineProfile.measure("activations, backward") {
      umwelt_activation_backward(
        output.pointer, gradient.pointer, result.mutablePointer, Int64(output.count), kernel)
    }
    return result
  }
}
