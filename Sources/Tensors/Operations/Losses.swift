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

  /// Σ −log p(target) over the Bernoulli variables of each row, whose logits are these elements.
  ///
  /// - Parameter target: probabilities in 0...1, `[examples, …]`; no gradient flows to them. The first axis here
  ///   may be a multiple as long: an example's rows then lie together.
  /// - Returns: `[rows]`.
  package func bernoulliLosses(to target: Tensor) -> Tensor {
    let (rows, examples) = (shape[0], target.shape[0])
    let (perRow, width) = (rows / max(1, examples), target.count / max(1, examples))
    precondition(
      rows == perRow * examples && count == rows * width,
      "bernoulliLosses: shapes \(shape) and \(target.shape); give equal ones, or a multiple of rows"
    )
    let losses = Tensor(shape: [rows]) { losses in
      for row in 0..<rows {
        losses[row] = Float(
          umwelt_bernoulli_loss(
            pointer + row * width, target.pointer + row / perRow * width, Int64(width)))
      }
    }
    return losses.recorded(from: self) { gradient, tape in
      let result = Tensor(uninitialized: self.shape)
      for row in 0..<rows {
        umwelt_bernoulli_loss_backward(
          self.pointer + row * width, target.pointer + row / perRow * width, gradient.pointer[row],
          result.mutablePointer + row * width, Int64(width))
      }
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
