import Foundation
import Randomness
import Tensors
import TestSupport
import Testing
import WorldModels

/// Each likelihood against the logarithm of its density, its integral, and the mean of its samples.
@Suite struct LikelihoodTests {
  private static let shape = [3, 2, 5]

  /// A decoder's outputs and frames, both in 0.1...0.9.
  private func numbers(_ shape: [Int] = shape, seed: UInt64 = 3) -> (decoded: Tensor, data: Tensor)
  {
    var stream = RandomStream(seed: seed)
    let decoded = Tensor(uniform: 0.1..<0.9, shape: shape, stream: &stream)
    return (decoded, Tensor(uniform: 0.1..<0.9, shape: shape, stream: &stream))
  }

  private func expect(
    _ likelihood: some Likelihood, _ decoded: Tensor, _ data: Tensor,
    location: SourceLocation = #_sourceLocation, exact: (Double, Double) -> Double
  ) {
    let each = zip(decoded.scalars, data.scalars).map { exact(Double($0), Double($1)) }
    let size = each.count / data.shape[0]
    let rows = stride(from: 0, to: each.count, by: size).map {
      Float(each[$0..<$0 + size].reduce(0, +))
    }
    let found = likelihood.negativeLogs(of: data, decoded: decoded)
    #expect(found.shape == [data.shape[0]], sourceLocation: location)
    #expect(found.scalars.relativeError(to: rows) < 1e-5, sourceLocation: location)
    let total = likelihood.negativeLog(of: data, decoded: decoded)
    #expect(
      [total.scalar].relativeError(to: [rows.reduce(0, +)]) < 1e-5, sourceLocation: location)
    // Both forms have one gradient.
    let gradients = [
      valueAndGradients(of: [decoded]) { likelihood.negativeLogs(of: data, decoded: $0[0]).sum() },
      valueAndGradients(of: [decoded]) { likelihood.negativeLog(of: data, decoded: $0[0]) },
    ].map { $0.gradients[0].scalars }
    #expect(gradients[0].relativeError(to: gradients[1]) < 1e-5, sourceLocation: location)
    let slopes = zip(decoded.scalars, data.scalars).map { output, datum in
      let (output, datum) = (Double(output), Double(datum))
      return Float((exact(output + 1e-5, datum) - exact(output - 1e-5, datum)) / 2e-5)
    }
    #expect(gradients[0].relativeError(to: slopes) < 1e-4, sourceLocation: location)
  }

  /// Σ p(x) over a grid of one number.
  private func integral(
    _ likelihood: some Likelihood, output: Float, from low: Double, to high: Double, points: Int
  ) -> Double {
    let step = (high - low) / Double(points)
    return (0..<points).reduce(0.0) { sum, index in
      let x = Tensor([Float(low + (Double(index) + 0.5) * step)], shape: [1, 1])
      let log = likelihood.negativeLogs(of: x, decoded: Tensor([output], shape: [1, 1])).scalar
      return sum + exp(-Double(log)) * step
    }
  }

  private func sampleMean(_ likelihood: some Likelihood, _ decoded: Tensor, draws: Int) -> [Double]
  {
    var stream = RandomStream(seed: 11)
    var sums: [Double] = []
    for _ in 0..<draws {
      let sample = likelihood.sample(from: decoded, stream: &stream).scalars.map(Double.init)
      sums = sums.isEmpty ? sample : zip(sums, sample).map(+)
    }
    return sums.map { $0 / Double(draws) }
  }

  private func expectMean(
    _ likelihood: some Likelihood, _ decoded: Tensor, within tolerance: Double,
    location: SourceLocation = #_sourceLocation
  ) {
    let mean = likelihood.mean(of: decoded).scalars.map(Double.init)
    let worst = zip(mean, sampleMean(likelihood, decoded, draws: 4000)).map { abs($0 - $1) }.max()
    #expect((worst ?? .infinity) < tolerance, sourceLocation: location)
  }

  @Test(arguments: [Float(0.05), 0.3, 2])
  func `A Gaussian of a given sigma`(_ sigma: Float) {
    let (decoded, data) = numbers()
    let gaussian = FixedGaussian(sigma: sigma)
    let deviation = Double(sigma)
    expect(gaussian, decoded, data) { output, datum in
      0.5 * pow((datum - output) / deviation, 2) + log(deviation) + 0.5 * log(2 * Double.pi)
    }
    let sum = integral(
      gaussian, output: 0.4, from: 0.4 - 8 * deviation, to: 0.4 + 8 * deviation, points: 1000)
    #expect(abs(sum - 1) < 1e-4)
    // Five standard errors of 4000 draws.
    expectMean(gaussian, decoded, within: 0.08 * deviation)
  }

  @Test func `The sum of squares is a Gaussian of sigma 0.707 without its constant`() {
    let (decoded, data) = numbers()
    expect(SumOfSquares(), decoded, data) { ($0 - $1) * ($0 - $1) }
    let gaussian = FixedGaussian(sigma: Float(0.5).squareRoot())
    let constants = zip(
      gaussian.negativeLogs(of: data, decoded: decoded).scalars,
      SumOfSquares().negativeLogs(of: data, decoded: decoded).scalars
    ).map { $0 - $1 }
    #expect(constants.allSatisfy { abs($0 - 5 * Float(log(Double.pi))) < 1e-4 })
    expectMean(SumOfSquares(), decoded, within: 0.06)
  }

  @Test func `Bernoulli pixels`() {
    let (logits, data) = numbers()
    expect(BernoulliPixels(), logits, data) { logit, datum in
      let p = 1 / (1 + exp(-logit))
      return -datum * log(p) - (1 - datum) * log(1 - p)
    }
    let sum = [Float(0), 1].reduce(0.0) { sum, value in
      let log = BernoulliPixels().negativeLogs(
        of: Tensor([value], shape: [1, 1]), decoded: Tensor([1.7], shape: [1, 1]))
      return sum + exp(-Double(log.scalar))
    }
    #expect(abs(sum - 1) < 1e-6)
    expectMean(BernoulliPixels(), logits, within: 0.04)
  }

  @Test(arguments: [Float(-3), -0.5, 1])
  func `A learned sigma, its bound and its gradient`(_ parameter: Float) {
    let (decoded, data) = numbers()
    let bounded = log1p(exp(Double(parameter) + 6)) - 6
    let learned = LearnedGaussian(logSigma: Tensor([parameter], shape: [1]))
    #expect(abs(Double(learned.sigma) - exp(bounded)) < 1e-5 * exp(bounded))
    expect(learned, decoded, data) { output, datum in
      0.5 * pow((datum - output) * exp(-bounded), 2) + bounded + 0.5 * log(2 * Double.pi)
    }
    let squares = zip(decoded.scalars, data.scalars).reduce(0.0) {
      $0 + pow(Double($1.0 - $1.1), 2)
    }
    let exact = { (parameter: Double) in
      let s = log1p(exp(parameter + 6)) - 6
      return squares / 2 * exp(-2 * s) + Double(data.count) * (s + 0.5 * log(2 * Double.pi))
    }
    let gradient = valueAndGradients(of: [Tensor([parameter], shape: [1])]) {
      LearnedGaussian(logSigma: $0[0]).negativeLog(of: data, decoded: decoded)
    }.gradients[0].scalar
    let slope = (exact(Double(parameter) + 1e-5) - exact(Double(parameter) - 1e-5)) / 2e-5
    #expect([gradient].relativeError(to: [Float(slope)]) < 1e-4)
    expectMean(learned, decoded, within: 0.08 * exp(bounded))
  }

  @Test(arguments: [Float(0.003), 0.1, 5])
  func `A learned sigma starts where it is told`(_ sigma: Float) {
    let parameter = Tensor([LearnedGaussian.parameter(of: sigma)], shape: [1])
    #expect(abs(LearnedGaussian(logSigma: parameter).sigma / sigma - 1) < 1e-4)
  }

  @Test func `No learned sigma is below e to the minus six, and its gradient leads back`() {
    let parameter = Tensor([-40], shape: [1])
    #expect(LearnedGaussian(logSigma: parameter).sigma >= Float(exp(-6.0)) * 0.999)
    let near = Tensor([-9], shape: [1])
    let (decoded, data) = numbers()
    let gradient = valueAndGradients(of: [near]) {
      LearnedGaussian(logSigma: $0[0]).negativeLog(of: data, decoded: decoded)
    }.gradients[0].scalar
    #expect(gradient < -1)
  }

  @Test func `The optimal sigma is the root of the mean squared error, and no other is likelier`() {
    let (decoded, data) = numbers()
    let squares = Double(decoded.squaredError(to: data).scalar)
    let best = OptimalGaussian.logSigma(squaredError: squares, count: data.count)
    #expect(abs(exp(2 * Double(best)) - squares / Double(data.count)) < 1e-6)
    let loss = { (logSigma: Float) in
      OptimalGaussian(logSigma: logSigma).negativeLog(of: data, decoded: decoded).scalar
    }
    #expect(loss(best) < loss(best + 0.05) && loss(best) < loss(best - 0.05))
    // σ-VAE, eq. 6: n/2 · (log MSE + 1 + log 2π).
    let exact =
      Double(data.count) / 2 * (log(squares / Double(data.count)) + 1 + log(2 * Double.pi))
    #expect(abs(Double(loss(best)) - exact) < 1e-4)
    let deviation = exp(Double(best))
    expect(OptimalGaussian(logSigma: best), decoded, data) { output, datum in
      0.5 * pow((datum - output) / deviation, 2) + log(deviation) + 0.5 * log(2 * Double.pi)
    }
  }

  @Test func `The gradient at the optimal sigma is that of the analytic loss`() {
    let (decoded, data) = numbers()
    let squares = Double(decoded.squaredError(to: data).scalar)
    let best = OptimalGaussian.logSigma(squaredError: squares, count: data.count)
    let gradient = valueAndGradients(of: [decoded]) {
      OptimalGaussian(logSigma: best).negativeLog(of: data, decoded: $0[0])
    }.gradients[0]
    let exact = OracleArray.gradients(
      at: [OracleArray(decoded.scalars.map(Double.init), shape: decoded.shape)]
    ) { arrays in
      let squares = zip(arrays[0].values, data.scalars).reduce(0) {
        $0 + pow($1.0 - Double($1.1), 2)
      }
      return Double(data.count) / 2 * log(squares / Double(data.count))
    }[0]
    #expect(gradient.scalars.relativeError(to: exact.values.map { Float($0) }) < 1e-4)
  }

  /// rlvae/sigma-vae issue 10: a perfect reconstruction led to a σ of 0 and a loss that is no number.
  @Test func `A perfect reconstruction has a finite loss`() {
    let best = OptimalGaussian.logSigma(squaredError: 0, count: 30)
    #expect(best == LearnedGaussian.lowest)
    let (decoded, _) = numbers()
    #expect(
      OptimalGaussian(logSigma: best).negativeLog(of: decoded, decoded: decoded).scalar.isFinite)
  }

  @Test func `Categorical levels`() {
    var stream = RandomStream(seed: 5)
    let logits = Tensor(normal: [2, 3, 2 * 256], stream: &stream) * 2
    let bytes: [Int] = [0, 255, 17, 128, 3, 200, 99, 100, 101, 1, 254, 50]
    let data = Tensor(bytes.map { Float($0) / 255 }, shape: [2, 3, 2])
    let rows = bytes.indices.map { place -> Double in
      let row = logits.scalars[place * 256..<(place + 1) * 256].map(Double.init)
      return log(row.reduce(0) { $0 + exp($1) }) - row[bytes[place]]
    }
    let exact = [rows[..<6], rows[6...]].map { Float($0.reduce(0, +)) }
    let found = CategoricalLevels().negativeLogs(of: data, decoded: logits)
    #expect(found.scalars.relativeError(to: exact) < 1e-5)
    let sum = (0..<256).reduce(0.0) { sum, level in
      let log = CategoricalLevels().negativeLogs(
        of: Tensor([Float(level) / 255], shape: [1, 1]),
        decoded: logits.sliced(axis: 0, 0..<1).sliced(axis: 1, 0..<1)
          .sliced(axis: 2, 0..<256).reshaped(to: [1, 256]))
      return sum + exp(-Double(log.scalar))
    }
    #expect(abs(sum - 1) < 1e-4)
    expectMean(CategoricalLevels(), logits, within: 0.03)
    // The form for frozen decoders gives the same means.
    var raw = logits.scalars
    raw.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      CategoricalLevels().overwriteWithMean(base, count: bytes.count, perExample: bytes.count)
    }
    let means = CategoricalLevels().mean(of: logits).scalars
    #expect(Array(raw[..<bytes.count]).relativeError(to: means) < 1e-5)
  }

  @Test func `Categorical cells`() {
    var stream = RandomStream(seed: 5)
    let logits = Tensor(normal: [2, 3, 4], stream: &stream)
    let classes: [Int] = [0, 3, 2, 1, 1, 0]
    let rows = classes.indices.map { place -> Double in
      let row = logits.scalars[place * 4..<place * 4 + 4].map(Double.init)
      return log(row.reduce(0) { $0 + exp($1) }) - row[classes[place]]
    }
    let exact = [rows[..<3], rows[3...]].map { Float($0.reduce(0, +)) }
    let cells = CategoricalCells(classes: 4)
    let data = Tensor(classes.map { Float($0) }, shape: [2, 3])
    #expect(cells.negativeLogs(of: data, decoded: logits).scalars.relativeError(to: exact) < 1e-5)
    #expect(cells.mean(of: logits).sum(axis: 2).scalars.allSatisfy { abs($0 - 1) < 1e-5 })
    var counts = [Float](repeating: 0, count: 24)
    for _ in 0..<4000 {
      for (place, drawn) in cells.sample(from: logits, stream: &stream).scalars.enumerated() {
        counts[place * 4 + Int(drawn)] += 1 / 4000
      }
    }
    let worst = zip(counts, cells.mean(of: logits).scalars).map { abs($0 - $1) }.max()
    #expect((worst ?? 1) < 0.04)
  }

  @Test func `Multinomial counts`() {
    let logits = Tensor([0.3, -1, 0.8, 0, 0, 0], shape: [2, 3])
    let data = Tensor([2, 0, 3, 1, 1, 1], shape: [2, 3])
    let weights = [0.3, -1, 0.8].map { exp($0) }
    let p = weights.map { $0 / weights.reduce(0, +) }
    // 5! / (2! 0! 3!) = 10; 3! = 6.
    let exact = [-log(10 * p[0] * p[0] * p[2] * p[2] * p[2]), -log(6 / 27.0)]
    let found = MultinomialCounts().negativeLogs(of: data, decoded: logits)
    #expect(found.scalars.relativeError(to: exact.map { Float($0) }) < 1e-5)
    var sum = 0.0
    for a in 0...4 {
      for b in 0...4 - a {
        let counts = Tensor([Float(a), Float(b), Float(4 - a - b)], shape: [1, 3])
        let row = logits.sliced(axis: 0, 0..<1)
        sum += exp(-Double(MultinomialCounts().negativeLogs(of: counts, decoded: row).scalar))
      }
    }
    #expect(abs(sum - 1) < 1e-5)
    let drawn = MultinomialCounts(draws: 5)
    expectMean(drawn, logits, within: 0.1)
    var stream = RandomStream(seed: 1)
    #expect(drawn.sample(from: logits, stream: &stream).sum(axis: 1).scalars == [5, 5])
    let gradient = valueAndGradients(of: [logits]) {
      MultinomialCounts().negativeLogs(of: data, decoded: $0[0]).sum()
    }.gradients[0].scalars
    let slopes = [5 * p[0] - 2, 5 * p[1], 5 * p[2] - 3, 0, 0, 0].map { Float($0) }
    #expect(zip(gradient, slopes).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  /// The mean of −log p over draws, and what the likelihood says of it before.
  private func expectEntropy(
    _ likelihood: some Likelihood, _ decoded: Tensor, like data: Tensor,
    location: SourceLocation = #_sourceLocation
  ) {
    var stream = RandomStream(seed: 5)
    let draws = (0..<2000).map { _ -> Double in
      let sample = likelihood.sample(from: decoded, stream: &stream)
      let logs = likelihood.negativeLogs(of: sample, decoded: decoded)
      let expected = likelihood.expectedNegativeLogs(of: sample, decoded: decoded)
      return Double((logs - expected).sum().scalar)
    }
    let mean = draws.reduce(0, +) / 2000
    let deviation = (draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1999).squareRoot()
    // Five standard errors, and rounding.
    #expect(abs(mean) < 5 * deviation / 2000.0.squareRoot() + 1e-3, sourceLocation: location)
    #expect(
      likelihood.expectedNegativeLogs(of: data, decoded: decoded).shape == [data.shape[0]],
      sourceLocation: location)
  }

  @Test func `What a likelihood expects of its own draws`() {
    let (decoded, data) = numbers()
    expectEntropy(SumOfSquares(), decoded, like: data)
    expectEntropy(FixedGaussian(sigma: 0.2), decoded, like: data)
    expectEntropy(LearnedGaussian(logSigma: Tensor([-1], shape: [1])), decoded, like: data)
    expectEntropy(OptimalGaussian(logSigma: -0.5), decoded, like: data)
    expectEntropy(BernoulliPixels(), decoded * 4, like: data)
    var stream = RandomStream(seed: 8)
    let classes = Tensor(uniform: -2..<2, shape: [3, 2 * 5], stream: &stream)
    let cells = Tensor(repeating: 1, shape: [3, 2])
    expectEntropy(CategoricalCells(classes: 5), classes, like: cells)
    let kinds = Tensor(uniform: -2..<2, shape: [3, 6], stream: &stream)
    expectEntropy(MultinomialCounts(draws: 9), kinds, like: Tensor(repeating: 1, shape: [3, 6]))
    let levels = Tensor(uniform: -3..<3, shape: [2, 2 * 256], stream: &stream)
    expectEntropy(CategoricalLevels(), levels, like: Tensor(repeating: 0.5, shape: [2, 2]))
  }
}
