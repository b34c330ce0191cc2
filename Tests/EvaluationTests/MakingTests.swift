import Datasets
import EnvironmentKit
import Evaluation
import Foundation
import Randomness
import Statistics
import Testing
import WorldModels

@Suite("Ways from one latent to another")
struct LatentPathTests {
  private let first: [Float] = [3, 0, 4, 0]
  private let last: [Float] = [0, -5, 0, 0]

  private func steps(_ path: LatentPath, _ a: [Float], _ b: [Float], _ count: Int) -> [[Float]] {
    let all = path.latents(from: a, to: b, steps: count)
    return stride(from: 0, to: all.count, by: a.count).map { Array(all[$0..<$0 + a.count]) }
  }

  private func length(_ x: [Float]) -> Double {
    x.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  @Test("the ends are the two latents, bit for bit", arguments: LatentPath.allCases)
  func ends(_ path: LatentPath) {
    var stream = RandomStream(seed: 1)
    let (a, b) = (
      (0..<9).map { _ in Float(stream.standardNormal()) },
      (0..<9).map { _ in Float(stream.standardNormal()) }
    )
    for count in [2, 3, 8] {
      let found = steps(path, a, b, count)
      #expect(found.count == count && found.first == a && found.last == b)
    }
  }

  @Test("a spherical way keeps the length and turns evenly, also between opposite latents")
  func spherical() {
    for end in [last, first.map { -$0 }] {
      let found = steps(.spherical, first, end, 7)
      let turns = zip(found, found.dropFirst()).map { a, b in
        acos(zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) } / 25)
      }
      let whole = end == last ? Double.pi / 2 : Double.pi
      #expect(found.allSatisfy { abs(length($0) - 5) < 1e-5 })
      // The arc cosine of nearly 1 has half of the digits of single precision.
      #expect(turns.allSatisfy { abs($0 - whole / 6) < 1e-3 }, "\(turns)")
    }
  }

  @Test("from one length to another it goes evenly; without a direction it is straight")
  func lengths() {
    let found = steps(.spherical, first, last.map { 3 * $0 }, 5)
    for (place, latent) in found.enumerated() {
      #expect(abs(length(latent) - (5 + 10 * Double(place) / 4)) < 1e-5)
    }
    #expect(steps(.spherical, first, [0, 0, 0, 0], 3)[1] == [1.5, 0, 2, 0])
    #expect(steps(.spherical, first, first, 3)[1] == first)
  }

  @Test("a straight way passes through the middle")
  func straight() {
    #expect(steps(.straight, first, last, 3)[1] == [1.5, -2.5, 2, 0])
  }
}

@Suite("Draws at a temperature")
struct TemperatureTests {
  private func mixture() throws -> MixturePrior {
    MixturePrior(
      try #require(
        GaussianMixture(
          weights: [0.3, 0.7], means: [2, -1, 0, 4], covariances: [1, 0.3, 0.3, 2, 0.5, 0, 0, 0.5]))
    )
  }

  @Test("at 0 they are means, at 1 what they ever were, at 2 twice as far from the means")
  func priors() throws {
    let priors: [any TemperedPrior] = [StandardNormalPrior(latentSize: 2), try mixture()]
    for prior in priors {
      func draws(_ temperature: Double?) -> [Float] {
        var stream = RandomStream(root: 5, name: "draws")
        return temperature.map { prior.samples(40, temperature: $0, stream: &stream) }
          ?? prior.samples(40, stream: &stream)
      }
      #expect(draws(1) == draws(nil))
      let means = draws(0)
      if prior is StandardNormalPrior {
        #expect(means.allSatisfy { $0 == 0 })
      } else {
        let rows = stride(from: 0, to: 80, by: 2).map { [means[$0], means[$0 + 1]] }
        #expect(Set(rows) == [[2, -1], [0, 4]])
      }
      for ((mean, once), twice) in zip(zip(means, draws(1)), draws(2)) {
        #expect(abs((twice - mean) - 2 * (once - mean)) < 1e-5)
      }
    }
  }

  @Test("around frames as well")
  func posteriors() {
    let table = LatentTable(LinearFrames.vision, frames: LinearFrames.bytes(0..<20), count: 20)
    func draws(_ temperature: Float) -> [Float] {
      var stream = RandomStream(root: 5, name: "draws")
      return table.draws(&stream, temperature: temperature)
    }
    #expect(draws(0) == table.means)
    #expect(draws(1) != table.means)
    for ((mean, once), half) in zip(zip(table.means, draws(1)), draws(0.5)) {
      #expect(abs((half - mean) - (once - mean) / 2) < 1e-5)
    }
  }
}

@Suite("Quantiles of priors")
struct PriorQuantileTests {
  @Test("those of the standard normal are the tables'")
  func standard() {
    // Abramowitz and Stegun, table 26.5.
    let known = [(0.5, 0), (0.975, 1.959_963_985), (0.01, -2.326_347_874), (1e-7, -5.199_337_582)]
    for (share, value) in known { #expect(abs(share.normalQuantile - value) < 1e-8) }
    var stream = RandomStream(seed: 1)
    let found = PriorQuantiles(
      StandardNormalPrior(latentSize: 3), shares: PriorQuantiles.shares(5), stream: &stream)
    #expect(found.shares == [0.01, 0.255, 0.5, 0.745, 0.99])
    #expect(found.values.count == 3 && found.values[2] == found.values[0])
    #expect(found.values[0][0] == -found.values[0][4] && abs(found.values[0][3] - 0.658_838) < 1e-5)
  }

  @Test("those of a fitted prior are each latent's own")
  func fitted() throws {
    let prior = MixturePrior(
      try #require(GaussianMixture(weights: [1], means: [3, -2], covariances: [4, 0, 0, 0.25])))
    var stream = RandomStream(seed: 1)
    let found = PriorQuantiles(prior, shares: [0.1, 0.5, 0.9], stream: &stream).values
    // Of 20,000 draws: five standard errors of a quantile, sqrt(p (1 − p) / n) / density, here 0.06 deviations.
    for (values, (mean, deviation)) in zip(found, [(3.0, 2.0), (-2, 0.5)]) {
      for (value, quantile) in zip(values, [-1.281_552, 0, 1.281_552]) {
        #expect(abs(Double(value) - mean - deviation * quantile) < 0.06 * deviation)
      }
    }
  }
}

@Suite("Frames by their facts")
struct ConditionedFramesTests {
  private let kind = Fact("kind", .category)
  private let place = Fact("place")
  /// Kinds in turn; places rise, every tenth is not known.
  private let facts = (0..<1_000).map { frame -> [Float] in
    [Float(frame % 4), frame % 10 == 7 ? .nan : Float(frame) / 1_000]
  }

  @Test("only those that fulfil all conditions are drawn from, a category's as often as each other")
  func fulfilled() {
    let found = ConditionedFrames(
      [
        FactCondition(kind, index: 0, value: 2, tolerance: 0),
        FactCondition(place, index: 1, value: 0.5, tolerance: 0.1),
      ], frames: Array(0..<1_000), facts: facts)
    let wanted = (400...600).filter { $0 % 4 == 2 && $0 % 10 != 7 }
    #expect(found.fulfilled == wanted.count && Set(found.frames) == Set(wanted))
    var stream = RandomStream(seed: 2)
    let chosen = found.chosen(200, stream: &stream)
    #expect(Set(chosen).isSubset(of: wanted) && Set(chosen).count > wanted.count / 2)
    stream = RandomStream(seed: 2)
    #expect(found.chosen(7, stream: &stream) == Array(chosen.prefix(7)))
  }

  @Test("of a quantity the nearest come first, and no more than are asked for")
  func nearest() {
    let found = ConditionedFrames(
      [FactCondition(place, index: 1, value: 0.5, tolerance: 0.3)], frames: Array(0..<1_000),
      facts: facts)
    #expect(found.fulfilled > 500 && found.frames.count == ConditionedFrames.most)
    #expect(found.frames.first == 500)
    #expect(found.frames.allSatisfy { abs($0 - 500) <= 112 })
    let none = ConditionedFrames(
      [FactCondition(kind, index: 0, value: 9, tolerance: 0)], frames: Array(0..<1_000),
      facts: facts)
    #expect(none.fulfilled == 0 && none.frames.isEmpty)
  }
}

@Suite("The way to where a reader tells otherwise")
struct LatentProbeTests {
  private static let width = 3

  private func latents(_ count: Int) -> [Float] {
    var stream = RandomStream(seed: 11)
    return (0..<count * Self.width).map { place in
      Float(stream.standardNormal() * Double(1 + place % Self.width))
    }
  }

  private func rows(_ latents: [Float]) -> [[Float]] {
    stride(from: 0, to: latents.count, by: Self.width).map {
      Array(latents[$0..<$0 + Self.width])
    }
  }

  @Test("of a quantity it ends where the guess is the value")
  func quantity() throws {
    let latents = latents(4_000)
    let values = rows(latents).map { 2 * Double($0[0]) - Double($0[1]) + 0.5 }
    let probe = LatentProbe(Fact("x"), latents: latents, values: values)
    let start: [Float] = [0.2, -0.1, 0.7]
    for wanted in [3.0, -4] {
      let way = try #require(probe.way(from: start, to: wanted))
      #expect(abs(probe.told(way.latent(start, at: way.flip)[...]) - wanted) < 1e-4)
      // In deviations, of 1, 2 and 3 for the latents, x rises by 2 and −2: by √8 at the steepest.
      let exact = abs(wanted - (2 * 0.2 + 0.1 + 0.5)) / 8.0.squareRoot()
      // The ridge, a thousandth, and the scatter of 4,000 deviations.
      #expect(abs(way.flip - exact) < 0.03 * exact, "\(way.flip), \(exact)")
    }
    #expect(probe.way(from: start, to: probe.told(start[...])) == nil)
  }

  @Test(
    "of a category the label changes at the flip and not before, and no shorter step changes it")
  func category() throws {
    let latents = latents(3_000)
    let labels = rows(latents).map { row -> Double in
      row[0] + row[1] / 2 > 0.5 ? 2 : row[2] > 0 ? 1 : 0
    }
    let probe = LatentProbe(Fact("kind", .category), latents: latents, values: labels)
    var stream = RandomStream(seed: 4)
    for (start, from, to) in [([-1, -1, -2], 0.0, 2.0), ([3, 1, 1], 2, 1), ([-2, 0, 4], 1, 0)] {
      let start: [Float] = start.map { Float($0) }
      #expect(probe.told(start[...]) == from)
      let way = try #require(probe.way(from: start, to: to))
      for share in [0, 0.5, 0.999] {
        #expect(probe.told(way.latent(start, at: share * way.flip)[...]) != to)
      }
      #expect(probe.told(way.latent(start, at: 1.001 * way.flip)[...]) == to)
      for _ in 0..<300 {
        let step = (0..<Self.width).map { _ in stream.standardNormal() }
        let length = step.reduce(0) { $0 + $1 * $1 }.squareRoot()
        // Latents vary by 1, 2 and 3.
        let other = zip(start, step).enumerated().map { place, pair in
          pair.0 + Float(pair.1 / length * 0.95 * way.flip * Double(1 + place))
        }
        #expect(probe.told(other[...]) != to)
      }
    }
    #expect(probe.way(from: [-1, -1, -2], to: 7) == nil)
  }
}

/// Rows of numbers that an untrained V sees.
private enum LinearFrames {
  static let format = FrameFormat(.vectors, shape: [6])
  nonisolated(unsafe) static let reading = made()
  static var vision: FrozenVision { reading.frozen }

  private static func made() -> AutoencoderReading {
    var configuration = VisionConfiguration()
    (configuration.network, configuration.hiddenSizes) = (.dense, [])
    (configuration.likelihood, configuration.latentSize) = (.gaussian, 4)
    configuration.sigma = 1
    var stream = RandomStream(seed: 9)
    let model = Vision(configuration, format: format, stream: &stream)
    return AutoencoderReading(model, FrozenVision(model))
  }

  static func numbers(_ frame: Int) -> [Float] {
    var stream = RandomStream(root: 1, name: "frame/\(frame)")
    return (0..<6).map { place in
      Float(stream.standardNormal()) + (place == frame % 3 ? 6 : 0)
    }
  }

  static func bytes(_ frames: some Sequence<Int>) -> [UInt8] {
    frames.flatMap(numbers).withUnsafeBytes { Array($0) }
  }
}

/// Frames of three kinds.
private final class KindFrames: FrameSource {
  let frameShape = [6]
  let frameFormat = LinearFrames.format
  let frameCount = 600
  let frameFacts = [Fact("kind", .category), Fact("absent")]
  let contentHash = "kinds"

  func readFrame(_ frame: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) {
    _ = bytes.update(fromContentsOf: LinearFrames.bytes([frame]))
  }

  func readFacts(_ frame: Int) -> [Float] { [Float(frame % 3), .nan] }
}

@Suite("Frames made of frames")
struct MadeFramesTests {
  @Test(
    "each frame has its turn, latents and frames belong together, and fewer are the first of more")
  func turns() throws {
    func made(_ counts: [Int]) throws -> (frames: [Int], latents: [Float], bytes: [UInt8]) {
      var made = MadeFrames(
        LinearFrames.reading, KindFrames(), of: Array(100..<130), temperature: 1, rootSeed: 7)
      var all = (frames: [Int](), latents: [Float](), bytes: [UInt8]())
      for count in counts {
        let portion = try made.next(count)
        all.frames += portion.frames
        all.latents += portion.latents
        all.bytes += portion.bytes
      }
      return all
    }
    let (once, parts) = (try made([75]), try made([40, 35]))
    #expect(once.frames == parts.frames && once.latents == parts.latents)
    #expect(once.bytes == parts.bytes && once.bytes == LinearFrames.vision.decode(once.latents))
    #expect(Set(once.frames.prefix(30)) == Set(100..<130))
    #expect(Array(once.frames.prefix(30)) == Array(once.frames[30..<60]))
  }

  @Test("a study of few frames is the same again, and a gain is the difference")
  func study() throws {
    func outcomes() throws -> [AugmentationStudy.Outcome] {
      var extent = AugmentationStudy.Extent()
      (extent.few, extent.made, extent.resamples) = ([12, 60], 3, 5)
      return try AugmentationStudy(
        LinearFrames.reading, KindFrames(), pool: Array(0..<400), test: Array(400..<600),
        facts: [0, 1], temperature: 1, rootSeed: 3, extent: extent
      ).run()
    }
    let found = try outcomes()
    #expect(found.map(\.few) == [12, 12, 60, 60])
    #expect(found.map(\.view) == [.frame, .latent, .frame, .latent])
    for outcome in found {
      #expect(
        abs(outcome.gain.value - outcome.augmented.value + outcome.plain.value) < 1e-12
          && outcome.plain.low <= outcome.plain.value && outcome.plain.value <= outcome.plain.high)
    }
    // Kinds lie six deviations apart.
    #expect(found[2].plain.value > 0.98)
    #expect(try outcomes().map(\.augmented) == found.map(\.augmented))
  }

  @Test("a fact that no frame has cannot be read; the kind can, and is")
  func probed() throws {
    let split = FrameSplit(training: [], heldOut: Array(0..<600))
    func probed(_ index: Int) throws -> ProbedFact? {
      try ProbedFact(LinearFrames.reading, KindFrames(), split, index: index, rootSeed: 1)
    }
    #expect(try probed(1) == nil)
    let kind = try #require(try probed(0))
    #expect(kind.fitted == 300 && kind.judged == 300 && abs(kind.chance - 1 / 3) < 0.01)
    #expect(kind.quality.value > 0.6 && kind.quality.low > kind.chance)
  }
}
