import CKernels
import OneDNN

extension Tensor {
  /// The matrix product, either factor read as its transpose where asked.
  ///
  /// - Parameters:
  ///   - left: `[rows, inner]`; `[inner, rows]` when transposed.
  ///   - right: `[inner, columns]`; `[columns, inner]` when transposed.
  /// - Returns: `[rows, columns]`.
  public static func matrixProduct(
    _ left: Tensor, transposed leftTransposed: Bool = false, _ right: Tensor,
    transposed rightTransposed: Bool = false
  ) -> Tensor {
    product(left, leftTransposed, right, rightTransposed).recorded(from: left, right) {
      gradient, tape in
      tape.add(
        leftTransposed
          ? product(right, rightTransposed, gradient, true)
          : product(gradient, false, right, !rightTransposed), to: left)
      tape.add(
        rightTransposed
          ? product(gradient, true, left, leftTransposed)
          : product(left, !leftTransposed, gradient, false), to: right)
    }
  }

  /// activation(x · weight + bias).
  ///
  /// - Parameters:
  ///   - weight: `[inputs, outputs]`.
  ///   - bias: `[outputs]`, or nil.
  /// - Returns: `[batch, outputs]` for an x of `[batch, inputs]`.
  public func dense(weight: Tensor, bias: Tensor?, activation: Activation = .none) -> Tensor {
    let output = Tensor.product(self, false, weight, false)
    let columns = output.shape[1]
    precondition(
      bias.map { $0.shape == [columns] } ?? true,
      "dense: bias \(bias?.shape ?? []) for weight \(weight.shape); give [\(columns)]")
    activation.apply(to: output, bias: bias, columns: columns)
    return output.recorded(from: self, weight, bias ?? weight) { gradient, tape in
      let inner = activation.pullback(output: output, gradient: gradient)
      tape.add(Tensor.product(inner, false, weight, true), to: self)
      tape.add(Tensor.product(self, true, inner, false), to: weight)
      if let bias { tape.add(inner.reduced(to: bias.shape), to: bias) }
    }
  }

  static func product(
    _ left: Tensor, _ leftTransposed: Bool, _ right: Tensor, _ rightTransposed: Bool
  ) -> Tensor {
    precondition(
      left.shape.count == 2 && right.shape.count == 2
        && left.shape[leftTransposed ? 0 : 1] == right.shape[rightTransposed ? 1 : 0],
      "matrixProduct: shapes \(left.shape)\(leftTransposed ? "ᵀ" : "") and \(right.shape)\(rightTransposed ? "ᵀ" : ""); the inner sizes must agree"
    )
    let rows = left.shape[leftTransposed ? 1 : 0]
    let inner = left.shape[leftTransposed ? 0 : 1]
    let columns = right.shape[rightTransposed ? 0 : 1]
    let result = Tensor(uninitialized: [rows, columns])
    EngineProfile.measure(
      "matrix product \(rows)×\(inner)×\(columns)", matrixOperations: 2 * rows * inner * columns
    ) {
      engine("matrixProduct") { () throws(OneDNNError) in
        try multiplyMatrices(
          rows: rows, inner: inner, columns: columns,
          MatrixOperand(left.pointer, isTransposed: leftTransposed),
          MatrixOperand(right.pointer, isTransposed: rightTransposed),
          result: result.mutablePointer)
      }
    }
    return result
  }
}

/// Runs a call of the engine, which fails only where shapes or memory are beyond it.
func engine<Result>(_ operation: String, _ body: () throws(OneDNNError) -> Result) -> Result {
  do {
    return try body()
  } catch {
    preconditionFailure("\(operation): \(error)")
  }
}
