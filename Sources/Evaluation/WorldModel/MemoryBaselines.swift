import Foundation

/// The two numbers that make M's nats readable: what one gets without a memory.
///
/// Both are fitted to the very latents that they are judged on, which favours them a little.
package struct MemoryBaselines: Sendable {
  /// −log p a dimension of a Gaussian about the last latent, its variance fitted a dimension.
  package let repeatLast: Double
  /// −log p a dimension of one Gaussian a dimension, whatever came before.
  package let unconditional: Double

  /// Fits both to the steps of episodes: all frames but the first of each are to be predicted.
  ///
  /// - Parameter episodes: `[frame, latentSize]` each.
  package init(latents episodes: [[Float]], latentSize: Int) {
    var sums = [Double](repeating: 0, count: latentSize)
    var (squares, jumps, count) = (sums, sums, 0.0)
    for latents in episodes where latents.count > latentSize {
      count += Double(latents.count / latentSize - 1)
      for place in latentSize..<latents.count {
        let value = Double(latents[place])
        let jump = value - Double(latents[place - latentSize])
        sums[place % latentSize] += value
        squares[place % latentSize] += value * value
        jumps[place % latentSize] += jump * jump
      }
    }
    let steps = max(1, count)
    repeatLast = Self.nats(jumps.map { $0 / steps })
    unconditional = Self.nats(
      zip(sums, squares).map { $1 / steps - ($0 / steps) * ($0 / steps) })
  }

  /// The entropy of Gaussians, a dimension: the mean nats of data that have these variances.
  private static func nats(_ variances: [Double]) -> Double {
    variances.reduce(0) { $0 + 0.5 * log(2 * Double.pi * max($1, 1e-12)) + 0.5 }
      / Double(max(1, variances.count))
  }
}
