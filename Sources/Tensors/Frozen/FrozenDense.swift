import CKernels

/// A fully connected layer with frozen weights: any thread may apply it, a row's bits do not depend on
/// the others.
package final class FrozenDense: Sendable {
  /// Numbers in a row of the result.
  package let outputs: Int
  private let inputs: Int
  private let weights: PackedMatrix
  private let bias: Storage
  private let activation: Activation

  /// Freezes a layer.
  ///
  /// - Parameters:
  ///   - weight: `[inputs, outputs]`.
  ///   - bias: `[outputs]`.
  package init(weight: Tensor, bias: Tensor, activation: Activation = .none) {
    (inputs, outputs) = (weight.shape[0], weight.shape[1])
    weights = PackedMatrix(weight)
    self.bias = bias.storage.copy()
    self.activation = activation
  }

  /// result = activation(x · weight + bias).
  ///
  /// - Parameters:
  ///   - x: `[rows, inputs]`.
  ///   - result: `[rows, outputs]`, written.
  package func apply(
    _ x: UnsafePointer<Float>, rows: Int, into result: UnsafeMutablePointer<Float>
  ) {
    weights.multiply(
      x, stride: inputs, rows: rows, bias: bias.pointer, activation: activation, into: result,
      resultStride: outputs)
  }
}
