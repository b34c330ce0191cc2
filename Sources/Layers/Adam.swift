import Tensors

/// The optimiser Adam with bias-corrected moments, as PyTorch computes it.
///
/// - SeeAlso: D. Kingma and J. Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1.
public struct Adam {
  /// The step size.
  public var learningRate: Float
  /// Decay of the first moment.
  public var beta1: Float = 0.9
  /// Decay of the second moment.
  public var beta2: Float = 0.999
  /// Added to the root of the second moment.
  public var epsilon: Float = 1e-8
  /// Steps taken so far.
  public private(set) var step = 0
  /// The running means of the gradients, one a parameter.
  public private(set) var firstMoments: [Tensor] = []
  /// The running means of the squared gradients, one a parameter.
  public private(set) var secondMoments: [Tensor] = []

  /// Creates an optimiser that has not taken a step.
  public init(learningRate: Float) { self.learningRate = learningRate }

  /// Takes up where another left off.
  ///
  /// - Parameters:
  ///   - step: steps taken so far.
  ///   - firstMoments: one tensor a parameter, in order.
  ///   - secondMoments: one tensor a parameter, in order.
  public mutating func restore(step: Int, firstMoments: [Tensor], secondMoments: [Tensor]) {
    self.step = step
    self.firstMoments = firstMoments
    self.secondMoments = secondMoments
  }

  /// Moves a model's parameters one step against their gradients.
  ///
  /// - Parameters:
  ///   - model: changed in place.
  ///   - gradients: one tensor a parameter, in order.
  ///   - scale: what the gradients are multiplied by first, as clipping asks.
  public mutating func update<Model: Parameterized>(
    _ model: inout Model, gradients: [Tensor], scale: Float = 1
  ) {
    prepareMoments(gradients)
    step += 1
    let rates = AdamRates(
      step: step, learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
      scale: scale)
    var index = 0
    model.visitParameters { name, parameter in
      precondition(
        index < gradients.count && gradients[index].shape == parameter.shape,
        "Adam: parameter \(name) of shape \(parameter.shape) has no gradient of its shape")
      updateOne(&parameter, index, gradients[index], rates)
      index += 1
    }
  }

  private mutating func prepareMoments(_ gradients: [Tensor]) {
    guard firstMoments.isEmpty else { return }
    firstMoments = gradients.map { Tensor(repeating: 0, shape: $0.shape) }
    secondMoments = gradients.map { Tensor(repeating: 0, shape: $0.shape) }
  }

  private mutating func updateOne(
    _ parameter: inout Tensor, _ index: Int, _ gradient: Tensor, _ rates: AdamRates
  ) {
    parameter.takeAdamStep(
      gradient: gradient, firstMoment: &firstMoments[index], secondMoment: &secondMoments[index],
      rates)
  }
}

extension AdamRates {
  /// What the step of a number multiplies by.
  ///
  /// - Parameters:
  ///   - step: counted from 1.
  ///   - scale: what gradients are multiplied by first.
  package init(
    step: Int, learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float,
    scale: Float
  ) {
    self.init(
      scale: scale, beta1: beta1, beta2: beta2, epsilon: epsilon,
      correctedRate: learningRate / (1 - Float.power(beta1, step)),
      correctedRoot: (1 - Float.power(beta2, step)).squareRoot())
  }
}

extension Float {
  /// base^exponent by repeated squaring in double precision, the same on every machine.
  static func power(_ base: Float, _ exponent: Int) -> Float {
    var (result, factor, rest) = (1.0, Double(base), exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return Float(result)
  }
}
