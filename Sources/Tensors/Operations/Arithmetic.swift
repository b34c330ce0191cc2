import CKernels

/// Arithmetic of two tensors: equal shapes, or one a scalar or the trailing part of the other.
extension Tensor {
  /// The sum, element by element.
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    combined(UmweltAdd, "+", a, b).recorded(from: a, b) { gradient, tape in
      tape.add(gradient.reduced(to: a.shape), to: a)
      tape.add(gradient.reduced(to: b.shape), to: b)
    }
  }

  /// The difference, element by element.
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    combined(UmweltSubtract, "-", a, b).recorded(from: a, b) { gradient, tape in
      tape.add(gradient.reduced(to: a.shape), to: a)
      tape.add((-gradient).reduced(to: b.shape), to: b)
    }
  }

  /// The product, element by element.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    combined(UmweltMultiply, "*", a, b).recorded(from: a, b) { gradient, tape in
      tape.add((gradient * b).reduced(to: a.shape), to: a)
      tape.add((gradient * a).reduced(to: b.shape), to: b)
    }
  }

  /// The quotient, element by element.
  public static func / (a: Tensor, b: Tensor) -> Tensor {
    let quotient = combined(UmweltDivide, "/", a, b)
    return quotient.recorded(from: a, b) { gradient, tape in
      tape.add((gradient / b).reduced(to: a.shape), to: a)
      tape.add((-(gradient * quotient / b)).reduced(to: b.shape), to: b)
    }
  }

  /// Every element plus a number.
  public static func + (a: Tensor, b: Float) -> Tensor { a.affine(scale: 1, shift: b) }

  /// Every element minus a number.
  public static func - (a: Tensor, b: Float) -> Tensor { a.affine(scale: 1, shift: -b) }

  /// Every element times a number.
  public static func * (a: Tensor, b: Float) -> Tensor { a.affine(scale: b) }

  /// Every element divided by a number.
  public static func / (a: Tensor, b: Float) -> Tensor { a.affine(scale: 1 / b) }

  private static func combined(
    _ operation: UmweltBinary, _ symbol: String, _ a: Tensor, _ b: Tensor
  ) -> Tensor {
    let (small, large) = a.count < b.count ? (a, b) : (b, a)
    precondition(
      small.count == 1 || large.shape.suffix(small.shape.count).elementsEqual(small.shape),
      "\(symbol): shapes \(a.shape) and \(b.shape); give equal shapes, or a scalar, or the trailing part"
    )
    let shape = a.count == b.count && b.shape.count > a.shape.count ? b.shape : large.shape
    let result = Tensor(uninitialized: a.count == b.count ? shape : large.shape)
    umwelt_binary(
      operation, a.pointer, Int64(a.count), b.pointer, Int64(b.count), result.mutablePointer,
      Int64(result.count))
    return result
  }

  /// The sum over the leading axes that a smaller operand was repeated along.
  func reduced(to shape: [Int]) -> Tensor {
    let size = shape.reduce(1, *)
    if size == count { return Tensor(shape: shape, sharing: storage) }
    let result = Tensor(uninitialized: shape)
    if size == 1 {
      result.mutablePointer.pointee = Float(umwelt_sum(pointer, Int64(count)))
    } else {
      umwelt_column_sums(pointer, result.mutablePointer, Int64(count / size), Int64(size))
    }
    return result
  }
}
