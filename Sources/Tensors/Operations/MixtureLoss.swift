import CKernels
import OneDNN

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
    let task = MixtureTask(
      targets: targets, layout: layout, heads: heads, weights: weights, scale: scale)
    task.check(shape)
    let gradient = watch == nil ? nil : Tensor(uninitialized: shape)
    let terms = task.terms(pointer, rows: 0..<shape[0], gradient: gradient?.mutablePointer)
    let value = task.value(terms).recorded(from: self) { factor, tape in
      guard let gradient else { return }
      tape.add(gradient.times(factor), to: self)
    }
    return MixtureLoss(value: value, mixture: terms[0], heads: Array(terms.dropFirst()))
  }

  /// The mixtures' loss of x · weight + bias, without ever holding that product whole.
  ///
  /// Rows are taken in blocks that stay in the cache; gradients are computed in the same pass, where a
  /// tape asks for them.
  ///
  /// - Parameters:
  ///   - weight: `[inputs, layout.columns + heads.count]`, for an x of `[rows, inputs]`.
  ///   - bias: `[layout.columns + heads.count]`.
  public func mixtureLoss(
    weight: Tensor, bias: Tensor, to targets: Tensor, layout: MixtureLayout,
    heads: [MixtureHead] = [], weights: Tensor? = nil, scale: Float = 1
  ) -> MixtureLoss {
    let task = MixtureTask(
      targets: targets, layout: layout, heads: heads, weights: weights, scale: scale)
    precondition(
      shape.count == 2 && weight.shape == [shape[1], task.columns] && bias.shape == [task.columns],
      "mixtureLoss: x \(shape), weight \(weight.shape), bias \(bias.shape); give [rows, inputs], [inputs, \(task.columns)] and [\(task.columns)]"
    )
    task.check([shape[0], task.columns])
    let isWatched = [self, weight, bias].contains { $0.watch != nil }
    let pass = DenseMixturePass(x: self, weight: weight, bias: bias, differentiates: isWatched)
    let terms = pass.run(task)
    let value = task.value(terms).recorded(from: self, weight, bias) { factor, tape in
      guard let gradients = pass.gradients else { return }
      tape.add(gradients.x.times(factor), to: self)
      tape.add(gradients.weight.times(factor), to: weight)
      tape.add(gradients.bias.times(factor), to: bias)
    }
    return MixtureLoss(value: value, mixture: terms[0], heads: Array(terms.dropFirst()))
  }

  private func times(_ factor: Tensor) -> Tensor {
    factor.scalar == 1 ? self : scaled(by: factor.scalar)
  }
}

/// Everything about a mixtures' loss but the numbers it is the loss of.
private struct MixtureTask {
  let targets: Tensor
  let layout: MixtureLayout
  let heads: [MixtureHead]
  let weights: Tensor?
  let scale: Float

  var columns: Int { layout.columns + heads.count }

  /// The sums of the mixtures' term and of each head over some rows.
  ///
  /// - Parameters:
  ///   - numbers: the first of these rows.
  ///   - gradient: receives these rows' gradient; may be the numbers themselves.
  func terms(
    _ numbers: UnsafePointer<Float>, rows: Range<Int>, gradient: UnsafeMutablePointer<Float>?
  ) -> [Double] {
    var mixture = UmweltMixture(
      rows: Int64(rows.count), latents: Int64(layout.latents), mixtures: Int64(layout.mixtures),
      shared: layout.isShared, low: layout.logSigma.lowerBound, high: layout.logSigma.upperBound,
      parameters: numbers, stride: Int64(columns),
      targets: targets.pointer + rows.lowerBound * layout.latents,
      weights: weights.map { $0.pointer + rows.lowerBound }, gradient: gradient, scale: scale)
    return [umwelt_mixture_loss(&mixture)]
      + heads.enumerated().map { place, head in
        headTerm(head, column: layout.columns + place, numbers, rows, gradient)
      }
  }

  private func headTerm(
    _ head: MixtureHead, column: Int, _ numbers: UnsafePointer<Float>, _ rows: Range<Int>,
    _ gradient: UnsafeMutablePointer<Float>?
  ) -> Double {
    var description = UmweltColumn(
      rows: Int64(rows.count), predictions: numbers + column, stride: Int64(columns),
      targets: head.target.pointer + rows.lowerBound,
      weights: weights.map { $0.pointer + rows.lowerBound },
      gradient: gradient.map { $0 + column }, scale: head.scale)
    switch head {
    case .squaredError: return umwelt_reward_loss(&description)
    case .bernoulli(_, let positiveWeight, _):
      return umwelt_termination_loss(&description, positiveWeight)
    }
  }

  /// The scaled sum of terms.
  func value(_ terms: [Double]) -> Tensor {
    let scales = [scale] + heads.map(\.scale)
    return Tensor(Float(zip(scales, terms).reduce(0) { $0 + Double($1.0) * $1.1 }))
  }

  func check(_ shape: [Int]) {
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

/// A dense layer and the loss of its mixtures, block by block of rows.
private final class DenseMixturePass {
  /// Gradients of the loss, where they are wanted.
  let gradients: (x: Tensor, weight: Tensor, bias: Tensor)?
  private let x: Tensor
  private let weight: Tensor
  private let bias: Tensor
  private let numbers: Tensor
  private let blockBias: Tensor

  private static let blockRows = 256

  init(x: Tensor, weight: Tensor, bias: Tensor, differentiates: Bool) {
    (self.x, self.weight, self.bias) = (x, weight, bias)
    numbers = Tensor(uninitialized: [min(Self.blockRows, x.shape[0]), bias.count])
    blockBias = Tensor(uninitialized: bias.shape)
    gradients =
      differentiates
      ? (
        Tensor(uninitialized: x.shape), Tensor(repeating: 0, shape: weight.shape),
        Tensor(repeating: 0, shape: bias.shape)
      ) : nil
  }

  /// The sums of the terms; gradients are complete afterwards.
  func run(_ task: MixtureTask) -> [Double] {
    var sums = [Double](repeating: 0, count: 1 + task.heads.count)
    for start in stride(from: 0, to: x.shape[0], by: Self.blockRows) {
      let rows = start..<min(x.shape[0], start + Self.blockRows)
      let operations = 2 * rows.count * weight.count
      EngineProfile.measure("mixture layer, forward", matrixOperations: operations) {
        engine("mixtureLoss") { () throws(OneDNNError) in try layer(rows) }
      }
      let terms = EngineProfile.measure("mixtures' loss and its gradient") {
        task.terms(
          numbers.pointer, rows: rows, gradient: gradients == nil ? nil : numbers.mutablePointer)
      }
      for place in sums.indices { sums[place] += terms[place] }
      EngineProfile.measure("mixture layer, backward", matrixOperations: 2 * operations) {
        engine("mixtureLoss") { () throws(OneDNNError) in try accumulate(rows) }
      }
    }
    return sums
  }

  private func layer(_ rows: Range<Int>) throws(OneDNNError) {
    for row in 0..<rows.count {
      (numbers.mutablePointer + row * bias.count).update(from: bias.pointer, count: bias.count)
    }
    try multiplyMatrices(
      rows: rows.count, inner: weight.shape[0], columns: bias.count,
      MatrixOperand(x.pointer + rows.lowerBound * weight.shape[0]), MatrixOperand(weight.pointer),
      result: numbers.mutablePointer, accumulates: true)
  }

  /// Once the numbers have given place to their gradients.
  private func accumulate(_ rows: Range<Int>) throws(OneDNNError) {
    guard let gradients else { return }
    let (inputs, columns) = (weight.shape[0], bias.count)
    let place = rows.lowerBound * inputs
    try multiplyMatrices(
      rows: rows.count, inner: columns, columns: inputs, MatrixOperand(numbers.pointer),
      MatrixOperand(weight.pointer, isTransposed: true),
      result: gradients.x.mutablePointer + place)
    try multiplyMatrices(
      rows: inputs, inner: rows.count, columns: columns,
      MatrixOperand(x.pointer + place, isTransposed: true), MatrixOperand(numbers.pointer),
      result: gradients.weight.mutablePointer, accumulates: true)
    umwelt_column_sums(
      numbers.pointer, blockBias.mutablePointer, Int64(rows.count), Int64(columns))
    umwelt_accumulate(
      blockBias.pointer, 1, gradients.bias.mutablePointer, Int64(columns))
  }
}
