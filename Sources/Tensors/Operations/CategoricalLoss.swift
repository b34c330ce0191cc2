import CKernels

extension Tensor {
  /// −log p of a class under each row of logits, the last axis, which disappears.
  ///
  /// - Parameter classes: whole numbers from 0 to the last axis's size less one, of the shape that remains;
  ///   no gradient flows to them. One that is not a number makes its row's loss and gradient so too.
  public func categoricalLoss(to classes: Tensor) -> Tensor {
    let columns = shape.last ?? 0
    precondition(
      columns > 0 && classes.shape.elementsEqual(shape.dropLast()),
      "categoricalLoss: logits \(shape), classes \(classes.shape); give classes of all axes but the last"
    )
    let targets = classes.scalars
    for target in targets where target.isFinite {
      precondition(
        target >= 0 && target < Float(columns) && target == target.rounded(),
        "categoricalLoss: class \(target) of \(columns); give whole numbers from 0")
    }
    let result = Tensor(uninitialized: classes.shape)
    umwelt_log_sum_exp(pointer, result.mutablePointer, Int64(targets.count), Int64(columns))
    for (row, target) in targets.enumerated() {
      result.mutablePointer[row] -=
        target.isFinite ? pointer[row * columns + Int(target)] : .nan
    }
    return result.recorded(from: self) { gradient, tape in
      tape.add(self.categoricalGradient(targets, columns, gradient), to: self)
    }
  }

  private func categoricalGradient(_ targets: [Float], _ columns: Int, _ gradient: Tensor) -> Tensor
  {
    let share = Tensor(uninitialized: shape)
    umwelt_softmax(pointer, share.mutablePointer, Int64(targets.count), Int64(columns))
    for (row, target) in targets.enumerated() {
      let start = share.mutablePointer + row * columns
      start[target.isFinite ? Int(target) : 0] -= target.isFinite ? 1 : .nan
      umwelt_affine(start, gradient.pointer[row], 0, start, Int64(columns))
    }
    return share
  }
}
