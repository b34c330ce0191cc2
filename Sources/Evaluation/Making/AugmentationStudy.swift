import Datasets
import EnvironmentKit
import Randomness
import Statistics
import WorldModels

/// What readers of facts that learn from few frames gain by frames that are made of these few.
///
/// Readers are linear, their penalty the one of several that does best on parts of the few frames that are left out
/// in turn, made frames of left-out ones left out too. All is done again with other few frames; the frames to judge
/// by stay the same. Facts that are known of the same frames are read of the same few.
package struct AugmentationStudy {
  /// How much is tried.
  package struct Extent: Hashable, Sendable {
    /// Frames that the facts are known of.
    package var few = [50, 200]
    /// Frames made of each.
    package var made = 10
    /// How often few frames are drawn.
    package var resamples = 10
    /// Frames to judge by, at most.
    package var judged = 4_000

    /// The usual.
    package init() {}
  }

  /// What a reader is shown of a frame.
  package enum View: String, Hashable, Sendable, CaseIterable {
    /// Its numbers.
    case frame
    /// V's latents of it.
    case latent
  }

  /// What some few frames come to.
  package struct Outcome {
    /// What is read.
    package let fact: String
    /// How many frames the fact was known of.
    package let few: Int
    /// What the reader is shown.
    package let view: View
    /// Frames that the reader was judged by.
    package let judged: Int
    /// How well it reads by the few frames alone: the share told right, of a quantity R².
    package let plain: MeasuredValue
    /// The same with made frames.
    package let augmented: MeasuredValue
    /// The difference, a mean over the same few frames.
    package let gain: MeasuredValue

    /// Whether the interval of the gain lies above 0, below, or around it.
    package var verdict: String {
      gain.low > 0 ? "gains" : gain.high < 0 ? "loses" : "neither gains nor loses for certain"
    }
  }

  /// Facts that are known of the same frames.
  private struct Group {
    var facts: [Int]
    /// Frames that few ones are drawn from.
    let pool: [Int]
    /// Frames to judge by.
    let test: [Int]
  }

  private let reading: AutoencoderReading
  private let source: any FrameSource
  private let facts: [Int]
  private let extent: Extent
  private let temperature: Float
  private let rootSeed: UInt64
  private var groups: [Group] = []

  /// Frames that few ones can be drawn from, and frames to judge by, of each fact, in the order of the facts.
  package private(set) var counts: [(fact: Int, pool: Int, judged: Int)] = []
  /// Facts that cannot be learned from so few: known of too few frames, or the same in all.
  package private(set) var leftOut: [Int] = []

  /// Prepares the study.
  ///
  /// - Parameters:
  ///   - source: as the autoencoder is judged by it.
  ///   - pool: frames that few ones are drawn from; for each fact those without it are left out.
  ///   - test: frames to judge by.
  ///   - facts: which facts.
  ///   - rootSeed: root of the streams `sample/few/…`.
  package init(
    _ reading: AutoencoderReading, _ source: any FrameSource, pool: [Int], test: [Int],
    facts: [Int], temperature: Float, rootSeed: UInt64, extent: Extent = Extent()
  ) throws {
    (self.reading, self.source, self.facts, self.extent) = (reading, source, facts, extent)
    (self.temperature, self.rootSeed) = (temperature, rootSeed)
    let (poolRows, testRows) = (
      try pool.map(source.readFacts), try test.map(source.readFacts)
    )
    for fact in facts {
      func known(_ frames: [Int], _ rows: [[Float]]) -> [Int] {
        frames.indices.filter { rows[$0][fact].isFinite }.map { frames[$0] }
      }
      let own = Group(
        facts: [fact], pool: known(pool, poolRows),
        test: FrameSelection.spread(known(test, testRows), extent.judged))
      counts.append((fact, own.pool.count, own.test.count))
      let varies = Set(poolRows.lazy.map { $0[fact] }.filter(\.isFinite)).count > 1
      guard own.pool.count >= extent.few.max() ?? 0, own.test.count >= 2, varies else {
        leftOut.append(fact)
        continue
      }
      if let place = groups.firstIndex(where: { $0.pool == own.pool && $0.test == own.test }) {
        groups[place].facts.append(fact)
      } else {
        groups.append(own)
      }
    }
  }

  /// Draws of few frames that are made in all.
  package var draws: Int { groups.count * extent.resamples }

  /// Tries it.
  ///
  /// - Parameter beat: called with the number of draws done, `draws` at most; may throw to stop.
  /// - Returns: fact after fact, but for those that are left out; of each few after few, view after view.
  package func run(beat: (Int) throws -> Void = { _ in }) throws -> [Outcome] {
    var found: [Int: [Outcome]] = [:]
    for (place, group) in groups.enumerated() {
      let done = place * extent.resamples
      for (fact, outcomes) in try outcomes(group, beat: { try beat(done + $0) }) {
        found[fact] = outcomes
      }
    }
    return facts.flatMap { found[$0] ?? [] }
  }

  private typealias Scores = [(plain: Double, augmented: Double)]

  private func outcomes(
    _ group: Group, beat: (Int) throws -> Void
  ) throws -> [(fact: Int, outcomes: [Outcome])] {
    let judged = try Known(reading, source, group.test, group.facts)
    // By few and view, then by fact.
    var scores = [[Scores]](
      repeating: Array(repeating: [], count: group.facts.count),
      count: extent.few.count * View.allCases.count)
    for resample in 0..<extent.resamples {
      var stream = RandomStream(root: rootSeed, name: "sample/few/\(resample)")
      let drawn = stream.choice(extent.few.max() ?? 0, of: group.pool.count).map { group.pool[$0] }
      for (place, few) in extent.few.enumerated() {
        let known = try Known(reading, source, Array(drawn.prefix(few)), group.facts)
        let made = known.made(extent.made, reading, temperature, &stream)
        for (view, kind) in View.allCases.enumerated() {
          let rows = RidgeRows(known.view(kind).joined(made.view(kind)))
          let learning = Learning(
            known: known, judged: judged, view: kind, rows: rows, made: extent.made,
            areKinds: group.facts.map { source.frameFacts[$0].kind == .category })
          let plain = try learning.scores(withMade: false) { try beat(resample) }
          let augmented = try learning.scores(withMade: true) { try beat(resample) }
          for fact in group.facts.indices {
            scores[place * View.allCases.count + view][fact].append((plain[fact], augmented[fact]))
          }
        }
      }
      try beat(resample + 1)
    }
    return group.facts.enumerated().map { fact, index in
      let outcomes = extent.few.enumerated().flatMap { place, few in
        View.allCases.enumerated().map { view, kind in
          let own = scores[place * View.allCases.count + view][fact]
          return Outcome(
            fact: source.frameFacts[index].name, few: few, view: kind, judged: group.test.count,
            plain: Self.measured(own.map(\.plain)), augmented: Self.measured(own.map(\.augmented)),
            gain: Self.measured(own.map { $0.augmented - $0.plain }))
        }
      }
      return (index, outcomes)
    }
  }

  /// A mean over draws with the interval of Student's t.
  private static func measured(_ values: [Double]) -> MeasuredValue {
    let sum = values.reduce(0, +)
    let mean = sum / Double(values.count)
    guard values.count > 1 else { return MeasuredValue(mean) }
    return MeasuredValue(
      mean, leavingOut: values.map { (sum - $0) / Double(values.count - 1) })
  }
}

/// Frames with what is known of them.
private struct Known {
  /// One a frame, fact after fact.
  let values: [[Double]]
  let inputs: SampleSet
  let latents: SampleSet
  private let table: LatentTable

  init(
    _ reading: AutoencoderReading, _ source: any FrameSource, _ frames: [Int], _ facts: [Int]
  ) throws {
    let bytes = try source.frames(frames)
    let rows = try frames.map(source.readFacts)
    table = LatentTable(reading.frozen, frames: bytes, count: frames.count)
    values = facts.map { fact in rows.map { Double($0[fact]) } }
    inputs = SampleSet(reading.inputs(of: bytes), width: VisionInput(reading.format).count)
    latents = SampleSet(table.means, width: reading.latentSize)
  }

  /// Decoded draws around each frame, so many of the first one, then of the next.
  func made(
    _ count: Int, _ reading: AutoencoderReading, _ temperature: Float,
    _ stream: inout RandomStream
  ) -> Made {
    var rows = [[Float]](repeating: [], count: latents.count)
    for _ in 0..<count {
      let drawn = table.draws(&stream, temperature: temperature)
      for row in rows.indices {
        rows[row] += drawn[row * table.latentSize..<(row + 1) * table.latentSize]
      }
    }
    let latents = rows.flatMap { $0 }
    return Made(
      inputs: SampleSet(
        reading.inputs(of: reading.pictures(of: latents)),
        width: VisionInput(reading.format).count),
      latents: SampleSet(latents, width: table.latentSize))
  }

  func view(_ view: AugmentationStudy.View) -> SampleSet { view == .frame ? inputs : latents }
}

/// Frames that were made of others.
private struct Made {
  let inputs: SampleSet
  let latents: SampleSet

  func view(_ view: AugmentationStudy.View) -> SampleSet { view == .frame ? inputs : latents }
}

extension SampleSet {
  /// These rows, then others.
  fileprivate func joined(_ others: SampleSet) -> SampleSet {
    SampleSet(values + others.values, width: width)
  }
}

/// Readers of several facts that learn from the same few frames.
private struct Learning {
  let known: Known
  let judged: Known
  let view: AugmentationStudy.View
  /// What readers are shown of the few frames, then of those made of them.
  let rows: RidgeRows
  /// Frames made of each.
  let made: Int
  /// Whether each fact is a kind.
  let areKinds: [Bool]

  private static let penalties = [1e-3, 1e-2, 1e-1, 1, 10, 100]
  private static let folds = 5

  private var few: Int { known.latents.count }

  /// How well each fact is read of the frames to judge by: the share told right, of a quantity R².
  func scores(withMade: Bool, beat: () throws -> Void) throws -> [Double] {
    let readers = areKinds.enumerated().map { fact, isKind in
      FewReader(labels: isKind ? Set(known.values[fact]).sorted() : [])
    }
    // The sum of what is told wrong, or of squared errors, by fact and penalty.
    var errors = [[Double]](
      repeating: Array(repeating: 0, count: Self.penalties.count), count: areKinds.count)
    for fold in 0..<Self.folds {
      let left = (0..<few).filter { $0 % Self.folds == fold }
      let learned = (0..<few).filter { $0 % Self.folds != fold }
      guard !learned.isEmpty, !left.isEmpty else { continue }
      let part = part(learned, withMade)
      let (targets, columns) = targets(learned, withMade, readers)
      let fits = Self.penalties.map {
        part.fit(targets, penalties: [Double](repeating: $0, count: columns))
      }
      for (place, read) in part.read(left, by: fits).enumerated() {
        let losses = losses(read, columns, readers) { fact in left.map { known.values[fact][$0] } }
        for fact in losses.indices { errors[fact][place] += losses[fact] }
      }
      try beat()
    }
    let penalties = zip(readers, errors).flatMap { reader, errors in
      let best = errors.indices.min { (errors[$0], $0) < (errors[$1], $1) } ?? 0
      return [Double](repeating: Self.penalties[best], count: reader.width)
    }
    let all = Array(0..<few)
    let part = part(all, withMade)
    let (targets, columns) = targets(all, withMade, readers)
    let read = part.reader(part.fit(targets, penalties: penalties)).read(judged.view(view))
    try beat()
    return zip(losses(read, columns, readers) { judged.values[$0] }, areKinds.indices).map {
      loss, fact in
      let values = judged.values[fact]
      guard !areKinds[fact] else { return 1 - loss / Double(values.count) }
      let mean = values.reduce(0, +) / Double(values.count)
      return 1 - loss / values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
  }

  /// Some of the few frames, and what was made of them.
  private func part(_ frames: [Int], _ withMade: Bool) -> RidgeRows.Part {
    let more = frames.flatMap { few + $0 * made..<few + ($0 + 1) * made }
    return rows.part(withMade ? frames + more : frames)
  }

  /// What all readers learn, `[row, column]`.
  private func targets(
    _ frames: [Int], _ withMade: Bool, _ readers: [FewReader]
  ) -> (values: [Double], columns: Int) {
    let own = frames.map { frame in
      readers.enumerated().flatMap { fact, reader in reader.targets(known.values[fact][frame]) }
    }
    let more = withMade ? own.flatMap { Array(repeating: $0, count: made) } : []
    return ((own + more).flatMap { $0 }, readers.reduce(0) { $0 + $1.width })
  }

  /// Each fact's sum of squared errors, or of labels told wrong.
  private func losses(
    _ read: [Double], _ columns: Int, _ readers: [FewReader], _ values: (Int) -> [Double]
  ) -> [Double] {
    var first = 0
    return readers.enumerated().map { fact, reader in
      defer { first += reader.width }
      return values(fact).enumerated().reduce(0) { sum, row in
        let start = row.offset * columns + first
        return sum + reader.loss(read[start..<start + reader.width], row.element)
      }
    }
  }
}

/// How a quantity, or labels, a column each, are read.
private struct FewReader {
  /// Of a fact that is a kind; empty of a quantity.
  let labels: [Double]

  /// Columns that are read.
  var width: Int { max(1, labels.count) }

  /// What a reader learns.
  func targets(_ value: Double) -> [Double] {
    labels.isEmpty ? [value] : labels.map { $0 == value ? 1 : 0 }
  }

  /// The squared error, or whether a label is told wrong.
  func loss(_ read: ArraySlice<Double>, _ value: Double) -> Double {
    guard !labels.isEmpty else {
      return read.reduce(0) { $0 + ($1 - value) * ($1 - value) }
    }
    let best = read.indices.max { (read[$0], $1) < (read[$1], $0) }
    return best.map { labels[$0 - read.startIndex] } == value ? 0 : 1
  }
}
