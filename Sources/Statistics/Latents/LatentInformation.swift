import CLAPACK
import Foundation
import Randomness

/// What latents tell of their examples: I(x; z) = E[log q(z | x) − log q(z)], in nats.
///
/// q(z) is the mixture of the posteriors of all examples given, so that no more than log N can be found: a
/// number near it says only that there is at least so much.
///
/// - SeeAlso: M. Hoffman, M. Johnson, "ELBO Surgery" (2016); J. He et al., "Lagging Inference Networks" (2019).
package struct LatentInformation: Hashable, Sendable {
  /// The information.
  package let value: MeasuredValue
  /// log N: the most that N examples can show.
  package let cap: Double

  /// Whether more examples would show more.
  package var isSaturated: Bool { value.value > 0.9 * cap }

  /// Draws a latent for every example.
  ///
  /// - Parameters:
  ///   - posterior: 2 examples or more; the work grows with the square of their number.
  ///   - stream: draws latents and resamples.
  package init(_ posterior: AggregatedPosterior, using stream: inout RandomStream) {
    let densities = MixtureDensities(posterior, using: &stream)
    cap = log(Double(posterior.count))
    value = MeasuredValue(meanOf: densities.informations(), using: &stream)
  }
}

/// log q(z | x) of all pairs of latents drawn and examples, some rows at a time.
///
/// Each is z²·a + z·b + c with a, b and c of the example: one product of matrices.
private struct MixtureDensities {
  private let count: Int
  private let width: Int
  /// `[latent, 2 · number]`: z² and z.
  private var drawn: [Double]
  /// `[example, 2 · number]`: a and b.
  private var weights: [Double]
  /// c of each example.
  private var constants: [Double]

  init(_ posterior: AggregatedPosterior, using stream: inout RandomStream) {
    let (count, width) = (posterior.count, posterior.width)
    (self.count, self.width) = (count, width)
    (drawn, weights) = ([], [])
    drawn.reserveCapacity(2 * count * width)
    weights.reserveCapacity(2 * count * width)
    constants = [Double](repeating: 0, count: count)
    for row in 0..<count {
      let places = row * width..<(row + 1) * width
      let latent = places.map { place in
        Double(posterior.means[place])
          + exp(Double(posterior.logVariances[place]) / 2) * stream.standardNormal()
      }
      let precisions = places.map { exp(-Double(posterior.logVariances[$0])) }
      drawn += latent.map { $0 * $0 } + latent
      weights += precisions.map { -0.5 * $0 }
      for (place, precision) in zip(places, precisions) {
        let mean = Double(posterior.means[place])
        let logVariance = Double(posterior.logVariances[place])
        weights.append(mean * precision)
        let squared = mean * mean * precision
        constants[row] -= 0.5 * (squared + logVariance + log(2 * Double.pi))
      }
    }
  }

  /// log q(z | x) − log q(z) of the latent drawn for each example.
  func informations() -> [Double] {
    stride(from: 0, to: count, by: 256).flatMap { start in
      let rows = start..<min(count, start + 256)
      let logs = logs(rows)
      return rows.map { row in
        let line = logs[(row - start) * count..<(row - start + 1) * count]
        return logs[(row - start) * count + row] - line.logSumOfExponentials + log(Double(count))
      }
    }
  }

  private func logs(_ rows: Range<Int>) -> [Double] {
    let size = Int32(2 * width)
    let some = Array(drawn[rows.lowerBound * 2 * width..<rows.upperBound * 2 * width])
    var result = rows.flatMap { _ in constants }
    LinearAlgebra.exclusively {
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, Int32(rows.count), Int32(count), size, 1, some,
        size, weights, size, 1, &result, Int32(count))
    }
    return result
  }
}
