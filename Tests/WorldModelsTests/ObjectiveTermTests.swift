import Foundation
import Randomness
import Tensors
import TestSupport
import Testing
import WorldModels

/// A posterior of some frames in double precision.
private struct ExactPosterior {
  let mean: [[Double]]
  let logVariance: [[Double]]
  let noise: [[Double]]

  init(_ arrays: [OracleArray], noise: Tensor) {
    let rows = { (values: [Double]) in
      stride(from: 0, to: values.count, by: noise.shape[1]).map {
        Array(values[$0..<$0 + noise.shape[1]])
      }
    }
    (mean, logVariance) = (rows(arrays[0].values), rows(arrays[1].values))
    self.noise = rows(noise.scalars.map(Double.init))
  }

  var latents: [[Double]] {
    mean.indices.map { row in
      mean[row].indices.map {
        mean[row][$0] + exp(logVariance[row][$0] / 2) * noise[row][$0]
      }
    }
  }

  func divergence(_ row: Int, _ column: Int) -> Double {
    let (mean, logVariance) = (mean[row][column], logVariance[row][column])
    return 0.5 * (mean * mean + exp(logVariance) - logVariance - 1)
  }

  func logDensity(_ z: Double, _ row: Int, _ column: Int) -> Double {
    let difference = z - mean[row][column]
    return -0.5
      * (log(2 * Double.pi) + logVariance[row][column]
        + difference * difference * exp(-logVariance[row][column]))
  }
}

/// Every term against a plain computation in double precision: values, and gradients by differences.
@Suite struct ObjectiveTermTests {
  private let count = 7
  private let size = 4

  private func inputs(seed: UInt64 = 2) -> (arrays: [Tensor], noise: Tensor) {
    var stream = RandomStream(seed: seed)
    let arrays = [-1..<Float(1), -1.5..<0.5].map {
      Tensor(uniform: $0, shape: [count, size], stream: &stream)
    }
    return (arrays, Tensor(normal: [count, size], stream: &stream))
  }

  private func expect(
    _ term: some ObjectiveTerm, location: SourceLocation = #_sourceLocation,
    _ oracle: (ExactPosterior) -> [Double]
  ) {
    let (arrays, noise) = inputs()
    let exactArrays = arrays.map { OracleArray($0.scalars.map(Double.init), shape: $0.shape) }
    let exact = oracle(ExactPosterior(exactArrays, noise: noise))
    for index in exact.indices {
      let (value, gradients) = valueAndGradients(of: arrays) {
        let posterior = Posterior(mean: $0[0], logVariance: $0[1], noise: noise)
        return term.parts(of: posterior)[index].total
      }
      let wanted = exact[index] * Double(count)
      #expect(
        abs(Double(value.scalar) - wanted) < 1e-4 * max(1, abs(wanted)), "\(index)",
        sourceLocation: location)
      let slopes = OracleArray.gradients(at: exactArrays) {
        oracle(ExactPosterior($0, noise: noise))[index] * Double(count)
      }
      for (found, slope) in zip(gradients, slopes) {
        let slope = slope.values.map { Float($0) }
        let largest = slope.map(abs).max() ?? 0
        #expect(
          largest < 1e-6
            ? found.scalars.allSatisfy { abs($0) < 1e-6 }
            : found.scalars.relativeError(to: slope) < 1e-4, "gradient \(index)",
          sourceLocation: location)
      }
    }
  }

  private var frames: Range<Int> { 0..<count }
  private var latents: Range<Int> { 0..<size }

  @Test(arguments: [Float(0), 1.5, 100])
  func `The divergence with a floor for each frame`(_ floor: Float) {
    expect(FlooredDivergence(weight: 1, floor: floor)) { posterior in
      let sums = frames.map { row in
        max(Double(floor), latents.reduce(0) { $0 + posterior.divergence(row, $1) })
      }
      return [sums.reduce(0, +) / Double(count)]
    }
  }

  @Test(arguments: [1, 2, 4], [Float(0), 0.3, 5])
  func `Free bits of latents and groups`(_ groupSize: Int, _ nats: Float) {
    expect(FreeBits(weight: 1, nats: nats, groupSize: groupSize)) { posterior in
      let means = latents.map { column in
        frames.reduce(0) { $0 + posterior.divergence($1, column) } / Double(count)
      }
      let groups = stride(from: 0, to: size, by: groupSize).map { start in
        max(Double(nats * Float(groupSize)), means[start..<start + groupSize].reduce(0, +))
      }
      return [groups.reduce(0, +)]
    }
  }

  @Test func `A latent below its floor has no gradient, one above it has all of its own`() {
    let mean = Tensor([2, 0.1, -2, -0.1, 2.5, 0.2], shape: [3, 2])
    let zeros = Tensor(repeating: 0, shape: [3, 2])
    let gradient = { (nats: Float) in
      valueAndGradients(of: [mean]) {
        FreeBits(weight: 1, nats: nats, groupSize: 1)
          .parts(of: Posterior(mean: $0[0], logVariance: zeros, noise: zeros))[0].total
      }.gradients[0].scalars
    }
    #expect([1, 3, 5].allSatisfy { gradient(0.5)[$0] == 0 })
    // The derivative of ½ Σ mean² is the mean itself.
    #expect(zip([0, 2, 4], [Float(2), -2, 2.5]).allSatisfy { abs(gradient(0.5)[$0] - $1) < 1e-5 })
    #expect(zip(gradient(0), mean.scalars).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test(arguments: [Float(0.2), 50])
  func `The distance from a capacity, below it and above it`(_ capacity: Float) {
    expect(ControlledCapacity(weight: 1, capacity: capacity)) { posterior in
      let sum = frames.reduce(0.0) { sum, row in
        latents.reduce(sum) { $0 + posterior.divergence(row, $1) }
      }
      return [abs(sum / Double(count) - Double(capacity))]
    }
  }

  @Test func `The capacity rises evenly and then holds`() {
    let capacities = [0, 5, 10, 11, Int.max].map {
      ControlledCapacity.capacity(25, at: $0, of: 10)
    }
    #expect(capacities == [0, 12.5, 25, 25, 25])
    #expect(ControlledCapacity.capacity(25, at: 0, of: 0) == 25)
  }

  @Test func `A divergence that is not a number is not hidden by the capacity`() {
    let mean = Tensor([.nan], shape: [1, 1])
    let zero = Tensor([0], shape: [1, 1])
    let posterior = Posterior(mean: mean, logVariance: zero, noise: zero)
    #expect(ControlledCapacity(weight: 1, capacity: 3).parts(of: posterior)[0].total.scalar.isNaN)
  }

  @Test func `The divergence in three parts`() {
    expect(DivergenceDecomposition(information: 1, correlation: 1, dimensions: 1)) { posterior in
      let z = posterior.latents
      let parts = frames.map { row -> [Double] in
        let own = latents.reduce(0) { $0 + posterior.logDensity(z[row][$1], row, $1) }
        let joint = log(
          frames.reduce(0.0) { sum, other in
            sum + exp(latents.reduce(0) { $0 + posterior.logDensity(z[row][$1], other, $1) })
          } / Double(count))
        let marginals = latents.reduce(0.0) { sum, column in
          sum
            + log(
              frames.reduce(0) { $0 + exp(posterior.logDensity(z[row][column], $1, column)) }
                / Double(count))
        }
        let prior = latents.reduce(0) { $0 - 0.5 * (z[row][$1] * z[row][$1] + log(2 * Double.pi)) }
        return [own - joint, joint - marginals, marginals - prior]
      }
      return (0..<3).map { part in parts.reduce(0) { $0 + $1[part] } / Double(count) }
    }
  }

  @Test
  func `The three parts add up to a draw of the divergence, and the information is at most log n`()
  {
    let (arrays, noise) = inputs(seed: 9)
    let posterior = Posterior(mean: arrays[0] * 30, logVariance: arrays[1], noise: noise)
    let parts = DivergenceDecomposition(information: 1, correlation: 1, dimensions: 1)
      .parts(of: posterior).map { $0.total.scalar / Float(count) }
    let draw =
      ((posterior.latents.square() - noise.square() - arrays[1]).sum() * 0.5).scalar / Float(count)
    #expect(abs(parts.reduce(0, +) / draw - 1) < 1e-4)
    #expect(parts[0] <= Float(log(Double(count))) + 1e-4)
    // Frames so far apart that each latent tells its own.
    #expect(parts[0] > 0.95 * Float(log(Double(count))))
  }

  @Test(arguments: [false, true])
  func `The total correlation is about 0 where latents are independent, else the Gaussian's`(
    _ isCorrelated: Bool
  ) {
    var stream = RandomStream(seed: 4)
    let frames = 400
    let first = Tensor(normal: [frames, 1], stream: &stream)
    let second = isCorrelated ? first : Tensor(normal: [frames, 1], stream: &stream)
    let mean = Tensor.concatenated([first, second], axis: 1) * Float(0.75).squareRoot()
    let logVariance = Tensor(repeating: Float(log(0.25)), shape: [frames, 2])
    let noise = Tensor(normal: [frames, 2], stream: &stream)
    let parts = DivergenceDecomposition(information: 1, correlation: 1, dimensions: 1)
      .parts(of: Posterior(mean: mean, logVariance: logVariance, noise: noise))
    let found = parts[1].total.scalar / Float(frames)
    // All latents together: variances 1, correlation 0 or 0.75; −½ log(1 − 0.75²).
    let exact: Float = isCorrelated ? -0.5 * Float(log(1 - 0.5625)) : 0
    #expect(abs(found - exact) < 0.08, "\(found)")
    #expect(abs(parts[2].total.scalar / Float(frames)) < 0.08)
  }

  @Test func `The maximum mean discrepancy`() {
    var stream = RandomStream(seed: 8)
    let prior = Tensor(normal: [count, size], stream: &stream)
    let draws = stride(from: 0, to: count * size, by: size).map {
      prior.scalars[$0..<$0 + size].map(Double.init)
    }
    let kernel = { [size] (a: [Double], b: [Double]) in
      let distance = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      return [0.1, 0.2, 0.5, 1, 2, 5, 10].reduce(0.0) { sum, scale in
        let width = scale * 2 * Double(size)
        return sum + width / (width + distance)
      }
    }
    expect(MaximumMeanDiscrepancy(weight: 1, prior: prior)) { posterior in
      let z = posterior.latents
      var sum = 0.0
      for a in frames {
        for b in frames {
          if a != b {
            sum += (kernel(z[a], z[b]) + kernel(draws[a], draws[b])) / Double(count * (count - 1))
          }
          sum -= 2 * kernel(z[a], draws[b]) / Double(count * count)
        }
      }
      return [sum]
    }
  }

  @Test
  func `The maximum mean discrepancy is about 0 for draws from the prior, and not for others`() {
    var stream = RandomStream(seed: 8)
    let shape = [200, 3]
    let zeros = Tensor(repeating: 0, shape: shape)
    let latents = Tensor(normal: shape, stream: &stream)
    let term = MaximumMeanDiscrepancy(weight: 1, prior: Tensor(normal: shape, stream: &stream))
    let found = { (mean: Tensor) in
      term.parts(of: Posterior(mean: mean, logVariance: zeros, noise: zeros))[0].total.scalar / 200
    }
    #expect(abs(found(latents)) < 0.02)
    #expect(found(latents + 1) > 0.2)
    #expect(found(latents * 0.2) > 0.2)
  }

  @Test func `The warm-up rises once, or again and again`() {
    let once = WarmUp(steps: 4, every: 0)
    #expect([0, 2, 4, 5, 1000].map { once.weight(2, at: $0) } == [0, 1, 2, 2, 2])
    let again = WarmUp(steps: 4, every: 8)
    #expect(
      (0..<18).map { again.weight(1, at: $0) }
        == [0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 0, 0.25])
    #expect(WarmUp(steps: 0, every: 0).weight(3, at: 0) == 3)
  }

  /// A world whose divergence answers β at once: KL = 40 / (1 + β).
  @Test(arguments: [Float(0), 1, 30])
  func `The controller brings the divergence to its target, from below and from above`(
    _ start: Float
  ) {
    var controller = DivergenceController(
      target: 8, proportional: 0.01, integral: 0.005, start: start, highest: 100)
    for _ in 0..<3000 { controller.observe(40 / (1 + controller.beta)) }
    #expect(abs(40 / (1 + controller.beta) - 8) < 0.05)
  }

  @Test func `The controller's first steps are ControlVAE's`() {
    var controller = DivergenceController(
      target: 10, proportional: 0.5, integral: 0.01, start: 1, highest: 100)
    controller.observe(12)
    // Kp / (1 + e^−2) + 1 + 0.01 · 2.
    #expect(abs(controller.beta - (0.5 / (1 + Float(exp(-2.0))) + 1.02)) < 1e-5)
    controller.observe(9)
    #expect(abs(controller.beta - (0.5 / (1 + Float(exp(1.0))) + 1.01)) < 1e-5)
  }

  @Test func `The controller finds back from its bounds at once and keeps to them`() {
    var controller = DivergenceController(
      target: 10, proportional: 0, integral: 0.1, start: 1, highest: 5)
    for _ in 0..<1000 { controller.observe(100) }
    #expect(controller.beta == 5)
    for _ in 0..<20 { controller.observe(5) }
    #expect(controller.beta < 5)
    for _ in 0..<1000 { controller.observe(0) }
    #expect(controller.beta == 0)
    for _ in 0..<20 { controller.observe(15) }
    #expect(controller.beta > 0)
    let before = controller
    controller.observe(.nan)
    #expect(controller == before)
  }
}
