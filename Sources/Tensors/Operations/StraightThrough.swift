extension Tensor {
  /// Other numbers in the place of these; the gradient passes to these as if nothing had been replaced.
  ///
  /// A choice has no derivative of its own: whatever the result is asked for, the numbers that it was chosen by
  /// are told.
  ///
  /// - Parameter choice: of the same shape; no gradient flows to it.
  /// - SeeAlso: Y. Bengio, N. Léonard, A. Courville, "Estimating or Propagating Gradients Through Stochastic
  ///   Neurons" (2013), section 3.
  package func replaced(by choice: Tensor) -> Tensor {
    precondition(
      shape == choice.shape,
      "replaced(by:): shapes \(shape) and \(choice.shape); give equal shapes")
    return choice.detached.recorded(from: self) { gradient, tape in
      tape.add(gradient, to: self)
    }
  }
}
