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
    let judged = try KnownFrames(reading, source, group.test, group.facts)
    // By few and view, then by fact.
    var scores = [[Scores]](
      repeating: Array(repeating: [], count: group.facts.count),
      count: extent.few.count * View.allCases.count)
    for resample in 0..<extent.resamples {
      var stream = RandomStream(root: rootSeed, name: "sample/few/\(resample)")
      let drawn = stream.choice(extent.few.max() ?? 0, of: group.pool.count).map { group.pool[$0] }
      for (place, few) in extent.few.enumerated() {
        let known = try KnownFrames(reading, source, Array(drawn.prefix(few)), group.facts)
        let made = known.made(extent.made, reading, temperature, &stream)
        for (view, kind) in View.allCases.enumerated() {
          let rows = RidgeRows(known.rows.view(kind).joined(made.view(kind)))
          let readers = FewReaders(
            known: known, judged: judged, view: kind, rows: rows, made: extent.made,
            areKinds: group.facts.map { source.frameFacts[$0].kind == .category })
          let plain = try readers.scores(withMade: false) { try beat(resample) }
          let augmented = try readers.scores(withMade: true) { try beat(resample) }
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
