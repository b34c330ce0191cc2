import Foundation
import Randomness
import Tensors
import TestSupport
import Testing
import WorldModels

/// x = W z + e, z of two and x of four standard normal numbers, W's columns orthogonal: log p(x) is known.
private struct LinearModel {
  /// An orthonormal basis.
  private let basis: [[Double]] = [
    [0.5, 0.5, 0.5, 0.5], [0.5, -0.5, 0.5, -0.5], [0.5, 0.5, -0.5, -0.5], [0.5, -0.5, -0.5, 0.5],
  ]
  private let scales = [1.5, 0.7]
  let sigma: Float = 0.5

  private var weight: Tensor {
    Tensor((0..<2).flatMap { row in basis[row].map { Float($0 * scales[row]) } }, shape: [2, 4])
  }

  let frames = Tensor([1, -0.4, 0.3, 0.9, -1.2, 0.1, 0.5, -2], shape: [2, 4])

  func decode(_ latents: Tensor) -> Tensor { latents.dense(weight: weight, bias: nil) }

  private func along(_ axis: Int, _ row: Int) -> Double {
    zip(basis[axis], frames.scalars[row * 4..<row * 4 + 4]).reduce(0) { $0 + $1.0 * Double($1.1) }
  }

  var exact: [Double] {
    (0..<2).map { row in
      (0..<4).reduce(0) { sum, axis in
        let scale = axis < 2 ? scales[axis] : 0
        let variance = scale * scale + Double(sigma * sigma)
        return sum - 0.5 * (log(2 * Double.pi * variance) + pow(along(axis, row), 2) / variance)
      }
    }
  }

  /// The true posterior, its means shifted and its variances multiplied.
  func posterior(shift: Float = 0, factor: Double = 1) -> (mean: Tensor, logVariance: Tensor) {
    let noise = Double(sigma * sigma)
    let means = (0..<2).flatMap { row in
      (0..<2).map { axis in
        Float(scales[axis] * along(axis, row) / (scales[axis] * scales[axis] + noise)) + shift
      }
    }
    let variances = (0..<4).map { place in
      Float(log(factor * noise / (scales[place % 2] * scales[place % 2] + noise)))
    }
    return (Tensor(means, shape: [2, 2]), Tensor(variances, shape: [2, 2]))
  }

  func negativeLogs(_ latents: Tensor, samples: Int) -> Tensor {
    let rows = ImportanceWeightedBound.rows(frames: 2, samples: samples)
    return FixedGaussian(sigma: sigma).negativeLogs(
      of: frames.gathered(rows: rows), decoded: decode(latents))
  }

  func estimate(samples: Int, atOnce: Int = 100, seed: UInt64 = 1)
    -> ImportanceWeightedBound.Estimate
  {
    let (mean, logVariance) = posterior(shift: 0.3, factor: 1.6)
    var stream = RandomStream(seed: seed)
    return ImportanceWeightedBound.estimate(
      mean: mean, logVariance: logVariance, samples: samples, atOnce: atOnce, stream: &stream,
      negativeLogs: negativeLogs)
  }
}

@Suite struct ImportanceWeightedTests {
  private let model = LinearModel()

  @Test func `Under the true posterior one sample tells log p`() {
    let (mean, logVariance) = model.posterior()
    var stream = RandomStream(seed: 3)
    for samples in [1, 7] {
      let bounds = ImportanceWeightedBound.bounds(
        mean: mean, logVariance: logVariance,
        noise: Tensor(normal: [2 * samples, 2], stream: &stream)
      ) { model.negativeLogs($0, samples: samples) }
      let worst = zip(bounds.bounds.scalars, model.exact).map { abs(Double($0) - $1) }.max()
      #expect((worst ?? 1) < 1e-4)
      #expect(bounds.effectiveSamples.allSatisfy { abs($0 - Float(samples)) < 1e-3 })
    }
  }

  @Test
  func `With 5,000 samples the bound comes within 0.05 nats of log p, from a wrong posterior`() {
    let estimate = model.estimate(samples: 5000)
    for (bound, exact) in zip(estimate.bounds, model.exact) {
      #expect(abs(bound - exact) < 0.05, "\(bound), \(exact)")
    }
    #expect(estimate.effectiveSamples.allSatisfy { $0 > 1000 && $0 < 5000 })
  }

  @Test func `The bound rises with the samples`() {
    let means = [1, 2, 5, 20].map { samples in
      (0..<300).reduce(0.0) {
        $0 + model.estimate(samples: samples, seed: UInt64($1)).bounds[0] / 300
      }
    }
    #expect(zip(means, means.dropFirst()).allSatisfy { $0 < $1 }, "\(means)")
    #expect(means[3] < model.exact[0] + 0.02)
  }

  @Test func `With one sample it is the evidence lower bound`() {
    let (mean, logVariance) = model.posterior(shift: 0.3, factor: 1.6)
    let draws = 20_000
    var stream = RandomStream(seed: 5)
    let rows = ImportanceWeightedBound.rows(frames: 2, samples: draws)
    let noise = Tensor(normal: [2 * draws, 2], stream: &stream)
    let many = (mean.gathered(rows: rows), logVariance.gathered(rows: rows))
    let frames = model.frames.gathered(rows: rows)
    let one = ImportanceWeightedBound.bounds(mean: many.0, logVariance: many.1, noise: noise) {
      FixedGaussian(sigma: model.sigma).negativeLogs(of: frames, decoded: model.decode($0))
    }
    #expect(one.effectiveSamples.allSatisfy { abs($0 - 1) < 1e-5 })
    let divergences = Tensor.divergenceFromStandardNormal(mean: mean, logVariance: logVariance)
    for frame in 0..<2 {
      let range = frame * draws..<(frame + 1) * draws
      let mean = { (values: Tensor) in
        values.scalars[range].reduce(0.0) { $0 + Double($1) } / Double(draws)
      }
      let exact = -mean(one.negativeLogs) - Double(divergences.scalars[frame])
      // log q − log p of 20,000 draws is within 0.05 of the divergence.
      #expect(abs(mean(one.bounds) - exact) < 0.05)
    }
  }

  /// AntixK/PyTorch-VAE, issue 34: weights of the wrong sign, and noise divided by the log variance.
  @Test func `The gradient weighs each sample's gradient by its share of the weights`() {
    let (mean, logVariance) = model.posterior(shift: 0.3, factor: 1.6)
    var stream = RandomStream(seed: 3)
    let noise = Tensor(normal: [6, 2], stream: &stream)
    let found = valueAndGradients(of: [mean, logVariance]) { inputs in
      ImportanceWeightedBound.bounds(mean: inputs[0], logVariance: inputs[1], noise: noise) {
        model.negativeLogs($0, samples: 3)
      }.bounds.sum()
    }.gradients
    let single = { (sample: Int) in
      let rows = [sample, 3 + sample]
      var logs: [Float] = []
      // The bound of one sample is log w; frames apart, as one gradient for each.
      let gradients = valueAndGradients(of: [mean, logVariance]) { inputs in
        let bound = ImportanceWeightedBound.bounds(
          mean: inputs[0], logVariance: inputs[1], noise: noise.gathered(rows: rows)
        ) { model.negativeLogs($0, samples: 1) }.bounds
        logs = bound.scalars
        return bound.sum()
      }.gradients
      return (logs: logs, gradients: gradients)
    }
    let each = (0..<3).map(single)
    for input in 0..<2 {
      let exact = (0..<4).map { place -> Float in
        let weights = each.map { exp($0.logs[place / 2]) }
        return zip(each, weights).reduce(0) {
          $0 + $1.0.gradients[input].scalars[place] * $1.1 / weights.reduce(0, +)
        }
      }
      #expect(found[input].scalars.relativeError(to: exact) < 1e-4)
    }
  }

  /// clementchadebec/pythae, issue 123: numbers of samples were rounded to whole chunks, and log p had the
  /// sign of a loss.
  @Test func `Any number of samples is taken, exactly so many`() {
    let zeros = Tensor(repeating: 0, shape: [2, 3])
    var (stream, seen) = (RandomStream(seed: 1), 0)
    let estimate = ImportanceWeightedBound.estimate(
      mean: zeros, logVariance: zeros, samples: 7, atOnce: 3, stream: &stream
    ) { latents, samples in
      defer { seen += samples }
      // The posterior is the prior: a sample's log weight is −log p(frame | latent) negated alone.
      return Tensor(
        (0..<2).flatMap { frame in
          (0..<samples).map { Float(1000 * frame + seen + $0) }
        }, shape: [2 * samples])
    }
    #expect(seen == 7)
    for frame in 0..<2 {
      let sum = (0..<7).reduce(0.0) { $0 + exp(-Double($1)) }
      let squares = (0..<7).reduce(0.0) { $0 + exp(-2 * Double($1)) }
      #expect(abs(estimate.bounds[frame] + 1000 * Double(frame) - log(sum / 7)) < 1e-9)
      #expect(abs(estimate.effectiveSamples[frame] - sum * sum / squares) < 1e-9)
    }
  }
}
