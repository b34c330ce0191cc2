import Foundation
import Tensors

/// −log p of a latent by a row of a mixture memory's outputs, without memory of its own.
///
/// - SeeAlso: C. M. Bishop, "Mixture Density Networks" (1994).
struct MixtureDensity {
  private let layout: MixtureLayout

  /// Reads rows of a layout.
  init(_ layout: MixtureLayout) { self.layout = layout }

  /// In nats, all numbers of the latent together.
  ///
  /// - Parameters:
  ///   - latent: `[latents]`.
  ///   - row: logits, means and log deviations, `[columns]` or more.
  func negativeLog(
    of latent: UnsafeBufferPointer<Float>, by row: UnsafePointer<Float>
  ) -> Double {
    guard layout.isShared else {
      return (0..<layout.latents).reduce(0) { sum, number in
        sum
          - logSum { component in
            Double(row[component * layout.latents + number])
              + logDensity(latent, row, component, number)
          } + logSum { Double(row[$0 * layout.latents + number]) }
      }
    }
    return logSum { Double(row[$0]) }
      - logSum { component in
        (0..<layout.latents).reduce(Double(row[component])) {
          $0 + logDensity(latent, row, component, $1)
        }
      }
  }

  /// The logarithm of a sum of exponentials over components.
  private func logSum(_ term: (Int) -> Double) -> Double {
    var (greatest, sum) = (-Double.infinity, 0.0)
    for component in 0..<layout.mixtures { greatest = max(greatest, term(component)) }
    guard greatest.isFinite else { return greatest }
    for component in 0..<layout.mixtures { sum += exp(term(component) - greatest) }
    return greatest + log(sum)
  }

  /// The logarithm of a component's density at a number of the latent.
  private func logDensity(
    _ latent: UnsafeBufferPointer<Float>, _ row: UnsafePointer<Float>, _ component: Int,
    _ number: Int
  ) -> Double {
    let logits = layout.isShared ? layout.mixtures : layout.mixtures * layout.latents
    let place = logits + component * layout.latents + number
    let said = row[place + layout.mixtures * layout.latents]
    let logSigma = Double(
      min(max(said, layout.logSigma.lowerBound), layout.logSigma.upperBound))
    let distance = (Double(latent[number]) - Double(row[place])) / exp(logSigma)
    return -0.5 * distance * distance - logSigma - 0.5 * log(2 * Double.pi)
  }
}
