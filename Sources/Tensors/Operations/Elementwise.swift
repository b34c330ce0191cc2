import CKernels

extension Tensor {
  func mapped(_ operation: UmweltUnary) -> Tensor {
    let result = Tensor(uninitialized: shape)
    umwelt_unary(operation, pointer, result.mutablePointer, Int64(count))
    return result
  }

  func scaled(by scale: Float, plus shift: Float = 0) -> Tensor {
    let result = Tensor(uninitialized: shape)
    umwelt_affine(pointer, scale, shift, result.mutablePointer, Int64(count))
    return result
  }

  /// −x.
  public static prefix func - (x: Tensor) -> Tensor {
    x.mapped(UmweltNegate).recorded(from: x) { gradient, tape in tape.add(-gradient, to: x) }
  }

  /// x · scale + shift, element by element.
  public func affine(scale: Float, shift: Float = 0) -> Tensor {
    scaled(by: scale, plus: shift).recorded(from: self) { gradient, tape in
      tape.add(gradient.scaled(by: scale), to: self)
    }
  }

  /// e^x, element by element.
  public func exp() -> Tensor {
    let y = mapped(UmweltExp)
    return y.recorded(from: self) { gradient, tape in tape.add(gradient * y, to: self) }
  }

  /// The natural logarithm, element by element; −∞ at 0, NaN below.
  public func log() -> Tensor {
    mapped(UmweltLog).recorded(from: self) { gradient, tape in
      tape.add(gradient / self, to: self)
    }
  }

  /// The square, element by element.
  public func square() -> Tensor {
    mapped(UmweltSquare).recorded(from: self) { gradient, tape in
      tape.add((gradient * self).scaled(by: 2), to: self)
    }
  }

  /// The square root, element by element.
  public func squareRoot() -> Tensor {
    let y = mapped(UmweltSquareRoot)
    return y.recorded(from: self) { gradient, tape in
      tape.add((gradient / y).scaled(by: 0.5), to: self)
    }
  }

  /// log(1 + e^x), element by element, without overflow.
  public func softplus() -> Tensor {
    mapped(UmweltSoftplus).recorded(from: self) { gradient, tape in
      tape.add(gradient * self.mapped(UmweltSigmoid), to: self)
    }
  }

  /// An activation, element by element.
  public func activated(_ activation: Activation) -> Tensor {
    let y = Tensor(uninitialized: shape)
    umwelt_bias_activation(
      pointer, nil, y.mutablePointer, 1, Int64(count), activation.kernel)
    return y.recorded(from: self) { gradient, tape in
      tape.add(activation.pullback(output: y, gradient: gradient), to: self)
    }
  }

  /// max(x, 0), element by element.
  public func relu() -> Tensor { activated(.relu) }

  /// The hyperbolic tangent, element by element.
  public func tanh() -> Tensor { activated(.tanh) }

  /// 1 / (1 + e^−x), element by element.
  public func sigmoid() -> Tensor { activated(.sigmoid) }
}
