import Datasets
import Evaluation
import Foundation
import Randomness
import Statistics
import Tensors
import Testing
import WorldModels

/// A linear autoencoder of Gaussian data, whose log p is known exactly.
///
/// - SeeAlso: J. Lucas et al., "Don't Blame the ELBO!" (2019): which latents of it stay active.
@Suite struct LinearGaussianTests {
  private static let (width, latents) = (8, 5)
  /// The model's variance of a number.
  private static let variance = 0.3
  private static let format = FrameFormat(.vectors, shape: [width])

  /// Rows of three directions of variances 9, 4 and 1.44, and noise of variance 0.25.
  private func rows(_ count: Int, seed: UInt64) -> [Float] {
    var stream = RandomStream(seed: seed)
    return (0..<count).flatMap { _ -> [Float] in
      let sources = [3, 2, 1.2].map { $0 * stream.standardNormal() }
      return (0..<Self.width).map { place in
        // Columns of a Hadamard matrix: orthogonal directions of length 1.
        let directions = [1, 2, 4].map { $0 & place == 0 ? 1.0 : -1.0 }
        let sum = zip(sources, directions).reduce(0) { $0 + $1.0 * $1.1 / Double(8).squareRoot() }
        return Float(1 + sum + 0.5 * stream.standardNormal())
      }
    }
  }

  private func trained() -> Vision {
    var configuration = VisionConfiguration()
    (configuration.network, configuration.hiddenSizes) = (.dense, [])
    (configuration.likelihood, configuration.latentSize) = (.gaussian, Self.latents)
    configuration.sigma = Float(Self.variance.squareRoot())
    (configuration.freeBits, configuration.batchSize) = (0, 200)
    let trainer = VisionTrainer(configuration, format: Self.format, seed: 3)
    let data = rows(20_000, seed: 5)
    let steps = 4_000
    for step in 0..<steps {
      trainer.learningRate = 1e-2 * Float(1 - Double(step) / Double(steps))
      let start = step * 200 % 20_000 * Self.width
      _ = data[start..<start + 200 * Self.width].withUnsafeBytes { bytes in
        trainer.step(bytes.bindMemory(to: UInt8.self), count: 200)
      }
    }
    return trainer.model
  }

  /// log p of rows under the decoder: a Gaussian of covariance WᵀW + σ².
  private func exact(_ model: Vision, _ rows: [Float]) throws -> [Double] {
    let parameters = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.value) })
    let weight = try #require(parameters["decoder.0.weight"]).scalars.map(Double.init)
    let bias = try #require(parameters["decoder.0.bias"]).scalars.map(Double.init)
    let width = Self.width
    let covariance = (0..<width * width).map { place in
      let (row, column) = (place / width, place % width)
      return (0..<Self.latents).reduce(row == column ? Self.variance : 0) {
        $0 + weight[$1 * width + row] * weight[$1 * width + column]
      }
    }
    let mixture = try #require(
      GaussianMixture(weights: [1], means: bias, covariances: covariance, covariance: .full))
    return mixture.logDensities(of: rows.map(Double.init))
  }

  @Test func `Its bound is log p, and as many latents are active as theory predicts`() throws {
    let model = trained()
    let reading = AutoencoderReading(model, FrozenVision(model))
    let fresh = rows(40, seed: 6)
    let exact = try exact(model, fresh)
    let bytes = fresh.withUnsafeBytes { Array($0) }
    var stream = RandomStream(seed: 7)
    let bounds = reading.importanceWeightedBounds(of: bytes, samples: 5_000, stream: &stream).bounds
    let worst = zip(bounds, exact).map { abs($0 - $1) }.max() ?? 1
    #expect(worst < 0.05, "\(worst) nats")
    // Of the data's eigenvalues, 9.25, 4.25, 1.69 and five of 0.25, three exceed the model's variance.
    let many = rows(4_000, seed: 8).withUnsafeBytes { Array($0) }
    let table = LatentTable(reading.frozen, frames: many, count: 4_000)
    #expect(table.activeUnits == 3, "\(table.divergences)")
    // The likeliest model keeps ½ log(λ / σ²) nats in each of them.
    let found = table.divergences.sorted(by: >).prefix(3)
    for (nats, eigenvalue) in zip(found, [9.25, 4.25, 1.69]) {
      #expect(abs(nats - 0.5 * log(eigenvalue / Self.variance)) < 0.06, "\(nats) of \(eigenvalue)")
    }
  }
}
