import Datasets
import Randomness
import Statistics
import WorldModels

/// What latents are as a whole, and what the prior decodes to.
extension AutoencoderEvaluation {
  private static let groups = 10

  /// Active units, information and total correlation.
  func latentNumbers(_ table: LatentTable) -> [JudgedNumber] {
    let posterior = AggregatedPosterior(
      means: table.means, logVariances: table.logVariances, width: table.latentSize)
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

  /// How far decoded draws from the prior lie where frames lie.
  func sampleNumbers(_ frames: [UInt8]) -> [JudgedNumber] {
    let size = source.frameSize
    let most = max(64, min(extent.compared, extent.heldNumbers / (2 * size)))
    let rows = FrameSelection.spread(Array(heldOut.indices), most)
    guard rows.count >= SetComparison.leastRows else { return [] }
    let reference = rows.flatMap { frames[$0 * size..<($0 + 1) * size].map { Float($0) / 255 } }
    var stream = RandomStream(root: rootSeed, name: "vision/overlap")
    let overlap = SetOverlap(
      reference: SampleSet(reference, width: size),
      samples: SampleSet(samples(rows.count).map { Float($0) / 255 }, width: size),
      k: SetComparison.neighbour, using: &stream)
    return [
      JudgedNumber("samples.precision", overlap.precision),
      JudgedNumber("samples.recall", overlap.recall),
      JudgedNumber("samples.density", overlap.density),
      JudgedNumber("samples.coverage", overlap.coverage),
    ]
  }
}
