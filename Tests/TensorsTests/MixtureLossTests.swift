import Foundation
import Randomness
import Tensors
import TestSupport
import Testing

/// The mixtures' loss and its gradient, by the kernels of every instruction set.
@Suite struct MixtureLossTests {
  @Test(arguments: InstructionSet.allCases)
  func `Loss and gradient are those of the definition in double precision`(_ set: InstructionSet) {
    let errors = onThread(set) { MixtureCase.all.map { $0.errors() } }
    // Three exponentials and a logarithm a component, each within 3e-7, over sums of some hundred.
    for (sizes, error) in zip(MixtureCase.all, errors ?? []) {
      #expect(error.value < 2e-6, "loss of \(sizes), \(set)")
      #expect(error.gradient < 5e-6, "gradient of \(sizes), \(set)")
    }
  }

  @Test(arguments: InstructionSet.allCases)
  func `Rows of weight 0 count for nothing, whatever they hold`(_ set: InstructionSet) {
    let found = onThread(set) {
      let layout = MixtureLayout(latents: 3, mixtures: 2)
      var numbers = [Float](repeating: 0.25, count: 2 * (layout.columns + 1))
      for place in layout.columns + 1..<numbers.count { numbers[place] = .nan }
      let rows = Tensor(numbers, shape: [2, layout.columns + 1])
      let targets = Tensor([0, 1, 2, .nan, .nan, .nan], shape: [2, 3])
      let head = MixtureHead.squaredError(target: Tensor([1, .nan], shape: [2]), scale: 1)
      let (value, gradients) = valueAndGradients(of: [rows]) {
        $0[0].mixtureLoss(
          to: targets, layout: layout, heads: [head], weights: Tensor([1, 0], shape: [2])
        ).value
      }
      return (value.scalar, gradients[0].sliced(axis: 0, 1..<2).scalars)
    }
    guard let found else { return }
    #expect(found.0.isFinite)
    #expect(found.1.allSatisfy { $0 == 0 })
  }

  @Test(arguments: InstructionSet.allCases)
  func `Far targets and extreme numbers give finite losses and gradients`(_ set: InstructionSet) {
    let finite = onThread(set) {
      let layout = MixtureLayout(latents: 2, mixtures: 2)
      let extremes: [Float] = [-300, 300, 0, 1000, -1000, 50, 1e4, -1e4, -90, 90, 1e5, -1e5]
      let (value, gradients) = valueAndGradients(of: [Tensor(extremes, shape: [1, 12])]) {
        $0[0].mixtureLoss(to: Tensor([1e3, -1e3], shape: [1, 2]), layout: layout).value
      }
      return value.scalar.isFinite && gradients[0].scalars.allSatisfy(\.isFinite)
    }
    #expect(finite ?? true)
  }

  @Test func `A dense layer's loss, taken in blocks, is the loss of its whole output`() {
    // 600 rows are three blocks, the last of them not whole.
    let layout = MixtureLayout(latents: 7, mixtures: 3)
    var stream = RandomStream(root: 4, name: "blocks")
    let inputs = [[600, 9], [9, layout.columns + 1], [layout.columns + 1]].map {
      Tensor(uniform: -1..<1, shape: $0, stream: &stream)
    }
    let targets = Tensor(uniform: -1..<1, shape: [600, 7], stream: &stream)
    let head = MixtureHead.squaredError(
      target: Tensor(uniform: -1..<1, shape: [600], stream: &stream), scale: 0.5)
    let weights = Tensor((0..<600).map { Float($0 % 3) }, shape: [600])
    let losses = [true, false].map { isWhole in
      valueAndGradients(of: inputs) { tensors -> Tensor in
        let (x, weight, bias) = (tensors[0], tensors[1], tensors[2])
        let loss =
          isWhole
          ? x.dense(weight: weight, bias: bias).mixtureLoss(
            to: targets, layout: layout, heads: [head], weights: weights, scale: 0.01)
          : x.mixtureLoss(
            weight: weight, bias: bias, to: targets, layout: layout, heads: [head],
            weights: weights, scale: 0.01)
        // A factor that the gradients must carry on.
        return loss.value * 3
      }
    }
    // The same sums of 600 rows in another order.
    #expect([losses[1].value.scalar].relativeError(to: [losses[0].value.scalar]) < 1e-6)
    for (found, exact) in zip(losses[1].gradients, losses[0].gradients) {
      #expect(found.scalars.relativeError(to: exact.scalars) < 2e-6, "\(exact.shape)")
    }
  }

  @Test func `Beyond its bounds a log deviation has only gradients that lead back`() {
    // One component of one latent: far targets ask for a larger deviation, near ones for a smaller.
    let layout = MixtureLayout(latents: 1, mixtures: 1)
    let gradient = { (logSigma: Float, target: Float) in
      valueAndGradients(of: [Tensor([0, 0, logSigma], shape: [1, 3])]) {
        $0[0].mixtureLoss(to: Tensor([target], shape: [1, 1]), layout: layout).value
      }.gradients[0].scalars[2]
    }
    #expect(gradient(-8, 0) == 0)
    #expect(gradient(-8, 1) < 0)
    #expect(gradient(8, 1e6) == 0)
    #expect(gradient(8, 0) > 0)
  }
}

/// Random rows of mixtures, with a reward and a termination beside them where `heads` says so.
private struct MixtureCase: Sendable {
  var rows: Int
  var latents: Int
  var mixtures: Int
  var isShared = false
  var heads = false
  var weighted = false

  static let all = [
    MixtureCase(rows: 1, latents: 1, mixtures: 1),
    MixtureCase(rows: 3, latents: 17, mixtures: 5, heads: true),
    MixtureCase(rows: 4, latents: 5, mixtures: 3, heads: true, weighted: true),
    MixtureCase(rows: 2, latents: 3, mixtures: 32),
    MixtureCase(rows: 3, latents: 19, mixtures: 4, isShared: true, weighted: true),
    MixtureCase(rows: 19, latents: 2, mixtures: 5, heads: true, weighted: true),
  ]

  private var layout: MixtureLayout {
    MixtureLayout(latents: latents, mixtures: mixtures, isShared: isShared)
  }

  func errors() -> (value: Double, gradient: Double) {
    var stream = RandomStream(root: UInt64(latents), name: "mixture")
    let columns = layout.columns + (heads ? 2 : 0)
    let numbers = Tensor(uniform: -1..<1, shape: [rows, columns], stream: &stream)
    let targets = Tensor(uniform: -1..<1, shape: [rows, latents], stream: &stream)
    let rewards = Tensor(uniform: -1..<1, shape: [rows], stream: &stream)
    let ends = Tensor((0..<rows).map { Float($0 % 2) }, shape: [rows])
    let weights = weighted ? Tensor((0..<rows).map { Float($0 % 3) }, shape: [rows]) : nil
    let list: [MixtureHead] = [
      .squaredError(target: rewards, scale: 0.5),
      .bernoulli(target: ends, positiveWeight: 10, scale: 0.25),
    ]
    let (value, gradients) = valueAndGradients(of: [numbers]) {
      $0[0].mixtureLoss(
        to: targets, layout: layout, heads: heads ? list : [], weights: weights, scale: 2
      ).value
    }
    let exact = { (array: OracleArray) in
      self.exact(array, targets.oracle, rewards.oracle, ends.oracle, weights?.oracle)
    }
    let gradient = OracleArray.gradients(at: [numbers.oracle]) { exact($0[0]) }[0]
    return (
      [value.scalar].relativeError(to: [Float(exact(numbers.oracle))]),
      gradients[0].scalars.relativeError(to: gradient.values.map { Float($0) })
    )
  }

  private func exact(
    _ numbers: OracleArray, _ targets: OracleArray, _ rewards: OracleArray, _ ends: OracleArray,
    _ weights: OracleArray?
  ) -> Double {
    let columns = numbers.shape[1]
    return (0..<rows).reduce(0) { sum, row in
      let numbers = Array(numbers.values[row * columns..<(row + 1) * columns])
      let targets = Array(targets.values[row * latents..<(row + 1) * latents])
      var loss = 2 * exactMixture(numbers, targets)
      if heads {
        let (reward, logit) = (numbers[layout.columns], numbers[layout.columns + 1])
        loss += 0.5 * (reward - rewards.values[row]) * (reward - rewards.values[row])
        let end = ends.values[row]
        loss += 0.25 * (end > 0 ? 10 : 1) * (log1p(exp(logit)) - end * logit)
      }
      return sum + (weights?.values[row] ?? 1) * loss
    }
  }

  private func exactMixture(_ numbers: [Double], _ targets: [Double]) -> Double {
    let logits = isShared ? mixtures : mixtures * latents
    let density = { (component: Int, latent: Int) -> Double in
      let place = logits + component * latents + latent
      let logSigma = numbers[place + mixtures * latents]
      let error = (targets[latent] - numbers[place]) * exp(-logSigma)
      return -0.5 * error * error - logSigma - 0.5 * log(2 * Double.pi)
    }
    let all = 0..<mixtures
    if isShared {
      let joint = all.map { k in (0..<latents).reduce(numbers[k]) { $0 + density(k, $1) } }
      return logSumExp(all.map { numbers[$0] }) - logSumExp(joint)
    }
    return (0..<latents).reduce(0) { sum, latent in
      let logits = all.map { numbers[$0 * latents + latent] }
      let joint = all.map { logits[$0] + density($0, latent) }
      return sum + logSumExp(logits) - logSumExp(joint)
    }
  }

  private func logSumExp(_ terms: [Double]) -> Double {
    let high = terms.max() ?? 0
    return high + log(terms.reduce(0) { $0 + exp($1 - high) })
  }
}
