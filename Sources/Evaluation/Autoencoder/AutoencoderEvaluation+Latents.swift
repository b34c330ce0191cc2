import Datasets
import Foundation
import Randomness
import Statistics
import WorldModels

/// What latents are as a whole, and what the prior decodes to.
extension AutoencoderEvaluation {
  private static let groups = 10

  /// How evenly codes are used, and how many nats the choice of them is; nothing where latents are no codes.
  func codeNumbers(_ table: LatentTable) -> [JudgedNumber] {
    guard let use = table.codeUse, let form = table.form as? any CodedForm else { return [] }
    let values = form.classes * (form.sharesValues ? 1 : form.groups)
    return [
      JudgedNumber("codes.perplexity", use.perplexity, "of \(form.classes) values"),
      JudgedNumber("codes.used", Double(use.used), "of \(values) values"),
      JudgedNumber("codes.nats", Double(form.groups) * log(Double(form.classes)), "nats"),
    ]
  }

  /// Active units, information and total correlation; of codes the active ones.
  func latentNumbers(_ table: LatentTable) -> [JudgedNumber] {
    guard let posterior = table.posterior else {
      return [JudgedNumber("activeUnits", Double(table.activeUnits), "codes")]
    }
    var stream = RandomStream(root: rootSeed, name: "vision/information")
    let information = LatentInformation(posterior, using: &stream)
    func measured(_ statistic: (AggregatedPosterior) -> Double) -> MeasuredValue {
      let value = statistic(posterior)
      guard posterior.count >= 2 * Self.groups else { return MeasuredValue(value) }
      return MeasuredValue(
        value,
        leavingOut: (0..<Self.groups).map { statistic(posterior.without($0, of: Self.groups)) })
    }
    return [
      JudgedNumber("activeUnits", measured { Double($0.activeUnits) }, "latents"),
      JudgedNumber("mutualInformation", information.value, "nats"),
      JudgedNumber(
        "mutualInformation.cap", information.cap,
        information.isSaturated ? "nats, reached: there is at least so much" : "nats"),
      JudgedNumber("totalCorrelation", measured(\.totalCorrelation), "nats"),
    ]
  }

  /// How far decoded draws from the priors, and reconstructions, lie where frames lie.
  ///
  /// All lie beside the same frames and are as many as these. Reconstructions are the yardstick: no draw can
  /// lie nearer than what the decoder makes of true latents. They are of frames of other episodes, since
  /// those of the same episode are all but the frames themselves.
  func sampleNumbers(_ frames: [UInt8], _ decoded: [UInt8]) -> [JudgedNumber] {
    let size = source.frameSize
    let halves = intervals.halves(of: heldOut.count)
    // Frames, draws and reconstructions lie in memory as numbers of four bytes.
    let most = max(64, min(extent.compared, extent.heldNumbers / (5 * size)))
    let count = min(most, halves.first.count, halves.second.count)
    guard count >= SetComparison.leastRows else { return [] }
    func chosen(_ bytes: [UInt8], _ rows: [Int]) -> SampleSet {
      sampleSet(
        FrameSelection.spread(rows, count).flatMap { bytes[$0 * size..<($0 + 1) * size] })
    }
    let reference = chosen(frames, halves.first)
    let (prior, plain) = (reading.frozen.prior, reading.frozen.plainPrior)
    var numbers = overlap("samples", reference, sampleSet(samples(count, of: prior)))
    if reading.frozen.hasFittedPrior {
      let draws = sampleSet(samples(count, of: plain))
      let name = plain is StandardNormalPrior ? "standardNormal" : "uniform"
      numbers += overlap("samples.\(name)", reference, draws)
    }
    return numbers + overlap("reconstructions", reference, chosen(decoded, halves.second))
  }

  /// Frames as the network takes them.
  func sampleSet(_ bytes: [UInt8]) -> SampleSet {
    SampleSet(reading.inputs(of: bytes), width: VisionInput(reading.format).count)
  }

  private func overlap(
    _ name: String, _ reference: SampleSet, _ samples: SampleSet
  ) -> [JudgedNumber] {
    var stream = RandomStream(root: rootSeed, name: "vision/overlap")
    let overlap = SetOverlap(
      reference: reference, samples: samples, k: SetComparison.neighbour, using: &stream)
    return [
      JudgedNumber("\(name).precision", overlap.precision),
      JudgedNumber("\(name).recall", overlap.recall),
      JudgedNumber("\(name).density", overlap.density),
      JudgedNumber("\(name).coverage", overlap.coverage),
    ]
  }
}
