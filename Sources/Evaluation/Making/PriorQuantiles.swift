import Randomness
import WorldModels

/// Values that a latent lies below with given chances, under a prior.
package struct PriorQuantiles {
  /// The chances, rising.
  package let shares: [Double]
  /// `[latent][share]`.
  package let values: [[Float]]

  /// Draws that quantiles of a fitted prior are told by.
  private static let draws = 20_000

  /// Chances that are evenly spread from 0.01 to 0.99.
  ///
  /// - Parameter steps: 2 or more.
  package static func shares(_ steps: Int) -> [Double] {
    (0..<steps).map { 0.01 + 0.98 * Double($0) / Double(steps - 1) }
  }

  /// Finds quantiles: those of the standard normal exactly, of other priors by draws.
  ///
  /// - Parameter stream: draws latents.
  package init(_ prior: any Prior, shares: [Double], stream: inout RandomStream) {
    self.shares = shares
    guard !(prior is StandardNormalPrior) else {
      let one = shares.map { Float($0.normalQuantile) }
      values = [[Float]](repeating: one, count: prior.latentSize)
      return
    }
    let size = prior.latentSize
    let drawn = prior.samples(Self.draws, stream: &stream)
    values = (0..<size).map { latent in
      let sorted = stride(from: latent, to: drawn.count, by: size).map { drawn[$0] }.sorted()
      return shares.map { share in
        let place = share * Double(sorted.count - 1)
        let below = min(sorted.count - 2, Int(place))
        let part = Float(place - Double(below))
        return sorted[below] + part * (sorted[below + 1] - sorted[below])
      }
    }
  }
}

extension Double {
  /// The number that this share of a standard normal distribution lies below, for shares above 0 and below 1.
  package var normalQuantile: Double {
    // The lower tail is told to full precision, the upper one is its mirror image.
    if self > 0.5 { return -(1 - self).normalQuantile }
    var (low, high) = (-40.0, 0.0)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if middle.normalShareBelow < self { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
