import Files
import Foundation
import Randomness
import Testing
import WorldModels

@Suite struct PriorTests {
  @Test func `The standard normal's density and draws`() {
    let prior = StandardNormalPrior(latentSize: 2)
    let logs = prior.logDensities(of: [0, 0, 1, -2])
    #expect(abs(logs[0] + log(2 * Double.pi)) < 1e-12)
    #expect(abs(logs[1] + log(2 * Double.pi) + 2.5) < 1e-12)
    var (stream, same) = (RandomStream(seed: 1), RandomStream(seed: 1))
    let draws = prior.samples(3, stream: &stream)
    #expect(draws == (0..<6).map { _ in Float(same.standardNormal()) })
  }

  @Test func `A fitted mixture is nearer to latents than the standard normal`() throws {
    // Latents that carry a lot lie apart, as the two kinds of frames do.
    let model = try smallVision(
      trainedSmall(smallAutoencoder { ($0.beta, $0.learningRate) = (0.01, 3e-3) }, steps: 100))
    let table = try LatentTable(model, twoKinds(80), frames: Array(60..<80))
    var stream = RandomStream(seed: 3)
    let latents = table.draws(&stream)
    func mean(_ prior: any Prior) -> Double {
      prior.logDensities(of: latents).reduce(0, +) / 20
    }
    #expect(model.prior.title == "fitted mixture of 2" && model.prior.latentSize == 3)
    #expect(mean(model.prior) > mean(model.plainPrior) + 1)
    #expect(model.priors.map(\.title) == ["fitted mixture of 2", "standard normal"])
  }

  @Test func `Draws of a table spread as the encoder says`() throws {
    let model = try smallVision(trainedSmall(smallAutoencoder()))
    let table = try LatentTable(model, twoKinds(80), frames: [Int](repeating: 5, count: 4000))
    var stream = RandomStream(seed: 3)
    let draws = table.draws(&stream)
    for latent in 0..<3 {
      let values = (0..<4000).map { Double(draws[$0 * 3 + latent]) }
      let mean = values.reduce(0, +) / 4000
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4000
      let told = exp(Double(table.logVariances[latent]))
      // Relative standard error √(2 / 4000): four of them.
      #expect(abs(variance / told - 1) < 0.09)
      #expect(abs(mean - Double(table.means[latent])) < 4 * (told / 4000).squareRoot())
    }
  }

  @Test func `The prior changes no weight, and is of the weights as they are`() throws {
    let (with, without) = (
      try trainedSmall(smallAutoencoder()),
      try trainedSmall(smallAutoencoder { $0.prior.kind = .standardNormal })
    )
    let (file, plain) = (with.parts[0].save(), without.parts[0].save())
    #expect(plain.names.allSatisfy { !$0.hasPrefix("prior/") })
    for name in plain.names {
      let isSame = file.entries[name] == plain.entries[name]
      #expect(isSame, "\(name)")
    }
    #expect(file.entries["prior/covariances"]?.shape == [2, 3, 3])
    let plainVision = try smallVision(without)
    #expect(plainVision.prior is StandardNormalPrior)
    // A step makes it stale.
    try trainSmall(with.parts[0], to: 13, concludes: false)
    let stale = try smallVision(with)
    #expect(stale.prior is StandardNormalPrior)
    #expect(with.parts[0].save().names.allSatisfy { !$0.hasPrefix("prior/") })
  }

  @Test func `Threads change no byte of it, and a restored part has it`() throws {
    let files = try [1, 2, 4].map { threads in
      try withThreads(threads) { Result { try trainedSmall(smallAutoencoder()).parts[0].save() } }
        .get()
    }
    let areSame = files[0] == files[1] && files[0] == files[2]
    #expect(areSame)
    let restored = try smallAutoencoder().makeTrainer(in: smallRoom)
    try restored.parts[0].restore(files[0], place: "here")
    let isRestored = restored.parts[0].save() == files[0]
    #expect(isRestored)
    let (first, second) = (
      try smallVision(trainedSmall(smallAutoencoder())), try smallVision(restored)
    )
    var (a, b) = (RandomStream(seed: 2), RandomStream(seed: 2))
    #expect(first.prior.samples(4, stream: &a) == second.prior.samples(4, stream: &b))
  }

  @Test func `A damaged mixture is refused, and the part is as it was`() throws {
    let file = try trainedSmall(smallAutoencoder()).parts[0].save()
    let damages: [(inout TensorFile) -> Void] = [
      { $0.entries["prior/weights"] = TensorEntry([0.7, 0.7], shape: [2]) },
      { $0.entries["prior/means"] = nil },
      { $0.entries["prior/means"] = TensorEntry([Double](repeating: 0, count: 4), shape: [2, 2]) },
      {
        $0.entries["prior/covariances"] = TensorEntry(
          [Double](repeating: -1, count: 18), shape: [2, 3, 3])
      },
      { $0.entries["prior/weights"] = TensorEntry([Double](), shape: [0]) },
    ]
    for damage in damages {
      var damaged = file
      damage(&damaged)
      let part = try smallAutoencoder().makeTrainer(in: smallRoom).parts[0]
      #expect(throws: FileError.self) { try part.restore(damaged, place: "here") }
      #expect(part.step == 0)
    }
  }

  @Test func `There are no more components than frames tell of`() throws {
    // 60 frames for 3 latents, four frames per latent and component: five.
    let part = try trainedSmall(smallAutoencoder { $0.prior.components = 50 }).parts[0]
    #expect(part.save().entries["prior/weights"]?.shape == [5])
    let few = try trainedSmall(
      smallAutoencoder { ($0.prior.components, $0.prior.frames) = (50, 25) })
    #expect(few.parts[0].save().entries["prior/weights"]?.shape == [2])
  }

  @Test func `Latents beyond 256 have variances alone`() throws {
    let trainer = try trainedSmall(smallAutoencoder { $0.latentSize = 300 }, steps: 1)
    #expect(trainer.parts[0].save().entries["prior/covariances"]?.shape == [2, 300])
    let restored = try smallAutoencoder { $0.latentSize = 300 }.makeTrainer(in: smallRoom)
    try restored.parts[0].restore(trainer.parts[0].save(), place: "here")
    let again = try smallVision(restored)
    #expect(again.prior.title == "fitted mixture of 2")
  }
}
