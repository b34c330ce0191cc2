import Datasets
import EnvironmentKit
import Randomness
import Statistics
import WorldModels

/// What a reader of a fact that learns from few frames gains by frames that are made of these few.
///
/// Readers are linear, their penalty the one of several that does best on parts of the few frames that are left out
/// in turn, made frames of left-out ones left out too. All is done again with other few frames; the frames to judge
/// by stay the same.
package struct AugmentationStudy {
  /// How much is tried.
  package struct Extent: Hashable, Sendable {
    /// Frames that the fact is known of.
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
    /// How many frames the fact was known of.
    package let few: Int
    /// What the reader is shown.
    package let view: View
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

  private let reading: AutoencoderReading
  private let source: any FrameSource
  private let fact: Int
  private let extent: Extent
  private let temperature: Float
  private let rootSeed: UInt64
  private let pool: [Int]
  private let judged: Known

  private static let penalties = [1e-3, 1e-2, 1e-1, 1, 10, 100]
  private static let folds = 5

  /// Prepares the study.
  ///
  /// - Parameters:
  ///   - source: as the autoencoder is judged by it.
  ///   - pool: frames that few ones are drawn from; those without the fact are left out.
  ///   - test: frames to judge by.
  ///   - fact: which fact.
  ///   - rootSeed: root of the streams `sample/few/…`.
  package init(
    _ reading: AutoencoderReading, _ source: any FrameSource, pool: [Int], test: [Int], fact: Int,
    temperature: Float, rootSeed: UInt64, extent: Extent = Extent()
  ) throws {
    (self.reading, self.source, self.fact, self.extent) = (reading, source, fact, extent)
    (self.temperature, self.rootSeed) = (temperature, rootSeed)
    let isKnown = { (frame: Int) in try source.readFacts(frame)[fact].isFinite }
    self.pool = try pool.filter(isKnown)
    judged = try Known(
      reading, source, FrameSelection.spread(try test.filter(isKnown), extent.judged), fact)
  }

  /// Frames that few ones can be drawn from.
  package var poolCount: Int { pool.count }
  /// Frames that are judged by.
  package var judgedCount: Int { judged.values.count }

  /// Tries it.
  ///
  /// - Parameter beat: called with the number of draws done, `extent.resamples` at most; may throw to stop.
  /// - Precondition: the greatest number of `few` is not above `poolCount`.
  package func run(beat: (Int) throws -> Void = { _ in }) throws -> [Outcome] {
    var scores: [[(plain: Double, augmented: Double)]] = Array(
      repeating: [], count: extent.few.count * View.allCases.count)
    for resample in 0..<extent.resamples {
      var stream = RandomStream(root: rootSeed, name: "sample/few/\(resample)")
      let drawn = stream.choice(extent.few.max() ?? 0, of: pool.count).map { pool[$0] }
      for (place, few) in extent.few.enumerated() {
        let known = try Known(reading, source, Array(drawn.prefix(few)), fact)
        let made = known.made(extent.made, reading, temperature, &stream)
        for (view, kind) in View.allCases.enumerated() {
          scores[place * View.allCases.count + view].append(
            (
              plain: try score(kind, known, nil, { try beat(resample) }),
              augmented: try score(kind, known, made, { try beat(resample) })
            ))
        }
      }
      try beat(resample + 1)
    }
    return extent.few.enumerated().flatMap { place, few in
      View.allCases.enumerated().map { view, kind in
        let own = scores[place * View.allCases.count + view]
        return Outcome(
          few: few, view: kind, plain: Self.measured(own.map(\.plain)),
          augmented: Self.measured(own.map(\.augmented)),
          gain: Self.measured(own.map { $0.augmented - $0.plain }))
      }
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

  /// How well a reader that learns from some frames, and what was made of them, reads those to judge by.
  private func score(
    _ view: View, _ known: Known, _ made: Known?, _ beat: () throws -> Void
  ) throws -> Double {
    let labels = Set(known.values).sorted()
    let isCategory = source.frameFacts[fact].kind == .category
    let columns = isCategory ? labels : []
    var errors = [Double](repeating: 0, count: Self.penalties.count)
    for fold in 0..<Self.folds {
      let isLeft = { (row: Int) in row % Self.folds == fold }
      let rows = known.values.indices.filter { !isLeft($0) }
      let left = known.values.indices.filter(isLeft)
      guard !rows.isEmpty, !left.isEmpty else { continue }
      let learned = known.joined(rows, made, made: extent.made)
      for (place, penalty) in Self.penalties.enumerated() {
        let reader = FewReader(learned, view, columns, penalty: penalty)
        // The sum of what is told wrong, or of squared errors.
        errors[place] += reader.loss(on: known.rows(left), view)
      }
      try beat()
    }
    let best = errors.indices.min { (errors[$0], $0) < (errors[$1], $1) } ?? 0
    let reader = FewReader(
      known.joined(Array(known.values.indices), made, made: extent.made), view, columns,
      penalty: Self.penalties[best])
    let loss = reader.loss(on: judged, view)
    try beat()
    guard !isCategory else { return 1 - loss / Double(judged.values.count) }
    let mean = judged.values.reduce(0, +) / Double(judged.values.count)
    return 1 - loss / judged.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }
}

/// Frames with what is known of them.
private struct Known {
  let values: [Double]
  let inputs: SampleSet
  let latents: SampleSet
  /// What the encoder says of them; nil of made frames.
  private var table: LatentTable?

  private init(_ values: [Double], _ inputs: SampleSet, _ latents: SampleSet) {
    (self.values, self.inputs, self.latents) = (values, inputs, latents)
  }

  init(
    _ reading: AutoencoderReading, _ source: any FrameSource, _ frames: [Int], _ fact: Int
  ) throws {
    let bytes = try source.frames(frames)
    let table = LatentTable(reading.frozen, frames: bytes, count: frames.count)
    self.init(
      try frames.map { Double(try source.readFacts($0)[fact]) },
      SampleSet(reading.inputs(of: bytes), width: VisionInput(reading.format).count),
      SampleSet(table.means, width: reading.latentSize))
    self.table = table
  }

  /// Decoded draws around each frame, so many of the first one, then of the next.
  func made(
    _ count: Int, _ reading: AutoencoderReading, _ temperature: Float,
    _ stream: inout RandomStream
  ) -> Known? {
    guard let table else { return nil }
    var rows = [[Float]](repeating: [], count: values.count)
    for _ in 0..<count {
      let drawn = table.draws(&stream, temperature: temperature)
      for row in rows.indices {
        rows[row] += drawn[row * table.latentSize..<(row + 1) * table.latentSize]
      }
    }
    let latents = rows.flatMap { $0 }
    return Known(
      values.flatMap { [Double](repeating: $0, count: count) },
      SampleSet(
        reading.inputs(of: reading.pictures(of: latents)),
        width: VisionInput(reading.format).count),
      SampleSet(latents, width: table.latentSize))
  }

  func rows(_ rows: [Int]) -> Known {
    Known(rows.map { values[$0] }, inputs.rows(rows), latents.rows(rows))
  }

  /// Some frames, and what was made of them.
  func joined(_ rows: [Int], _ others: Known?, made count: Int) -> Known {
    let own = self.rows(rows)
    guard let others else { return own }
    let more = others.rows(rows.flatMap { $0 * count..<($0 + 1) * count })
    return Known(
      own.values + more.values,
      SampleSet(own.inputs.values + more.inputs.values, width: inputs.width),
      SampleSet(own.latents.values + more.latents.values, width: latents.width))
  }

  func view(_ view: AugmentationStudy.View) -> SampleSet { view == .frame ? inputs : latents }
}

/// A linear reader of a quantity, or of labels, a column each.
private struct FewReader {
  private let reader: LinearReader
  private let labels: [Double]

  init(_ known: Known, _ view: AugmentationStudy.View, _ labels: [Double], penalty: Double) {
    self.labels = labels
    let targets =
      labels.isEmpty
      ? known.values : known.values.flatMap { value in labels.map { $0 == value ? 1 : 0 } }
    reader = LinearReader(known.view(view), targets: targets, penalty: penalty)
  }

  /// The sum of squared errors, or of labels told wrong.
  func loss(on known: Known, _ view: AugmentationStudy.View) -> Double {
    let read = reader.read(known.view(view))
    guard !labels.isEmpty else {
      return zip(read, known.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    return known.values.indices.reduce(0) { sum, row in
      let guesses = read[row * labels.count..<(row + 1) * labels.count]
      let best = guesses.indices.max { (guesses[$0], $1) < (guesses[$1], $0) }
      return sum + (best.map { labels[$0 - guesses.startIndex] } == known.values[row] ? 0 : 1)
    }
  }
}
