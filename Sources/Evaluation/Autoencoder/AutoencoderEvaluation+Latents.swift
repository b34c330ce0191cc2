import Datasets
import Randomness
import Statistics
import WorldModels

/// What latents are as a whole, and what the prior decodes to.
extension AutoencoderEvaluation {
  private static let groups = 10

  /// Active units, information and total correlation.
  func latentNumbers(_ table: LatentTable) -> [JudgedNumber] {
    let posterior = table.posterior
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
  /// Reconstructions are the yardstick: no draw can lie nearer than what the decoder makes of true latents.
  func sampleNumbers(_ frames: [UInt8], _ decoded: [UInt8]) -> [JudgedNumber] {
    let size = source.frameSize
    // Frames, draws and reconstructions lie in memory as numbers of four bytes.
    let most = max(64, min(extent.compared, extent.heldNumbers / (5 * size)))
    let rows = FrameSelection.spread(Array(heldOut.indices), most)
    guard rows.count >= SetComparison.leastRows else { return [] }
    func chosen(_ bytes: [UInt8], _ places: [Int]) -> SampleSet {
      sampleSet(places.flatMap { bytes[$0 * size..<($0 + 1) * size] })
    }
    // Reconstructions are of other frames than those that they are compared with.
    let (even, odd) = (
      rows.enumerated().filter { $0.offset % 2 == 0 }.map(\.element),
      rows.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    )
    let (prior, normal) = (reading.frozen.prior, reading.frozen.standardNormal)
    let whole = chosen(frames, rows)
    var numbers = overlap("samples", whole, sampleSet(samples(rows.count, of: prior)))
    if !(prior is StandardNormalPrior) {
      let draws = sampleSet(samples(rows.count, of: normal))
      numbers += overlap("samples.standardNormal", whole, draws)
    }
    if odd.count >= SetComparison.leastRows {
      numbers += overlap("reconstructions", chosen(frames, even), chosen(decoded, odd))
    }
    return numbers
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
