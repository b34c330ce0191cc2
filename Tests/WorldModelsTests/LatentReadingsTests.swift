import EnvironmentKit
import Foundation
import Randomness
import Tensors
import Testing
import WorldModels

/// −log p of a latent by M's outputs, as Bishop has it.
private func surprise(_ latent: [Float], _ row: [Float], _ configuration: MemoryConfiguration)
  -> Double
{
  let (size, mixtures) = (configuration.latentSize, configuration.mixtures)
  let isShared = configuration.sharesMixture
  let logits = isShared ? mixtures : mixtures * size
  func chances(_ number: Int) -> [Double] {
    let terms = (0..<mixtures).map { exp(Double(row[isShared ? $0 : $0 * size + number])) }
    return terms.map { $0 / terms.reduce(0, +) }
  }
  func density(_ component: Int, _ number: Int) -> Double {
    let place = logits + component * size + number
    let sigma = exp(min(7, max(-7, Double(row[place + mixtures * size]))))
    let distance = (Double(latent[number]) - Double(row[place])) / sigma
    return exp(-0.5 * distance * distance) / (sigma * (2 * Double.pi).squareRoot())
  }
  guard isShared else {
    return (0..<size).reduce(0) { sum, number in
      let chances = chances(number)
      return sum - log((0..<mixtures).reduce(0) { $0 + chances[$1] * density($1, number) })
    }
  }
  let chances = chances(0)
  return -log(
    (0..<mixtures).reduce(0) { sum, component in
      sum
        + (0..<size).reduce(chances[component]) { $0 * density(component, $1) }
    })
}

@Suite("What a model says of what slots show", .serialized)
struct LatentReadingsTests {
  private func read(
    _ batch: LatentEnvironments, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
  ) -> [Float] {
    var numbers = [Float](repeating: .nan, count: batch.count)
    numbers.withUnsafeMutableBufferPointer { body($0) }
    return numbers
  }

  @Test(
    "surprise is −log p of the latent by the mixture that came before it", arguments: [false, true])
  func surprises(isShared: Bool) throws {
    let memory = FrozenMemory.tested { $0.sharesMixture = isShared }
    let batch = try LatentEnvironments(
      WorldBatch(ColorWorld(), count: 3, autoreset: .disabled), encoder: MeanColor(),
      memory: memory, input: .latentHidden)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [3, 4, 5], mask: nil, into: buffers)
    try batch.act([0, 1, 1], buffers)
    let found = read(batch) { batch.writeSurprises(into: $0) }
    for slot in 0..<3 {
      let state = memory.makeState(slots: 1)
      state.restore(try #require(batch.memorySnapshot(of: slot)), to: 0)
      var row = [Float](repeating: 0, count: memory.configuration.outputSize)
      row.withUnsafeMutableBufferPointer { memory.outputs(of: 0, state, into: $0) }
      let latent = Array(try #require(batch.feature("latent", of: slot)))
      let wanted = surprise(latent, row, memory.configuration)
      guard wanted.isFinite else { continue }
      #expect(abs(Double(found[slot]) - wanted) < 1e-4 * max(1, abs(wanted)))
    }
    #expect(found.allSatisfy { $0.isFinite })
  }

  @Test(
    "divergence and bound are those of the training form at the mean, for any number of threads",
    arguments: [VisionLikelihood.gaussian, .sumOfSquares, .bernoulli, .gaussianLearned])
  func bounds(likelihood: VisionLikelihood) throws {
    var configuration = VisionConfiguration()
    (configuration.width, configuration.latentSize) = (4, 3)
    configuration.likelihood = likelihood
    var stream = RandomStream(seed: 8)
    let vision = Vision(configuration, frameShape: [16, 16, 3], stream: &stream)
    let batch = try LatentEnvironments(
      WorldBatch(ColorWorld(hasCompass: true, side: 16), count: 5, autoreset: .disabled),
      through: AutoencoderModel(FrozenVision(vision)))
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [3, 4, 5, 6, 7], mask: nil, into: buffers)
    try batch.act([0, 1, 1, 0, 1], buffers)
    let bytes = (0..<5).flatMap { batch.seenFrame($0) }
    let frames = bytes.withUnsafeBufferPointer { Tensor(bytes: $0, shape: [5, 16, 16, 3]) }
    let (mean, logVariance) = vision.encode(frames)
    let divergences = (0..<5).map { frame in
      (0..<3).reduce(0.0) { sum, place in
        let (m, v) = (
          Double(mean.scalars[frame * 3 + place]), Double(logVariance.scalars[frame * 3 + place])
        )
        return sum + 0.5 * (m * m + exp(v) - v - 1)
      }
    }
    let losses = vision.likelihood.negativeLogs(of: frames, decoded: vision.decode(mean)).scalars
    let found = read(batch) { batch.writeDivergences(into: $0) }
    let bounds = read(batch) { batch.writeNegativeBounds(into: $0) }
    for slot in 0..<5 {
      #expect(abs(Double(found[slot]) - divergences[slot]) < 1e-4)
      let wanted = divergences[slot] + Double(losses[slot])
      // Sums of 768 numbers in another order.
      #expect(abs(Double(bounds[slot]) - wanted) < 1e-4 * max(1, abs(wanted)))
    }
    for threads in [1, 4] {
      let again = withThreads(threads) { read(batch) { batch.writeNegativeBounds(into: $0) } }
      #expect(again.map(\.bitPattern) == bounds.map(\.bitPattern))
    }
  }
}
