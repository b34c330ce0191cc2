import CKernels

extension Tensor {
  /// The sum of all elements, as a scalar.
  public func sum() -> Tensor {
    Tensor(Float(umwelt_sum(pointer, Int64(count)))).recorded(from: self) { gradient, tape in
      tape.add(Tensor(repeating: gradient.scalar, shape: self.shape), to: self)
    }
  }

  /// The mean of all elements, as a scalar.
  public func mean() -> Tensor { sum() / Float(count) }

  /// The sum along one axis, which disappears.
  public func sum(axis: Int) -> Tensor {
    let parts = split(at: axis, "sum(axis:)")
    let result = Tensor(uninitialized: parts.remaining)
    if parts.inner == 1 {
      umwelt_row_sums(pointer, result.mutablePointer, Int64(parts.outer), Int64(parts.length))
    } else {
      let step = parts.length * parts.inner
      for outer in 0..<parts.outer {
        umwelt_column_sums(
          pointer + outer * step, result.mutablePointer + outer * parts.inner,
          Int64(parts.length), Int64(parts.inner))
      }
    }
    return result.recorded(from: self) { gradient, tape in
      tape.add(gradient.repeated(parts, shape: self.shape), to: self)
    }
  }

  /// The mean along one axis, which disappears.
  public func mean(axis: Int) -> Tensor {
    sum(axis: axis) / Float(split(at: axis, "mean(axis:)").length)
  }

  /// The sum along several axes, which disappear.
  public func sum(axes: [Int]) -> Tensor {
    axes.sorted(by: >).reduce(self) { $0.sum(axis: $1) }
  }

  /// The mean along several axes, which disappear.
  public func mean(axes: [Int]) -> Tensor {
    axes.sorted(by: >).reduce(self) { $0.mean(axis: $1) }
  }

  private func repeated(_ parts: AxisSplit, shape: [Int]) -> Tensor {
    let result = Tensor(uninitialized: shape)
    for outer in 0..<parts.outer {
      let source = pointer + outer * parts.inner
      for index in 0..<parts.length {
        (result.mutablePointer + (outer * parts.length + index) * parts.inner)
          .update(from: source, count: parts.inner)
      }
    }
    return result
  }

  /// The shape as what lies before an axis, the axis, and what lies after it.
  func split(at axis: Int, _ operation: String) -> AxisSplit {
    precondition(
      shape.indices.contains(axis),
      "\(operation): axis \(axis) of shape \(shape); give one of 0..<\(shape.count)")
    return AxisSplit(
      outer: shape[..<axis].reduce(1, *), length: shape[axis],
      inner: shape[(axis + 1)...].reduce(1, *),
      remaining: Array(shape[..<axis] + shape[(axis + 1)...]))
  }
}

struct AxisSplit {
  let outer: Int
  let length: Int
  let inner: Int
  let remaining: [Int]
}
