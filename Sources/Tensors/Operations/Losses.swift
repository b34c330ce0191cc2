import CKernels

extension Tensor {
  /// Σ (self − target)² over all elements, as a scalar; no gradient flows to the target.
  ///
  /// - Precondition: the shapes are equal.
  public func squaredError(to target: Tensor) -> Tensor {
    requireSameCount(target, "squaredError")
    let sum = EngineProfile.measure("squared error") {
      umwelt_squared_error(pointer, target.pointer, Int64(count))
    }
    return Tensor(Float(sum)).recorded(from: self) { gradient, tape in
      let result = Tensor(uninitialized: self.shape)
      EngineProfile.measure("squared error, backward") {
        umwelt_squared_error_backward(
          self.pointer, target.pointer, gradient.scalar, result.mutablePointer, Int64(self.count))
      }
      tape.add(result, to: self)
    }
  }

  /// Σ −log p(target) over Bernoulli variables whose logits are these elements, as a scalar.
  ///
  /// - Parameter target: probabilities in 0...1, of the same shape; no gradient flows to them.
  public func bernoulliLoss(to target: Tensor) -> Tensor {
    requireSameCount(target, "bernoulliLoss")
    let sum = umwelt_bernoulli_loss(pointer, target.pointer, Int64(count))
    return Tensor(Float(sum)).recorded(from: self) { gradient, tape in
      let result = Tensor(uninitialized: self.shape)
      umwelt_bernoulli_loss_backward(
        self.pointer, target.pointer, gradient.scalar, result.mutablePointer, Int64(self.count))
      tape.add(result, to: self)
    }
  }

  /// The divergence KL(N(mean, e^logVariance) ‖ N(0, 1)), summed over each row, in nats.
  ///
  /// - Parameters:
  ///   - mean: `[batch, latent]`.
  ///   - logVariance: `[batch, latent]`.
  /// - Returns: `[batch]`.
  public static func divergenceFromStandardNormal(mean: Tensor, logVariance: Tensor) -> Tensor {
    precondition(
      mean.shape.count == 2 && mean.shape == logVariance.shape,
      "divergenceFromStandardNormal: mean \(mean.shape), logVariance \(logVariance.shape); give two of [batch, latent]"
    )
    let (rows, columns) = (Int64(mean.shape[0]), Int64(mean.shape[1]))
    let result = Tensor(uninitialized: [mean.shape[0]])
    umwelt_normal_kl(mean.pointer, logVariance.pointer, result.mutablePointer, rows, columns)
    return result.recorded(from: mean, logVariance) { gradient, tape in
      let byMean = Tensor(uninitialized: mean.shape)
      let byLogVariance = Tensor(uninitialized: mean.shape)
      umwelt_normal_kl_backward(
        mean.pointer, logVariance.pointer, gradient.pointer, byMean.mutablePointer,
        byLogVariance.mutablePointer, rows, columns)
      tape.add(byMean, to: mean)
      tape.add(byLogVariance, to: logVariance)
    }
  }

  private func requireSameCount(_ target: Tensor, _ operation: String) {
    precondition(
      shape == target.shape,
      "\(operation): shapes \(shape) and \(target.shape); give equal shapes")
  }
}
