import Datasets
import EnvironmentKit
import Randomness
import Statistics
import WorldModels

/// What V has learned, measured on held-out frames beside PCA and an untrained encoder.
package struct VisionStudy {
  /// R² of one fact from three kinds of features of the same size.
  package struct FactProbe {
    package let fact: String
    package let latent: Double
    package let pca: Double
    package let untrained: Double

    /// Joins what was measured.
    package init(fact: String, latent: Double, pca: Double, untrained: Double) {
      (self.fact, self.latent, self.pca, self.untrained) = (fact, latent, pca, untrained)
    }
  }

  package let reconstruction: Double
  package let divergences: [Double]
  package let activeUnits: Int
  package let probes: [FactProbe]
  package let regions: RegionError?

  private static let fitFrames = 6_000
  private static let testFrames = 4_000
  private static let componentFrames = 1_200

  /// Measures a trained V.
  package init(
    _ vision: FrozenVision, _ dataset: EpisodeDataset, _ split: DatasetSplit,
    _ entry: CatalogEntry, rootSeed: UInt64, beat: () -> Void
  ) {
    let fit = FrameSelection.spread(split.trainingFrames, Self.fitFrames)
    let test = FrameSelection.spread(split.heldOutFrames, Self.testFrames)
    let latents = LatentTable(vision, dataset, frames: fit + test)
    beat()
    let tested = latents.rows(from: fit.count)
    divergences = tested.divergences
    activeUnits = tested.activeUnits
    let error = ReconstructionError(
      vision, dataset, training: fit, frames: test, latents: tested,
      regions: entry.regions(inFramesOf: dataset.index.frameShape))
    reconstruction = error.meanSquaredSum
    regions = error.regions
    beat()
    var stream = RandomStream(root: rootSeed, name: "vision/weights")
    let untrained = FrozenVision(
      Vision(vision.configuration, frameShape: vision.frameShape, stream: &stream))
    let blank = LatentTable(untrained, dataset, frames: fit + test)
    beat()
    let scores = Self.componentScores(
      dataset, of: fit + test, fittedOn: fit, count: vision.latentSize)
    beat()
    let table = FactTable(dataset, frames: fit + test, fitCount: fit.count)
    probes = table.probes(latent: latents.means, pca: scores, untrained: blank.means, beat: beat)
  }

  /// Scores of frames along the strongest directions of some of them, `[frame, component]`.
  package static func componentScores(
    _ dataset: EpisodeDataset, of frames: [Int], fittedOn fit: [Int], count: Int
  ) -> [Float] {
    let components = components(dataset, FrameSelection.spread(fit, componentFrames), count)
    return scores(components, dataset, frames)
  }

  /// Scores of frames, some at a time so that memory stays bounded.
  private static func scores(
    _ components: PrincipalComponents, _ dataset: EpisodeDataset, _ frames: [Int]
  ) -> [Float] {
    stride(from: 0, to: frames.count, by: 256).flatMap { start in
      let part = frames[start..<min(frames.count, start + 256)]
      return part.flatMap { dataset.frame($0) }.withUnsafeBufferPointer {
        components.scores(bytes: $0, rowCount: part.count)
      }
    }
  }

  private static func components(
    _ dataset: EpisodeDataset, _ frames: [Int], _ count: Int
  ) -> PrincipalComponents {
    let rows = frames.flatMap { dataset.frame($0).map { Float($0) / 255 } }
    return PrincipalComponents(
      rows: rows, rowCount: frames.count, count: min(count, frames.count - 1))
  }
}

/// The facts of some frames, and how well features tell them.
package struct FactTable {
  /// A fact that varies and is present often enough to be probed.
  package struct Quantity {
    package let name: String
    package let index: Int
  }

  private static let leastSamples = 100

  package let quantities: [Quantity]
  private let values: [[Float]]
  private let fitCount: Int

  /// Reads the facts of frames; the first `fitCount` are to fit, the rest to test.
  package init(_ dataset: EpisodeDataset, frames: [Int], fitCount: Int) {
    values = frames.map { [Float](dataset.facts($0)) }
    self.fitCount = fitCount
    let (values, least) = (values, Self.leastSamples)
    quantities = dataset.index.facts.enumerated().compactMap { index, fact in
      guard fact.kind == .quantity else { return nil }
      let present = values.indices.filter { values[$0][index].isFinite }
      let fitted = present.count { $0 < fitCount }
      guard fitted >= least, present.count - fitted >= least / 2 else { return nil }
      return Set(present.map { values[$0][index] }).count > 1
        ? Quantity(name: fact.name, index: index) : nil
    }
  }

  /// R² of every fact from three kinds of features.
  ///
  /// - Parameter beat: called after every fit: one of many features takes seconds.
  package func probes(
    latent: [Float], pca: [Float], untrained: [Float], beat: () -> Void
  ) -> [VisionStudy.FactProbe] {
    quantities.map { fact in
      let scores = [latent, pca, untrained].map {
        defer { beat() }
        return score(fact, $0)
      }
      return VisionStudy.FactProbe(
        fact: fact.name, latent: scores[0], pca: scores[1], untrained: scores[2])
    }
  }

  /// R² of a fact from features of all frames, `[frame, feature]`, on the frames to test.
  func score(_ fact: Quantity, _ features: [Float]) -> Double {
    let width = features.count / values.count
    func rows(_ frames: Range<Int>) -> (features: [Float], targets: [Double]) {
      let present = frames.filter { values[$0][fact.index].isFinite }
      return (
        present.flatMap { features[$0 * width..<($0 + 1) * width] },
        present.map { Double(values[$0][fact.index]) }
      )
    }
    let fit = rows(0..<fitCount)
    let test = rows(fitCount..<values.count)
    return RidgeProbe(features: fit.features, targets: fit.targets)
      .explainedVariance(features: test.features, targets: test.targets)
  }
}
