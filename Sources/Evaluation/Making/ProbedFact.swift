import Datasets
import EnvironmentKit
import Randomness
import Statistics
import WorldModels

/// A reader of a fact, and how well it reads frames that it was not fitted to.
package struct ProbedFact {
  /// The reader.
  package let probe: LatentProbe
  /// R² of a quantity, the share told right of a category, over frames that the reader has not seen.
  package let quality: MeasuredValue
  /// What is reached without latents: the share of the commonest label; 0 of a quantity.
  package let chance: Double
  /// Frames that the reader was fitted to.
  package let fitted: Int
  /// Frames that it was judged by.
  package let judged: Int

  private static let (mostFitted, mostJudged) = (6_000, 4_000)
  private static let leastFrames = 20

  /// Fits the reader to half of the frames, or to those that V learned from, and judges it by the others.
  ///
  /// - Parameters:
  ///   - source: as the autoencoder is judged by it.
  ///   - split: which frames V learned from, and which it has not seen.
  ///   - index: which fact.
  ///   - beat: called now and then; may throw to stop.
  /// - Returns: nil where too few frames have the fact, or all the same.
  /// - Throws: where frames cannot be read, or `beat` throws.
  package init?(
    _ reading: AutoencoderReading, _ source: any FrameSource, _ split: FrameSplit, index: Int,
    rootSeed: UInt64, beat: () throws -> Void = {}
  ) throws {
    let fact = source.frameFacts[index]
    func known(_ frames: [Int], _ most: Int) throws -> (frames: [Int], values: [Double]) {
      let chosen = FrameSelection.spread(frames, most)
      let there = try chosen.map { ($0, Double(try source.readFacts($0)[index])) }
        .filter { $0.1.isFinite }
      return (there.map(\.0), there.map(\.1))
    }
    let parts = split.probing(source, rootSeed: rootSeed)
    let (fit, test) = (
      try known(parts.fit, Self.mostFitted), try known(parts.test, Self.mostJudged)
    )
    guard fit.frames.count >= Self.leastFrames, test.frames.count >= Self.leastFrames,
      Set(fit.values).count > 1
    else { return nil }
    try beat()
    let probe = LatentProbe(
      fact, latents: try reading.latents(of: source, fit.frames).means, values: fit.values)
    try beat()
    let told = probe.told(
      rows: try reading.latents(of: source, test.frames).means, count: test.frames.count)
    try beat()
    let intervals = FrameIntervals(source, frames: test.frames, rootSeed: rootSeed)
    self.probe = probe
    (fitted, judged) = (fit.frames.count, test.frames.count)
    if fact.kind == .quantity {
      quality = intervals.value(
        of: ExplainedVariance.columns(told: told, of: test.values),
        at: Array(test.frames.indices), ExplainedVariance.ofSums)
      chance = 0
    } else {
      quality = intervals.mean(zip(told, test.values).map { $0 == $1 ? 1 : 0 })
      let commonest = Set(fit.values).sorted().max { a, b in
        (fit.values.count { $0 == a }, b) < (fit.values.count { $0 == b }, a)
      }
      chance = Double(test.values.count { $0 == commonest }) / Double(test.values.count)
    }
  }
}

extension FrameSplit {
  /// Frames to learn something from, and others to judge it by: those that V learned from and those held out, or
  /// two halves of the latter where V learned from none of them.
  package func probing(
    _ source: any FrameSource, rootSeed: UInt64
  ) -> (fit: [Int], test: [Int]) {
    guard training.isEmpty || training == heldOut else { return (training, heldOut) }
    let halves = FrameIntervals(source, frames: heldOut, rootSeed: rootSeed).halves(
      of: heldOut.count)
    return (halves.first.map { heldOut[$0] }, halves.second.map { heldOut[$0] })
  }
}
