import Files
import Ranks
import TestSupport
import Testing
import WorldModels

@Suite("Training by several processes")
struct SharedTrainingTests {
  /// What ways of training differ in: those that look at the whole batch first among them.
  enum Kind: String, CaseIterable, Sendable {
    case plain, bestDeviation, totalCorrelation, importanceWeighted, quantised, targetDivergence

    var settings: AutoencoderSettings {
      smallAutoencoder {
        switch self {
        case .plain: break
        case .bestDeviation: $0.likelihood = .gaussianOptimal
        case .totalCorrelation:
          $0.objective.divergence = .decomposed
        case .importanceWeighted: $0.objective.importanceSamples = 3
        case .quantised:
          $0.latent.kind = .quantised
          ($0.latent.groups, $0.latent.classes, $0.latent.codeSize) = (2, 4, 2)
        case .targetDivergence:
          $0.objective.divergence = .target
          $0.objective.targetKL = 2
        }
      }
    }
  }

  private func trained(_ kind: Kind, in ranks: any Communicator) throws -> UInt64 {
    let trainer = try kind.settings.makeTrainer(in: smallRoom)
    try trainSmall(trainer.parts[0], to: 7, concludes: false, ranks: ranks)
    return trainer.parts[0].save().contentHash
  }

  @Test(
    "V has the same bytes in every rank, for any number of ranks", arguments: Kind.allCases,
    [2, 3, 6])
  func vision(kind: Kind, count: Int) throws {
    let alone = try trained(kind, in: SoleProcess())
    let shared = try ThreadRanks.run(count) { try trained(kind, in: $0) }
    #expect(shared == Array(repeating: alone, count: count))
  }

  @Test("M has the same bytes in every rank, its lanes among them", arguments: [2, 3, 6])
  func memory(count: Int) throws {
    @Sendable func trained(in ranks: any Communicator) throws -> [UInt64] {
      var configuration = MemoryConfiguration()
      (configuration.latentSize, configuration.actionSize) = (4, 3)
      (configuration.hiddenSize, configuration.mixtures) = (24, 2)
      (configuration.batchSize, configuration.sequenceLength) = (7, 5)
      let trainer = MemoryTrainer(configuration, seed: 5)
      trainer.ranks = ranks
      let sequences = TestSequences(configuration, count: 7, length: 5, seed: 9)
      var lanes = MemoryState(count: 7, hiddenSize: 24)
      for _ in 0..<4 { _ = sequences.withBatch { trainer.step($0, carrying: &lanes) } }
      return [
        trainer.model.weightHash,
        UInt64(lanes.hidden.map(\.bitPattern).reduce(0) { $0 &* 31 &+ $1 }),
      ]
    }
    let alone = try trained(in: SoleProcess())
    let shared = try ThreadRanks.run(count) { try trained(in: $0) }
    #expect(shared == Array(repeating: alone, count: count))
  }
}
