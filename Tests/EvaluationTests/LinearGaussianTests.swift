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

  /// Trained once for all tests.
  private nonisolated(unsafe) static let model = LinearGaussianTests().trained()

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

  /// log p of rows under the decoder: a Gaussian of mean Wᵀm + b and covariance WᵀSW + σ², where m and S are
  /// those of the prior, by default the standard normal's.
  private func exact(
    _ model: Vision, _ rows: [Float], _ prior: GaussianMixture? = nil
  ) throws -> [Double] {
    let size = Self.latents
    let (means, spread) = (
      prior?.means ?? [Double](repeating: 0, count: size),
      prior?.covariances ?? (0..<size * size).map { $0 % (size + 1) == 0 ? 1 : 0 }
    )
    let parameters = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.value) })
    let weight = try #require(parameters["decoder.0.weight"]).scalars.map(Double.init)
    let bias = try #require(parameters["decoder.0.bias"]).scalars.map(Double.init)
    let width = Self.width
    let covariance = (0..<width * width).map { place in
      let (row, column) = (place / width, place % width)
      return (0..<size * size).reduce(row == column ? Self.variance : 0) {
        $0 + weight[$1 / size * width + row] * spread[$1] * weight[$1 % size * width + column]
      }
    }
    let middle = (0..<width).map { column in
      (0..<size).reduce(bias[column]) { $0 + means[$1] * weight[$1 * width + column] }
    }
    let mixture = try #require(
      GaussianMixture(weights: [1], means: middle, covariances: covariance, covariance: .full))
    return mixture.logDensities(of: rows.map(Double.init))
  }

  @Test func `Its bound is log p, and as many latents are active as theory predicts`() throws {
    let model = Self.model
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

  @Test func `Under a fitted Gaussian its bound is the exact log p with that prior`() throws {
    let model = Self.model
    // Rows drawn together about a mean of their own, so that the prior is not the standard normal.
    let narrow = rows(2_000, seed: 9).map { 0.6 * $0 + 0.8 }.withUnsafeBytes { Array($0) }
    let table = LatentTable(FrozenVision(model), frames: narrow, count: 2_000)
    var (settings, stream) = (MixtureFit.Settings(), RandomStream(seed: 11))
    settings.components = 1
    let mixture = try #require(
      MixtureFit.fitted(
        to: table.draws(&stream).map(Double.init), dimensions: Self.latents, settings,
        stream: &stream, beat: { _ in })
    ).mixture
    let reading = AutoencoderReading(model, FrozenVision(model))
    let fresh = rows(40, seed: 6)
    let bytes = fresh.withUnsafeBytes { Array($0) }
    let found = reading.importanceWeightedBounds(
      of: bytes, samples: 5_000, prior: MixturePrior(mixture), stream: &stream)
    let (exact, standard) = (try exact(model, fresh, mixture), try exact(model, fresh))
    let errors = zip(found.underOtherPrior.bounds, exact).map { $0 - $1 }
    // q, the standard normal's posterior, is some way from this prior's: 5,000 draws come to a tenth of a nat.
    let worst = errors.map(abs).max() ?? 1
    #expect(worst < 0.2, "\(worst) nats")
    let mean = errors.reduce(0, +) / Double(errors.count)
    #expect(mean < 0.005 && mean > -0.05, "\(mean) nats")
    let difference = zip(exact, standard).map { abs($0 - $1) }.reduce(0, +) / 40
    #expect(difference > 0.3, "the priors are too alike to tell: \(difference) nats")
  }

  @Test func `A mixture of one standard normal gives the same bounds as the standard normal`()
    throws
  {
    let size = Self.latents
    let mixture = try #require(
      GaussianMixture(
        weights: [1], means: [Double](repeating: 0, count: size),
        covariances: (0..<size * size).map { $0 % (size + 1) == 0 ? 1 : 0 }))
    func numbers(_ prior: MixturePrior?) throws -> [String: Double] {
      let reading = AutoencoderReading(Self.model, FrozenVision(Self.model, prior: prior))
      let source = Rows(rows(120, seed: 12), Self.format)
      var extent = AutoencoderEvaluation.Extent()
      extent.samples = 10
      let judged = try AutoencoderEvaluation(
        reading, untrained: reading.frozen, source,
        FrameSplit(training: [], heldOut: Array(0..<120)), rootSeed: 1, extent: extent
      ).run()
      return Dictionary(uniqueKeysWithValues: judged.numbers.map { ($0.name, $0.number.value) })
    }
    let (fitted, standard) = (try numbers(MixturePrior(mixture)), try numbers(nil))
    #expect(!standard.keys.contains { $0.hasSuffix(".fitted") })
    for name in ["elbo", "nll.iw.1", "nll.iw.10"] {
      let (one, other) = (try #require(fitted["\(name).fitted"]), try #require(standard[name]))
      // Both are sums of doubles, differently ordered.
      #expect(abs(one - other) < 1e-9 * abs(other), "\(name): \(one), \(other)")
      #expect(fitted[name] == other)
    }
  }
}

/// Rows in memory.
private final class Rows: FrameSource {
  let frameFormat: FrameFormat
  let contentHash = ""
  private let rows: [Float]

  init(_ rows: [Float], _ format: FrameFormat) { (self.rows, frameFormat) = (rows, format) }

  var frameShape: [Int] { frameFormat.shape }
  var frameCount: Int { rows.count / frameFormat.count }

  func readFrame(_ frame: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) {
    rows[frame * frameFormat.count..<(frame + 1) * frameFormat.count].withUnsafeBytes {
      UnsafeMutableRawBufferPointer(bytes).copyMemory(from: $0)
    }
  }
}
