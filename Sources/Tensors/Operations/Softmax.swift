import CKernels

extension Tensor {
  /// The softmax along the last axis.
  public func softmax() -> Tensor {
    let (rows, columns) = lastAxis("softmax")
    let y = Tensor(uninitialized: shape)
    umwelt_softmax(pointer, y.mutablePointer, Int64(rows), Int64(columns))
    return y.recorded(from: self) { gradient, tape in
      let result = Tensor(uninitialized: y.shape)
      umwelt_softmax_backward(
        y.pointer, gradient.pointer, result.mutablePointer, Int64(rows), Int64(columns))
      tape.add(result, to: self)
    }
  }

  /// log Σ e^x along the last axis, which disappears.
  public func logSumExp() -> Tensor {
    let (rows, columns) = lastAxis("logSumExp")
    let result = Tensor(uninitialized: shape.dropLast())
    umwelt_log_sum_exp(pointer, result.mutablePointer, Int64(rows), Int64(columns))
    return result.recorded(from: self) { gradient, tape in
      let share = Tensor(uninitialized: self.shape)
      umwelt_softmax(self.pointer, share.mutablePointer, Int64(rows), Int64(columns))
      for row in 0..<rows {
        let start = share.mutablePointer + row * columns
        umwelt_affine(start, gradient.pointer[row], 0, start, Int64(columns))
      }
      tape.add(share, to: self)
    }
  }

  private func lastAxis(_ operation: String) -> (rows: Int, columns: Int) {
    precondition(
      (shape.last ?? 0) > 0, "\(operation): shape \(shape); give a last axis of at least 1")
    let columns = shape[shape.count - 1]
    return (count / columns, columns)
  }
}
