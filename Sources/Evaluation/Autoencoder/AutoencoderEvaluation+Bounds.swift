import Datasets
import Randomness
import Statistics
import WorldModels

/// How likely the autoencoder holds frames, at least: under the prior that it was trained towards, and
/// under the prior that was fitted to its latents.
extension AutoencoderEvaluation {
  typealias Bounds = (numbers: [JudgedNumber], curve: [AutoencoderJudgement.BoundPoint])

  /// The evidence lower bound and its parts.
  func numbers(of elbo: AutoencoderReading.Bounds) -> [JudgedNumber] {
    // The divergence of quantised latents is constant, and their bound has no samples: nats apart say more.
    guard !reading.isQuantised else {
      return [JudgedNumber("reconstruction", intervals.mean(elbo.reconstruction), "nats")]
    }
    return [
      JudgedNumber("elbo", intervals.mean(elbo.whole), "nats"),
      JudgedNumber("reconstruction", intervals.mean(elbo.reconstruction), "nats"),
      JudgedNumber("kl", intervals.mean(elbo.divergence), "nats"),
    ]
  }

  /// −log p by more and more latents a frame, all of the same frames; by the same draws under the fitted prior,
  /// of as many of these frames as can be afforded.
  func bounds(
    _ frames: [UInt8], _ elbo: AutoencoderReading.Bounds, _ beat: () throws -> Void
  ) throws -> Bounds {
    guard !reading.isQuantised else { return ([], []) }
    let size = source.frameSize
    let affordable = extent.decodedNumbers / (source.frameFormat.count * max(1, extent.samples))
    let rows = FrameSelection.spread(
      Array(heldOut.indices), max(16, min(heldOut.count, affordable)))
    let (prior, every) = (fittedPrior, portionsPerWeighed(frames: rows.count))
    var stream = RandomStream(root: rootSeed, name: "vision/bound")
    var (weights, fittedRows) = ([[Double]](), [Int]())
    var fitted = ImportanceWeightedBound.Estimate(logWeights: [])
    for start in stride(from: 0, to: rows.count, by: reading.chunk) {
      let part = rows[start..<min(rows.count, start + reading.chunk)]
      let isWeighed = prior != nil && (start / reading.chunk).isMultiple(of: every)
      let found = reading.importanceWeightedBounds(
        of: part.flatMap { frames[$0 * size..<($0 + 1) * size] }, samples: extent.samples,
        prior: isWeighed ? prior : nil, stream: &stream)
      weights += found.logWeights
      if isWeighed {
        fittedRows += part
        fitted.logWeights += found.logWeights
        fitted.priorGains += found.priorGains
      }
      try beat()
    }
    let whole = ImportanceWeightedBound.Estimate(logWeights: weights)
    let curve = curve(whole, rows)
    let numbers =
      curve.map { JudgedNumber("nll.iw.\($0.samples)", $0.value, "nats") }
      + [JudgedNumber("iw.ess", intervals.mean(whole.effectiveSamples, of: rows), "samples")]
    return (numbers + (prior == nil ? [] : self.numbers(under: fitted, elbo, fittedRows)), curve)
  }

  /// The bounds under the fitted prior, of which the ELBO is that of the plain one and what draws gain.
  private func numbers(
    under fitted: ImportanceWeightedBound.Estimate, _ elbo: AutoencoderReading.Bounds, _ rows: [Int]
  ) -> [JudgedNumber] {
    let lower = zip(rows, fitted.priorGains).map { row, gains in
      elbo.whole[row] + gains.reduce(0, +) / Double(max(1, gains.count))
    }
    return [JudgedNumber("elbo.fitted", intervals.mean(lower, of: rows), "nats")]
      + curve(fitted.underOtherPrior, rows).map {
        JudgedNumber("nll.iw.\($0.samples).fitted", $0.value, "nats")
      }
  }

  private func curve(
    _ estimate: ImportanceWeightedBound.Estimate, _ rows: [Int]
  ) -> [AutoencoderJudgement.BoundPoint] {
    Self.bounds.filter { $0 <= extent.samples }.map { samples in
      let bounds = estimate.first(samples).bounds.map { reading.leftOutConstant - $0 }
      return .init(samples: samples, value: intervals.mean(bounds, of: rows))
    }
  }

  /// The prior that was fitted to latents; nil where none was.
  private var fittedPrior: (any Prior)? {
    reading.frozen.hasFittedPrior ? reading.frozen.prior : nil
  }

  /// Of how many portions of frames one is weighed under the fitted prior.
  private func portionsPerWeighed(frames: Int) -> Int {
    let products = (fittedPrior as? MixturePrior)?.mixture.covariances.count ?? reading.latentSize
    let wanted = Double(frames) * Double(extent.samples) * Double(products)
    let portions = (frames + reading.chunk - 1) / reading.chunk
    return max(1, min(portions, Int(wanted / Double(extent.weighedNumbers)) + 1))
  }
}

extension AutoencoderReading.Bounds {
  /// The evidence lower bound of each frame, in nats.
  package var whole: [Double] { zip(reconstruction, divergence).map { -$0 - $1 } }
}
