import Datasets
import Files
import Foundation
import Randomness
import Tensors
import Testing
import WorldModels

/// V trained with codes in the place of Gaussian latents.
@Suite(.serialized) struct DiscreteLatentsTests {
  /// Configurations of both kinds, alone and beside what goes with them.
  static let all: [(name: String, change: @Sendable (inout VisionConfiguration) -> Void)] = [
    ("quantised", { quantise(&$0) }),
    ("categorical", { categorise(&$0) }),
    (
      "categorical, free bits of frames",
      {
        categorise(&$0); $0.freeBits = 0.1
      }
    ),
    (
      "categorical, free bits of groups",
      {
        categorise(&$0)
        ($0.freeBits, $0.objective.freeBitsPer) = (0.2, .group)
        $0.objective.freeBitsGroupSize = 2
      }
    ),
    (
      "categorical, capacity",
      {
        categorise(&$0); ($0.objective.divergence, $0.objective.capacitySteps) = (.capacity, 4)
      }
    ),
    (
      "categorical, target",
      {
        categorise(&$0); $0.objective.divergence = .target
      }
    ),
    (
      "categorical, warm-up",
      {
        categorise(&$0); $0.warmUpSteps = 3
      }
    ),
    (
      "categorical, optimal",
      {
        categorise(&$0); $0.likelihood = .gaussianOptimal
      }
    ),
    (
      "quantised, optimal",
      {
        quantise(&$0); $0.likelihood = .gaussianOptimal
      }
    ),
    (
      "quantised, moving",
      {
        quantise(&$0); $0.likelihood = .bernoulli
      }
    ),
  ]

  private static func quantise(_ configuration: inout VisionConfiguration) {
    (configuration.latent.kind, configuration.freeBits) = (.quantised, 0)
    (configuration.latent.groups, configuration.latent.classes) = (4, 6)
    configuration.latent.codeSize = 2
  }

  private static func categorise(_ configuration: inout VisionConfiguration) {
    (configuration.latent.kind, configuration.freeBits) = (.categorical, 0)
    (configuration.latent.groups, configuration.latent.classes) = (4, 3)
  }

  private func settings(_ index: Int) -> AutoencoderSettings {
    smallAutoencoder { Self.all[index].change(&$0) }
  }

  @Test(arguments: all.indices)
  func `Threads change no byte, and a restored part goes on bit for bit`(_ index: Int) throws {
    let name = Self.all[index].name
    #expect(settings(index).furtherProblems(in: smallRoom).isEmpty, "\(name)")
    let files = try [1, 2, 4].map { threads in
      try withThreads(threads) { Result { try trainedSmall(settings(index)).parts[0].save() } }
        .get()
    }
    let areSame = files[0] == files[1] && files[0] == files[2]
    #expect(areSame, "\(name)")
    let half = try trainedSmall(settings(index), steps: 7, concludes: false).parts[0].save()
    let resumed = try settings(index).makeTrainer(in: smallRoom).parts[0]
    try resumed.restore(half, place: "here")
    try trainSmall(resumed, to: 12)
    let isSame = resumed.save() == files[0]
    #expect(isSame && resumed.skipped == 0, "\(name)")
    let again = try settings(index).makeTrainer(in: smallRoom)
    try again.parts[0].restore(files[0], place: "here")
    let vision = try smallVision(again)
    #expect(vision.prior.title == "fitted mixture of 2" && vision.hasFittedPrior, "\(name)")
    var (a, b) = (RandomStream(seed: 2), RandomStream(seed: 2))
    let first = try smallVision(trainedSmall(settings(index))).prior.samples(5, stream: &a)
    #expect(vision.prior.samples(5, stream: &b) == first, "\(name)")
  }

  @Test(arguments: all.indices)
  func `Frozen, a frame has the codes that training gave it, whatever its neighbours`(
    _ index: Int
  ) throws {
    let trainer = try trainedSmall(settings(index))
    let vision = try smallVision(trainer)
    let part = try #require(trainer.parts[0] as? any TrainsAutoencoder)
    let form = try #require(vision.form as? any CodedForm)
    let bytes = twoKinds(20).bytes
    let frames = Tensor(bytes.map { Float($0) / 255 }, shape: [20] + smallShape)
    let outputs = part.autoencoder.outputs(of: frames)
    var stream = RandomStream(seed: 1)
    let noise = form.noise(rows: 20, stream: &stream)
    let divergences = form.posterior(outputs, noise: noise).divergences.scalars
    let table = LatentTable(vision, frames: bytes, count: 20)
    let size = bytes.count / 20
    for row in 0..<20 {
      let alone = vision.encode(Array(bytes[row * size..<(row + 1) * size]))
      #expect(alone == table.row(row))
      let parts = alone.withUnsafeBufferPointer { form.divergences(of: $0, logVariance: $0) }
      #expect(abs(parts.reduce(0, +) - Double(divergences[row])) < 1e-4)
    }
    #expect(vision.decode(table.means).count == bytes.count)
    #expect(table.divergences.count == 4 && table.posterior == nil && table.areActive.count == 4)
    let use = try #require(table.codeUse)
    #expect(use.perplexity >= 1 && use.perplexity <= Double(form.classes))
    #expect(
      vision.latentSize == form.size && form.size == part.autoencoder.configuration.latentSize)
  }

  @Test func `Curves tell how codes are used, and only what there is`() throws {
    func names(_ index: Int) throws -> [String] {
      let part = try trainedSmall(settings(index), steps: 1, concludes: false).parts[0]
      return try part.train().map(\.name)
    }
    let quantised = try names(0)
    #expect(
      quantised == [
        "vision/reconstruction", "vision/gradientNorm", "vision/commitment", "vision/perplexity",
        "vision/usedCodes",
      ])
    let categorical = try names(1)
    #expect(
      categorical == [
        "vision/reconstruction", "vision/kl", "vision/gradientNorm", "vision/perplexity",
      ])
  }

  /// Eight pictures of three binary factors: a bar is on or off in each third.
  private func factors(_ count: Int) -> [UInt8] {
    (0..<count).flatMap { frame in
      (0..<9 * 8).map { place in frame >> (place / 8 / 3) & 1 == 1 ? UInt8(255) : 0 }
    }
  }

  /// AntixK/PyTorch-VAE, issues 51 and 71: a quantised autoencoder that learns nothing.
  @Test(arguments: [LatentKind.quantised, .categorical])
  func `Eight pictures of three factors are told by codes that are all used`(_ kind: LatentKind)
    throws
  {
    var configuration = VisionConfiguration()
    (configuration.network, configuration.hiddenSizes) = (.dense, [32])
    (configuration.likelihood, configuration.freeBits) = (.bernoulli, 0)
    (configuration.learningRate, configuration.batchSize) = (1e-2, 32)
    // A share of even chances would cost a wrong third in some of a hundred draws.
    (configuration.latent.kind, configuration.latent.uniformShare) = (kind, 0)
    (configuration.latent.groups, configuration.latent.classes) = (3, 2)
    if kind == .quantised {
      (configuration.latent.classes, configuration.latent.codeSize) = (8, 4)
      configuration.latent.groups = 1
    }
    let trainer = VisionTrainer(configuration, frameShape: [9, 8, 1], seed: 3)
    var last: VisionStep?
    for _ in 0..<600 { last = trainer.step(factors(32)) }
    let step = try #require(last)
    // Of 72 pixels that would cost 50 nats by chance.
    #expect(step.reconstruction < 0.5, "\(step)")
    let table = LatentTable(FrozenVision(trainer.model), frames: factors(8), count: 8)
    let use = try #require(table.codeUse)
    #expect(abs(use.perplexity - (kind == .quantised ? 8 : 2)) < 0.01, "\(use)")
    let form = try #require(table.form as? any CodedForm)
    #expect(Set((0..<8).map { form.codes(of: table.row($0)) }).count == 8)
    #expect(table.areActive.allSatisfy { $0 })
  }

  @Test func `A share of uniform chances, free bits and beta have an effect`() throws {
    func state(_ change: (inout VisionConfiguration) -> Void) throws -> TensorFile {
      let settings = smallAutoencoder {
        Self.all[1].change(&$0)
        change(&$0)
      }
      return try trainedSmall(settings, steps: 3, concludes: false).parts[0].save()
    }
    let base = try state { _ in }
    let changes: [(inout VisionConfiguration) -> Void] = [
      { $0.latent.uniformShare = 0.2 }, { $0.freeBits = 1 }, { $0.beta = 4 },
    ]
    for (index, change) in changes.enumerated() {
      let isSame = try state(change) == base
      #expect(!isSame, "\(index)")
    }
  }

  @Test func `Every setting of a book has an effect`() throws {
    func state(_ change: (inout VisionConfiguration) -> Void) throws -> TensorFile {
      let settings = smallAutoencoder {
        Self.all[0].change(&$0)
        $0.latent.decay = 0.8
        change(&$0)
      }
      return try trainedSmall(settings, steps: 40, concludes: false).parts[0].save()
    }
    let base = try state { _ in }
    let changes: [(inout VisionConfiguration) -> Void] = [
      { $0.latent.commitment = 2 }, { $0.latent.decay = 0.5 }, { $0.latent.deadBelow = 0.5 },
    ]
    for (index, change) in changes.enumerated() {
      let isSame = try state(change) == base
      #expect(!isSame, "\(index)")
    }
  }

  @Test func `What means nothing beside codes is one error each`() {
    let cases: [(Int, (inout AutoencoderSettings) -> Void, String)] = [
      (0, { $0.vision.beta = 2 }, "beta"),
      (0, { $0.vision.freeBits = 0.5 }, "freeBits"),
      (0, { $0.vision.warmUpSteps = 5 }, "warmUpSteps"),
      (0, { $0.vision.objective.divergence = .capacity }, "objective.divergence"),
      (0, { $0.vision.objective.divergence = .target }, "objective.divergence"),
      (0, { $0.reading = .sampled }, "reading"),
      (
        0,
        {
          $0.vision.latent.groups = 4096; $0.vision.latent.codeSize = 32
        }, "latent.groups"
      ),
      (
        1,
        {
          $0.vision.latent.groups = 4096; $0.vision.latent.classes = 17
        }, "latent.groups"
      ),
      (1, { $0.vision.objective.divergence = .decomposed }, "objective.divergence"),
      (1, { $0.vision.objective.mmdWeight = 1 }, "objective.mmdWeight"),
      (1, { $0.vision.objective.importanceSamples = 2 }, "objective.importanceSamples"),
      (
        1,
        {
          $0.vision.freeBits = 0.1
          ($0.vision.objective.freeBitsPer, $0.vision.objective.freeBitsGroupSize) = (.group, 3)
        }, "objective.freeBitsGroupSize"
      ),
    ]
    for (index, change, key) in cases {
      var settings = settings(index)
      change(&settings)
      #expect(settings.furtherProblems(in: smallRoom).map(\.key) == [key])
    }
    for index in [0, 1] {
      var both = MixtureMemorySettings()
      both.autoencoder = settings(index)
      let problems = both.furtherProblems(in: smallRoom)
      #expect(problems.map(\.key) == ["latent.kind"])
      #expect(problems[0].remedy.contains("model.kind=autoencoder"))
    }
  }

  @Test func `A damaged book or mixture is refused, and the part is as it was`() throws {
    let file = try trainedSmall(settings(0)).parts[0].save()
    #expect(file.entries["prior/shares"]?.shape == [2, 4, 6])
    let damages: [(inout TensorFile) -> Void] = [
      { $0.entries["book.counts"] = nil },
      { $0.entries["book.sums"] = TensorEntry([Float](repeating: 0, count: 12), shape: [12]) },
      { $0.entries["model.book"] = TensorEntry([Float](repeating: 0, count: 6), shape: [3, 2]) },
      { $0.entries["prior/shares"] = nil },
      {
        $0.entries["prior/shares"] = TensorEntry(
          [Double](repeating: 0.3, count: 48), shape: [2, 4, 6])
      },
    ]
    for (index, damage) in damages.enumerated() {
      var damaged = file
      damage(&damaged)
      let part = try settings(0).makeTrainer(in: smallRoom).parts[0]
      #expect(throws: FileError.self, "\(index)") { try part.restore(damaged, place: "here") }
      #expect(part.step == 0)
    }
  }

  @Test func `A batch that is no number moves neither weights nor book`() throws {
    var configuration = smallAutoencoder { Self.all[0].change(&$0) }.vision
    configuration.likelihood = .sumOfSquares
    let trainer = VisionTrainer(configuration, frameShape: smallShape, seed: 3)
    let noise = Tensor(repeating: 0, shape: [9, 1])
    let broken = Tensor(repeating: .nan, shape: [9] + smallShape)
    let before = trainer.model.flattenedParameters
    for _ in 0..<2 {
      let step = trainer.step(noise: noise) { broken.sliced(axis: 0, $0) }
      #expect(step.skipped)
    }
    #expect(trainer.model.flattenedParameters == before)
    #expect(!trainer.step(twoKinds(9).bytes).skipped)
  }
}
