import Foundation
import Tensors
import TestSupport
import Testing
import WorldModels

/// Every likelihood and objective against PyTorch's densities and divergences: values and gradients.
///
/// `Benchmarks/peers/autoencoder_parts.py` recorded them, in double precision.
@Suite struct AutoencoderPartsTests {
  private let file: SafetensorsFile

  init() throws {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures")
    file = try SafetensorsFile(fixtures.appendingPathComponent("torch-parts.safetensors"))
  }

  private func tensor(_ name: String) throws -> Tensor {
    let entry = try #require(file.tensors[name], "\(name)")
    return Tensor(entry.values, shape: entry.shape)
  }

  /// Compares what a case gives, and how its sum falls with each of its inputs.
  ///
  /// Single precision against double, over sums of up to 512 terms: 1e-5 of a value, 1e-4 of a gradient.
  private func expect(
    _ name: String, by inputs: [String], within tolerance: Double = 1e-5,
    location: SourceLocation = #_sourceLocation, _ output: ([Tensor]) -> Tensor
  ) throws {
    let given = try inputs.map { try tensor("\(name).input.\($0)") }
    var found: Tensor?
    let (_, gradients) = valueAndGradients(of: given) { inputs in
      let value = output(inputs)
      found = value.detached
      return value.sum()
    }
    let values = try #require(found).scalars
    let exact = try tensor("\(name).output").scalars
    #expect(
      values.relativeError(to: exact) < tolerance, "\(values) \(exact)", sourceLocation: location)
    for (input, gradient) in zip(inputs, gradients) {
      let exact = try tensor("\(name).gradient.\(input)").scalars
      #expect(
        gradient.scalars.relativeError(to: exact) < 1e-4, "\(input)", sourceLocation: location)
    }
  }

  private func expect(
    _ likelihood: some Likelihood, _ name: String, location: SourceLocation = #_sourceLocation
  ) throws {
    let data = try tensor("\(name).input.data")
    try expect(name, by: ["decoded"], location: location) {
      likelihood.negativeLogs(of: data, decoded: $0[0])
    }
  }

  @Test func `Likelihoods of given parameters`() throws {
    try expect(BernoulliPixels(), "bernoulli")
    try expect(FixedGaussian(sigma: 0.3), "gaussian")
    try expect(CategoricalCells(classes: 5), "categorical.cells")
    try expect(CategoricalLevels(), "categorical.levels")
    try expect(MultinomialCounts(), "multinomial")
  }

  @Test func `Gaussians of a learned and of the optimal sigma`() throws {
    let learned = try tensor("gaussianLearned.input.data")
    try expect("gaussianLearned", by: ["decoded", "parameter"]) {
      LearnedGaussian(logSigma: $0[1]).negativeLogs(of: learned, decoded: $0[0])
    }
    let data = try tensor("gaussianOptimal.input.data")
    let decoded = try tensor("gaussianOptimal.input.decoded")
    let squares = Double(decoded.squaredError(to: data).scalar)
    let logSigma = OptimalGaussian.logSigma(squaredError: squares, count: data.count)
    try expect(OptimalGaussian(logSigma: logSigma), "gaussianOptimal")
  }

  /// A part of a term, on average over the frames.
  private func expect(
    _ term: some ObjectiveTerm, part: Int = 0, _ name: String, within tolerance: Double = 1e-5,
    location: SourceLocation = #_sourceLocation
  ) throws {
    let noise = file.tensors["\(name).input.noise"].map { Tensor($0.values, shape: $0.shape) }
    try expect(name, by: ["mean", "log_variance"], within: tolerance, location: location) {
      let noise = noise ?? Tensor(repeating: 0, shape: $0[0].shape)
      let posterior = Posterior(mean: $0[0], logVariance: $0[1], noise: noise)
      return (term.parts(of: posterior)[part].total / Float(posterior.count)).reshaped(to: [1])
    }
  }

  @Test func `The divergence of each frame`() throws {
    try expect("divergence", by: ["mean", "log_variance"]) {
      Posterior(
        mean: $0[0], logVariance: $0[1], noise: Tensor(repeating: 0, shape: $0[0].shape)
      ).divergences
    }
    try expect("floor", by: ["mean", "log_variance"]) {
      Posterior(
        mean: $0[0], logVariance: $0[1], noise: Tensor(repeating: 0, shape: $0[0].shape)
      ).divergences.clamped(to: 3...Float.infinity)
    }
  }

  @Test func `Terms of the batch`() throws {
    try expect(FreeBits(weight: 1, nats: 0.6, groupSize: 2), "group")
    try expect(ControlledCapacity(weight: 1, capacity: 7), "capacity")
    let decomposition = DivergenceDecomposition(information: 1, correlation: 1, dimensions: 1)
    for (part, name) in ["information", "totalCorrelation", "dimensionKL"].enumerated() {
      try expect(decomposition, part: part, name)
    }
    let prior = try tensor("mmd.input.prior")
    // A difference of sums of kernels some ten times as great.
    try expect(MaximumMeanDiscrepancy(weight: 1, prior: prior), "mmd", within: 1e-4)
  }

  @Test func `The bound of several samples, and its gradient through encoder and decoder`() throws {
    let noise = try tensor("bound.input.noise")
    let data = try tensor("bound.input.data")
    let samples = noise.shape[0] / data.shape[0]
    let rows = ImportanceWeightedBound.rows(frames: data.shape[0], samples: samples)
    try expect("bound", by: ["mean", "log_variance", "weight"]) { inputs in
      -ImportanceWeightedBound.bounds(mean: inputs[0], logVariance: inputs[1], noise: noise) {
        FixedGaussian(sigma: 0.5).negativeLogs(
          of: data.gathered(rows: rows), decoded: .matrixProduct($0, inputs[2]))
      }.bounds
    }
  }
}
