import CKernels

/// How mixtures of Gaussians lie in a row of numbers.
///
/// Logits `[mixtures][latents]` (shared: `[mixtures]`), means `[mixtures][latents]`, log standard
/// deviations `[mixtures][latents]`.
public struct MixtureLayout: Hashable, Sendable {
  /// Dimensions of what the mixtures describe.
  public var latents: Int
  /// Components of a mixture, 1...32.
  public var mixtures: Int
  /// Whether one mixture describes all dimensions together, in place of one a dimension.
  public var isShared = false
  /// Bounds of log standard deviations; beyond them only gradients that lead back flow.
  public var logSigma: ClosedRange<Float> = -7...7

  /// Creates a layout.
  public init(latents: Int, mixtures: Int, isShared: Bool = false) {
    self.latents = latents
    self.mixtures = mixtures
    self.isShared = isShared
  }

  /// Numbers in a row.
  public var columns: Int { (isShared ? mixtures : mixtures * latents) + 2 * mixtures * latents }
}

/// A number beside the mixtures in a row, with what it should be, `[rows]`.
public enum MixtureHead {
  /// Scale · (x − target)².
  case squaredError(target: Tensor, scale: Float)
  /// Scale · −log p(target) of a Bernoulli variable with logit x; targets of 1 weigh `positiveWeight`.
  case bernoulli(target: Tensor, positiveWeight: Float, scale: Float)

  fileprivate var target: Tensor {
    switch self {
    case .squaredError(let target, _), .bernoulli(let target, _, _): target
    }
  }

  fileprivate var scale: Float {
    switch self {
    case .squaredError(_, let scale), .bernoulli(_, _, let scale): scale
    }
  }
}

/// A loss and what it is made of.
public struct MixtureLoss {
  /// The scaled sum of all terms, as a scalar.
  public let value: Tensor
  /// Σ weight · −log p(target) of the mixtures, in nats, not scaled.
  public let mixture: Double
  /// The sum over rows of each head, in order, not scaled.
  public let heads: [Double]
}

extension Tensor {
  /// scale · Σ weight · −log p(target) under mixtures of Gaussians, and the losses of numbers beside them.
  ///
  /// Bishop, "Mixture Density Networks" (1994), in logarithms throughout. The gradient is computed in
  /// the same pass, where a tape asks for one.
  ///
  /// - Parameters:
  ///   - targets: `[rows, latents]`; no gradient flows to them.
  ///   - layout: where the mixtures lie in a row.
  ///   - heads: one number each, after the mixtures, in order.
  ///   - weights: `[rows]`; a row of weight 0 counts for nothing, whatever it holds; nil for 1.
  ///   - scale: of the mixtures' term.
  /// - Precondition: this tensor is `[rows, layout.columns + heads.count]`.
  public func mixtureLoss(
    to targets: Tensor, layout: MixtureLayout, heads: [MixtureHead] = [], weights: Tensor? = nil,
    scale: Float = 1
  ) -> MixtureLoss {
    checkMixture(targets, layout, heads, weights)
    let gradient = watch == nil ? nil : Tensor(uninitialized: shape)
    let mixture = mixtureTerm(targets, layout, weights, scale, gradient)
    let terms = heads.enumerated().map {
      headTerm($1, column: layout.columns + $0, weights, gradient)
    }
    let value = zip(heads, terms).reduce(Double(scale) * mixture) { $0 + Double($1.0.scale) * $1.1 }
    let recorded = Tensor(Float(value)).recorded(from: self) { factor, tape in
      guard let gradient else { return }
      tape.add(factor.scalar == 1 ? gradient : gradient.scaled(by: factor.scalar), to: self)
    }
    return MixtureLoss(value: recorded, mixture: mixture, heads: terms)
  }

  private func mixtureTerm(
    _ targets: Tensor, _ layout: MixtureLayout, _ weights: Tensor?, _ scale: Float,
    _ gradient: Tensor?
  ) -> Double {
    var description = UmweltMixture(
      rows: Int64(shape[0]), latents: Int64(layout.latents), mixtures: Int64(layout.mixtures),
      shared: layout.isShared, low: layout.logSigma.lowerBound, high: layout.logSigma.upperBound,
      parameters: pointer, stride: Int64(shape[1]), targets: targets.pointer,
      weights: weights?.pointer, gradient: gradient?.mutablePointer, scale: scale)
    return umwelt_mixture_loss(&description)
  }

  private func headTerm(
    _ head: MixtureHead, column: Int, _ weights: Tensor?, _ gradient: Tensor?
  ) -> Double {
    var description = UmweltColumn(
      rows: Int64(shape[0]), predictions: pointer + column, stride: Int64(shape[1]),
      targets: head.target.pointer, weights: weights?.pointer,
      gradient: gradient.map { $0.mutablePointer + column }, scale: head.scale)
    switch head {
    case .squaredError: return umwelt_reward_loss(&description)
    case .bernoulli(_, let positiveWeight, _):
      return umwelt_termination_loss(&description, positiveWeight)
    }
  }

  private func checkMixture(
    _ targets: Tensor, _ layout: MixtureLayout, _ heads: [MixtureHead], _ weights: Tensor?
  ) {
    let columns = layout.columns + heads.count
    precondition(
      layout.latents >= 1 && (1...Int(UmweltMostComponents)).contains(layout.mixtures),
      "mixtureLoss: \(layout.mixtures) mixtures of \(layout.latents) latents; give 1...32 and 1 or more"
    )
    precondition(
      shape.count == 2 && shape[1] == columns && targets.shape == [shape[0], layout.latents],
      "mixtureLoss: \(shape) to \(targets.shape); give [rows, \(columns)] and [rows, \(layout.latents)]"
    )
    precondition(
      weights.map { $0.count == shape[0] } ?? true
        && heads.allSatisfy { $0.target.count == shape[0] },
      "mixtureLoss: weights \(weights?.shape ?? []), heads \(heads.map(\.target.shape)); give [\(shape[0])]"
    )
  }
}
