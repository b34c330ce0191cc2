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

  /// The error of a frame as `ReconstructionError` has it.
  package let reconstruction: Double
  /// What frames are.
  package let kind: FrameKind
  package let divergences: [Double]
  package let activeUnits: Int
  /// How much likelier held-out latents are under the fitted prior than the one trained towards, in nats a frame.
  ///
  /// By so much the divergence from it is less. Nil where none was fitted.
  package let priorGain: Double?
  package let probes: [FactProbe]
  /// The share of frames whose label is told right, of facts that are labels; where they were asked for.
  package let labels: [FactProbe]
  package let regions: RegionError?
  /// The reconstruction error of the frames that were left out of training; nil where none were.
  package let leftOut: Double?

  /// What `reconstruction` is.
  package var errorTitle: String {
    switch kind {
    case .pictures, .vectors: "squared error of a frame"
    case .cells: "wrong codes of a frame"
    case .counts: "nats of a document, its length given"
    }
  }

  private static let fitFrames = 6_000
  private static let testFrames = 4_000
  private static let componentFrames = 1_200
  private static let componentNumbers = 1 << 25
  private static let portionNumbers = 1 << 23

  /// Measures a trained V.
  package init(
    _ vision: FrozenVision, _ source: any FrameSource, _ split: FrameSplit,
    regions: FactsRegions?, probesCategories: Bool = false, rootSeed: UInt64, beat: () -> Void
  ) throws {
    let fit = FrameSelection.spread(split.training, Self.fitFrames)
    let test = FrameSelection.spread(split.heldOut, Self.testFrames)
    let latents = try LatentTable(vision, source, frames: fit + test)
    beat()
    let tested = latents.rows(from: fit.count)
    divergences = tested.divergences
    activeUnits = tested.activeUnits
    priorGain = Self.priorGain(vision, tested, rootSeed: rootSeed)
    let error = try ReconstructionError(
      vision, source, training: fit, frames: test, latents: tested, regions: regions)
    reconstruction = error.mean
    kind = vision.format.kind
    self.regions = error.regions
    beat()
    leftOut = try Self.error(vision, source, of: split.leftOut)
    var stream = RandomStream(root: rootSeed, name: "vision/weights")
    let untrained = FrozenVision(
      Vision(vision.configuration, format: vision.format, stream: &stream))
    let blank = try LatentTable(untrained, source, frames: fit + test)
    beat()
    let scores = try Self.componentScores(
      source, of: fit + test, fittedOn: fit, count: vision.latentSize, vision.format)
    beat()
    let table = try FactTable(source, frames: fit + test, fitCount: fit.count)
    probes = table.probes(latent: latents.means, pca: scores, untrained: blank.means, beat: beat)
    labels = (probesCategories ? table.categories : []).map { fact in
      FactProbe(
        fact: fact.name, latent: table.shareRight(fact, latents.means),
        pca: table.shareRight(fact, scores), untrained: table.shareRight(fact, blank.means))
    }
  }

  /// The mean of log p(latent) beyond that of the prior V was trained towards, over a draw of each frame's latent.
  private static func priorGain(
    _ vision: FrozenVision, _ table: LatentTable, rootSeed: UInt64
  ) -> Double? {
    guard vision.hasFittedPrior, table.count > 0 else { return nil }
    var stream = RandomStream(root: rootSeed, name: "prior/heldOut")
    return vision.prior.gains(of: table.draws(&stream), over: vision.plainPrior)
      .reduce(0, +) / Double(table.count)
  }

  /// The sum of squared errors of some frames, a mean over them.
  private static func error(
    _ vision: FrozenVision, _ source: any FrameSource, of frames: [Int]
  ) throws -> Double? {
    guard !frames.isEmpty else { return nil }
    let chosen = FrameSelection.spread(frames, testFrames)
    return try ReconstructionError(
      vision, source, training: [], frames: chosen,
      latents: LatentTable(vision, source, frames: chosen), regions: nil
    ).mean
  }

  /// Scores of frames along the strongest directions of some of them, `[frame, component]`.
  package static func componentScores(
    _ source: any FrameSource, of frames: [Int], fittedOn fit: [Int], count: Int,
    _ format: FrameFormat
  ) throws -> [Float] {
    let input = VisionInput(format)
    // Fewer of large frames, so that memory stays bounded, but more than there are components.
    let most = max(componentNumbers / input.count, 2 * count)
    let chosen = FrameSelection.spread(fit, min(componentFrames, most))
    let components = PrincipalComponents(
      rows: input.numbers(of: try source.frames(chosen)), rowCount: chosen.count,
      count: min(count, chosen.count - 1, input.count))
    return try scores(components, source, frames, format)
  }

  /// Scores of frames, some at a time so that memory stays bounded.
  private static func scores(
    _ components: PrincipalComponents, _ source: any FrameSource, _ frames: [Int],
    _ format: FrameFormat
  ) throws -> [Float] {
    let portion = min(256, max(8, portionNumbers / format.count))
    return try stride(from: 0, to: frames.count, by: portion).flatMap { start in
      let part = frames[start..<min(frames.count, start + portion)]
      let bytes = try source.frames(part)
      guard format.kind == .pictures else {
        return components.scores(
          rows: VisionInput(format).numbers(of: bytes), rowCount: part.count)
      }
      return bytes.withUnsafeBufferPointer { components.scores(bytes: $0, rowCount: part.count) }
    }
  }
}

/// The facts of some frames, and how well features tell them.
package struct FactTable {
  /// A fact that varies and is present often enough to be probed.
  package struct Column {
    package let name: String
    package let index: Int
  }

  private static let leastSamples = 100

  package let quantities: [Column]
  package let categories: [Column]
  private let facts: [Fact]
  private let values: [[Float]]
  private let fitCount: Int

  /// Reads the facts of frames; the first `fitCount` are to fit, the rest to test.
  package init(_ source: any FrameSource, frames: [Int], fitCount: Int) throws {
    values = try frames.map { try source.readFacts($0) }
    (facts, self.fitCount) = (source.frameFacts, fitCount)
    let (values, least) = (values, Self.leastSamples)
    let columns = source.frameFacts.enumerated().compactMap { index, fact -> Column? in
      let present = values.indices.filter { values[$0][index].isFinite }
      let fitted = present.count { $0 < fitCount }
      guard fitted >= least, present.count - fitted >= least / 2 else { return nil }
      return Set(present.map { values[$0][index] }).count > 1
        ? Column(name: fact.name, index: index) : nil
    }
    quantities = columns.filter { source.frameFacts[$0.index].kind == .quantity }
    categories = columns.filter { source.frameFacts[$0.index].kind == .category }
  }

  /// The facts for small networks to learn; every frame is a group of its own.
  package var targets: ProbeTargets {
    ProbeTargets(facts, rows: values, groups: Array(values.indices)) { $0 < fitCount }
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
  package func score(_ fact: Column, _ features: [Float]) -> Double {
    ExplainedVariance.ofSums(told(fact, features).columns.map { $0.reduce(0, +) })
  }

  /// How far a linear reader's guesses lie from a fact on the frames to test that have it.
  ///
  /// - Returns: which of the frames to test these are, and the columns of `ExplainedVariance`.
  package func told(
    _ fact: Column, _ features: [Float]
  ) -> (rows: [Int], columns: [[Double]]) {
    let fit = rows(0..<fitCount, fact, features)
    let test = rows(fitCount..<values.count, fact, features)
    let probe = RidgeProbe(features: fit.features, targets: fit.targets)
    let width = test.features.count / max(1, test.targets.count)
    let told = test.targets.indices.map {
      probe.predict(test.features[$0 * width..<($0 + 1) * width])
    }
    return (
      test.frames.map { $0 - fitCount }, ExplainedVariance.columns(told: told, of: test.targets)
    )
  }

  /// The share of frames to test whose label is told right: a linear map per label, the greatest wins.
  package func shareRight(_ fact: Column, _ features: [Float]) -> Double {
    let right = right(fact, features).right
    return right.reduce(0, +) / Double(max(1, right.count))
  }

  /// Whether the label of each frame to test is told right.
  ///
  /// - Returns: which of the frames to test have one, and 1 or 0 for each.
  package func right(_ fact: Column, _ features: [Float]) -> (rows: [Int], right: [Double]) {
    let fit = rows(0..<fitCount, fact, features)
    let test = rows(fitCount..<values.count, fact, features)
    let probe = LabelProbe(features: fit.features, labels: fit.targets)
    let width = test.features.count / max(1, test.targets.count)
    let right = test.targets.indices.map { place -> Double in
      let row = test.features[place * width..<(place + 1) * width]
      return probe.label(of: row) == test.targets[place] ? 1 : 0
    }
    return (test.frames.map { $0 - fitCount }, right)
  }

  /// The features and the values of a fact, of those frames of a range that have it.
  private func rows(
    _ frames: Range<Int>, _ fact: Column, _ features: [Float]
  ) -> (frames: [Int], features: [Float], targets: [Double]) {
    let width = features.count / values.count
    let present = frames.filter { values[$0][fact.index].isFinite }
    return (
      present, present.flatMap { features[$0 * width..<($0 + 1) * width] },
      present.map { Double(values[$0][fact.index]) }
    )
  }
}
