import Files
import Randomness
import Tensors
import Testing
import WorldModels

@Suite struct MovingPixelsTests {
  @Test func `Weights follow the variance over frames, with a mean of 1`() throws {
    // Two pixels stand still; one changes by ±10 in its second channel, one by ±30 in both.
    let source = ListedFrames(
      [0, 9, 255, 255, 50, 90, 100, 60, 0, 9, 255, 255, 50, 110, 160, 120], shape: [2, 2, 2])
    let moving = try MovingPixels(source, frames: [0, 1])
    #expect(moving.variances == [0, 0, 50, 900])
    #expect(moving.weights(share: 0).scalars == [Float](repeating: 1, count: 8))
    let weights = moving.weights(share: 0.5).scalars
    let exact: [Float] = [0.5, 0.5, 0.5, 0.5, 0.5 + 100 / 950, 0.5 + 100 / 950, 0, 0]
    #expect(zip(weights[..<6], exact).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(abs(weights.reduce(0, +) - 8) < 1e-5)
    let still = try MovingPixels(source, frames: [1])
    #expect(still.weights(share: 1).scalars == [Float](repeating: 1, count: 8))
  }

  @Test(arguments: VisionLikelihood.fitting(.pictures))
  func `The loss counts each pixel by its weight, the report counts all alike`(
    _ likelihood: VisionLikelihood
  ) throws {
    let configured = smallAutoencoder {
      ($0.likelihood, $0.prior.kind) = (likelihood, .standardNormal)
    }
    var weighted = configured
    weighted.vision.movingWeight = 0.6
    let (plain, moving) = (
      try trainedSmall(configured, steps: 1), try trainedSmall(weighted, steps: 1)
    )
    let (a, b) = (plain.parts[0].save(), moving.parts[0].save())
    #expect(b.entries["pixel.weights"]?.shape == smallShape && a.entries["pixel.weights"] == nil)
    let isOther = a.entries["adam.first.expand.bias"] != b.entries["adam.first.expand.bias"]
    #expect(isOther)
    // Of the same first weights: what is reported as reconstruction is the same, the rest a term of its own.
    let trainers = [configured, weighted].map {
      VisionTrainer($0.vision, frameShape: smallShape, seed: 7)
    }
    let source = twoKinds(80)
    trainers[1].weigh(by: try MovingPixels(source, frames: Array(0..<60)))
    let bytes = try source.frames(0..<9)
    let steps = trainers.map { $0.step(bytes) }
    #expect(abs(steps[0].reconstruction / steps[1].reconstruction - 1) < 1e-5)
    let term = try #require(steps[1].terms.first { $0.name == "moving" })
    #expect(abs(steps[1].loss - steps[0].loss - term.value) < 1e-4 * abs(steps[0].loss))
    #expect(term.value != 0)
  }

  @Test func `Every number's −log p adds up to the example's, and counts by its weight`() {
    var stream = RandomStream(seed: 6)
    let shape = [3, 2, 2, 1]
    let data = Tensor(uniform: 0..<1, shape: shape, stream: &stream)
    let likelihoods: [any PixelLikelihood] = [
      SumOfSquares(), BernoulliPixels(), FixedGaussian(sigma: 0.2),
      LearnedGaussian(logSigma: Tensor([-1], shape: [1])), OptimalGaussian(logSigma: -2),
      CategoricalLevels(),
    ]
    for likelihood in likelihoods {
      let decoded = Tensor(
        uniform: 0.1..<0.9, shape: [3, 2, 2, likelihood.outputsPerNumber], stream: &stream)
      let each = likelihood.negativeLogsByNumber(of: data, decoded: decoded)
      let whole = likelihood.negativeLogs(of: data, decoded: decoded).scalars
      #expect(each.shape == shape)
      for row in 0..<3 {
        let sum = each.scalars[row * 4..<row * 4 + 4].reduce(0, +)
        #expect(abs(sum - whole[row]) < 1e-5 * max(1, abs(whole[row])))
      }
      let weights: [Float] = [0, 3, 0.5, 0.5]
      let exact = each.scalars.enumerated().reduce(Float(0)) {
        $0 + weights[$1.offset % 4] * $1.element
      }
      let found = likelihood.negativeLog(
        of: data, decoded: decoded, weights: Tensor(weights, shape: [2, 2, 1]))
      #expect(found.shape == [] && abs(found.scalar - exact) < 1e-5 * max(1, abs(exact)))
    }
  }

  @Test func `Weights of 1 train as no weights do`() throws {
    let plain = smallAutoencoder { $0.prior.kind = .standardNormal }
    var weighted = plain
    weighted.vision.movingWeight = 1
    // Where nothing changes all pixels count alike.
    let bytes = [UInt8](repeating: 77, count: 9 * smallShape.reduce(1, *))
    let trainers = [plain, weighted].map {
      VisionTrainer($0.vision, frameShape: smallShape, seed: 7)
    }
    trainers[1].weigh(by: try MovingPixels(ListedFrames(bytes, shape: smallShape), frames: [0, 1]))
    for _ in 0..<3 {
      let steps = trainers.map { $0.step(bytes) }
      #expect(abs(steps[0].gradientNorm / steps[1].gradientNorm - 1) < 1e-4)
    }
  }

  @Test func `A run that goes on has the weights that it began with`() throws {
    let moving = smallAutoencoder { $0.movingWeight = 0.5 }
    let whole = try trainedSmall(moving, steps: 6).parts[0].save()
    let half = try trainedSmall(moving, steps: 3, concludes: false).parts[0].save()
    let resumed = try moving.makeTrainer(in: smallRoom).parts[0]
    try resumed.restore(half, place: "here")
    try trainSmall(resumed, to: 6)
    let isSame = resumed.save() == whole
    #expect(isSame)
    var without = half
    without.entries["pixel.weights"] = nil
    #expect(throws: FileError.self) { try resumed.restore(without, place: "here") }
  }

  @Test func `Weights beside the bound of several samples are refused`() {
    var configuration = VisionConfiguration()
    (configuration.movingWeight, configuration.freeBits) = (0.5, 0)
    #expect(configuration.furtherProblems().isEmpty)
    configuration.objective.importanceSamples = 4
    #expect(configuration.furtherProblems().map(\.key) == ["movingWeight"])
  }
}
