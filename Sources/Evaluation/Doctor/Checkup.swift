import Datasets
import Randomness
import Statistics
import WorldModels

/// Looks at a trained autoencoder and its frames: everything that the doctor asks for.
package struct Checkup {
  /// Frames of each sort that are looked at, at most.
  private static let frames = 1_000
  /// Numbers of frames that are held in memory of each sort, about.
  private static let heldNumbers = 1 << 23
  private static let curves = 200
  /// From this R² on a linear map reads a fact.
  private static let leastRead = 0.8
  /// Below so many frames held out a state that is not drawn may be chance.
  private static let leastJudged = 100

  private let reading: AutoencoderReading
  private let source: any FrameSource
  private let training: [Int]
  private let heldOut: [Int]
  private let rootSeed: UInt64

  /// Prepares.
  ///
  /// - Parameters:
  ///   - reading: the autoencoder.
  ///   - source: its frames.
  ///   - split: which were learned from, and which were held out.
  package init(
    _ reading: AutoencoderReading, _ source: any FrameSource, _ split: FrameSplit, rootSeed: UInt64
  ) {
    self.reading = reading
    self.source = reading.judged(source, rootSeed: rootSeed)
    let most = max(64, min(Self.frames, Self.heldNumbers / max(1, source.frameSize)))
    training = FrameSelection.spread(split.training, most)
    heldOut = FrameSelection.spread(split.heldOut, most)
    self.rootSeed = rootSeed
  }

  /// Parts of the work.
  package static let partCount = 4

  /// Looks.
  ///
  /// - Parameters:
  ///   - record: how the training went.
  ///   - place: what stands before the names of the autoencoder's settings.
  ///   - reader: who reads the latents.
  ///   - parts: called with the number of parts done; may throw to stop.
  package func examine(
    _ record: Examination.Training, settingsPlace place: String, reader: Examination.Reader,
    parts: (Int) throws -> Void = { _ in }
  ) throws -> Examination {
    let configuration = reading.model.configuration
    let frames = try source.frames(heldOut)
    let learned = try source.frames(training)
    let table = try reading.latents(of: source, heldOut)
    var examination = Examination(
      settings: configuration, settingsPlace: place,
      latents: .init(
        divergences: table.divergences, active: table.activeUnits,
        perplexity: table.codeUse?.perplexity))
    examination.training = record
    examination.reader = reader
    try parts(1)
    examination.losses = losses(frames, learned, table)
    try parts(2)
    let decoded = reading.pictures(of: table.means)
    let pictures = pictures(frames, learned, decoded)
    examination.spectrum = try DataSpectrum(
      source, frames: training, latents: reading.latentSize, reading.format)
    if reading.format.kind == .pictures {
      examination.concentration = try MovingPixels(source, frames: training).concentration
    }
    examination.explained = explained(pictures)
    if reading.format.kind == .cells, !reading.format.grid.isEmpty {
      examination.recalls = CellRecall(reading.format, frames: frames, reconstructed: decoded)
        .shares.map { ("thing \($0.code)", Examination.mean($0.recalled)) }
    }
    examination.draws = draws(pictures)
    try parts(3)
    try readFacts(&examination, pictures, table)
    try parts(4)
    return examination
  }

  private func losses(
    _ frames: [UInt8], _ learned: [UInt8], _ table: LatentTable
  ) -> Examination.Losses? {
    guard !reading.isQuantised else { return nil }
    let bounds = reading.bounds(of: frames, rootSeed: rootSeed)
    // Frames that follow each other are alike: the other one is half of all frames away.
    let half = table.count / 2 * reading.latentSize
    let others = Array(table.means[half...] + table.means[..<half])
    return Examination.Losses(
      training: reading.bounds(of: learned, rootSeed: rootSeed).whole.map { -$0 },
      heldOut: bounds.whole.map { -$0 },
      shuffled: zip(reading.reconstructionLosses(of: frames, at: others), bounds.divergence)
        .map { $0 + $1 })
  }

  private func pictures(
    _ frames: [UInt8], _ learned: [UInt8], _ decoded: [UInt8]
  ) -> StateShares.Pictures {
    func set(_ bytes: [UInt8]) -> SampleSet {
      SampleSet(reading.inputs(of: bytes), width: VisionInput(reading.format).count)
    }
    var stream = RandomStream(root: rootSeed, name: "doctor/draws")
    let draws = reading.frozen.prior.samples(
      max(training.count, heldOut.count), stream: &stream)
    return StateShares.Pictures(
      fit: set(learned), frames: set(frames), reconstructions: set(decoded),
      draws: set(reading.pictures(of: draws)))
  }

  private func explained(_ pictures: StateShares.Pictures) -> Examination.Explained? {
    guard reading.format.kind == .pictures || reading.format.kind == .vectors,
      pictures.fit.count > 2, pictures.frames.count > 1
    else { return nil }
    let (fit, frames) = (pictures.fit, pictures.frames)
    let components = PrincipalComponents(
      rows: fit.values, rowCount: fit.count,
      count: max(1, min(reading.latentSize, fit.count - 1, fit.width)))
    let scores = components.scores(rows: frames.values, rowCount: frames.count)
    let held = scores.reduce(0.0) { $0 + Double($1) * Double($1) }
    var (error, whole) = (0.0, 0.0)
    for (place, value) in frames.values.enumerated() {
      let difference = Double(value) - Double(pictures.reconstructions.values[place])
      let distance = Double(value) - Double(components.mean[place % frames.width])
      error += difference * difference
      whole += distance * distance
    }
    guard whole > 0 else { return nil }
    return Examination.Explained(latents: 1 - error / whole, components: held / whole)
  }

  private func draws(_ pictures: StateShares.Pictures) -> Examination.Draws? {
    let halves = FrameIntervals(source, frames: heldOut, rootSeed: rootSeed)
      .halves(of: heldOut.count)
    let count = min(halves.first.count, halves.second.count)
    guard count >= SetComparison.leastRows else { return nil }
    let reference = pictures.frames.rows(FrameSelection.spread(halves.first, count))
    func overlap(_ set: SampleSet) -> SetOverlap {
      var stream = RandomStream(root: rootSeed, name: "doctor/overlap")
      return SetOverlap(
        reference: reference, samples: set, k: SetComparison.neighbour, using: &stream)
    }
    let drawn = overlap(pictures.draws.spread(count))
    let others = overlap(pictures.reconstructions.rows(FrameSelection.spread(halves.second, count)))
    return Examination.Draws(
      density: (drawn.density.value, others.density.value),
      coverage: (drawn.coverage.value, others.coverage.value))
  }

  /// What facts, or groups of frames that look alike, say.
  private func readFacts(
    _ examination: inout Examination, _ pictures: StateShares.Pictures, _ table: LatentTable
  ) throws {
    guard heldOut.count >= Self.leastJudged, pictures.draws.count >= Self.leastJudged else {
      return
    }
    if !source.frameFacts.isEmpty { try readStates(&examination, pictures, table) }
    guard examination.states.isEmpty else { return }
    var stream = RandomStream(root: rootSeed, name: "doctor/groups")
    let groups = GroupMeans(pictures.fit, count: StateShares.groups, using: &stream)
    examination.states = StateShares.byLooks(pictures, using: groups)
  }

  private func readStates(
    _ examination: inout Examination, _ pictures: StateShares.Pictures, _ table: LatentTable
  ) throws {
    let values = try (training + heldOut).map { try source.readFacts($0) }
    let factors = source.frameFacts.enumerated().map { index, fact in
      CodedFactors.Factor(
        fact.name, values.map { $0[index] }, isCategory: fact.kind == .category)
    }
    examination.states = StateShares.byFacts(factors, pictures)
    if examination.recalls.isEmpty {
      let varied = factors.filter { factor in
        Set(factor.values[..<training.count].filter(\.isFinite)).count > 1
      }
      examination.recalls = EntityRecall(
        varied, fit: pictures.fit, test: pictures.frames,
        reconstructed: pictures.reconstructions
      ).shares.map { ($0.fact, Examination.mean($0.recalled)) }
    }
    examination.readings = try readings(table, facts: values)
  }

  /// How well facts are read of latents.
  ///
  /// - Parameter facts: of the frames to learn from, then of those held out.
  private func readings(
    _ judged: LatentTable, facts: [[Float]]
  ) throws -> [Examination.Reading] {
    let fitted = try reading.latents(of: source, training)
    let table = try FactTable(source, frames: training + heldOut, fitCount: training.count)
    let latents = fitted.means + judged.means
    var stream = RandomStream(root: rootSeed, name: "doctor/curves")
    let curves = RandomCurves(
      fitted.means, width: reading.latentSize, count: Self.curves, using: &stream)
    let curved = curves(latents)
    let linear = table.quantities.map { table.score($0, latents) }
    let others = curvesOfReadFacts(facts, table, linear)
    return table.quantities.enumerated().map { place, fact in
      Examination.Reading(
        fact: fact.name, linear: linear[place], curved: table.score(fact, curved),
        derived: others.map { table.score(fact, $0) } ?? 0)
    }
  }

  /// Curves of the facts that a linear map reads, of all frames; nil where there are none.
  private func curvesOfReadFacts(
    _ facts: [[Float]], _ table: FactTable, _ linear: [Double]
  ) -> [Float]? {
    let read = table.quantities.indices.filter { linear[$0] >= Self.leastRead }
      .map { table.quantities[$0].index }
    guard !read.isEmpty else { return nil }
    let values = facts.flatMap { facts in read.map { facts[$0].isFinite ? facts[$0] : 0 } }
    var stream = RandomStream(root: rootSeed, name: "doctor/facts")
    let curves = RandomCurves(
      Array(values[..<(training.count * read.count)]), width: read.count, count: Self.curves,
      using: &stream)
    return curves(values)
  }
}
