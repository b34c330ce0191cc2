import Foundation
import Statistics
import Tensors
import WorldModels

extension Double {
  /// e to this power.
  package var exponential: Double { exp(self) }

  /// The logarithm to base 10.
  package var decimalLogarithm: Double { log10(self) }

  /// The share of a standard normal distribution below this number.
  package var normalShareBelow: Double { 0.5 * erfc(-self * 0.5.squareRoot()) }
}

/// Reads what M says of the next latent from a row of its outputs.
///
/// - SeeAlso: C. M. Bishop, "Mixture Density Networks" (1994).
package struct MixtureReading: Sendable {
  private let layout: MixtureLayout
  private let hasReward: Bool
  private let hasTermination: Bool

  /// Reads rows of models of a configuration.
  package init(_ configuration: MemoryConfiguration) {
    layout = configuration.layout
    hasReward = configuration.predictsReward
    hasTermination = configuration.predictsTermination
  }

  /// Numbers in a latent.
  package var latentSize: Int { layout.latents }
  /// Numbers in a row.
  package var columns: Int {
    layout.columns + (hasReward ? 1 : 0) + (hasTermination ? 1 : 0)
  }

  /// The reward that a row predicts, where M does.
  package func reward(_ row: ArraySlice<Float>) -> Double? {
    hasReward ? Double(row[row.startIndex + layout.columns]) : nil
  }

  /// The probability of the end that a row predicts, where M does.
  package func endProbability(_ row: ArraySlice<Float>) -> Double? {
    hasTermination ? 1 / (1 + (-Double(row[row.endIndex - 1])).exponential) : nil
  }

  /// The mixtures' means: M's best guess of the next latent, in squared error.
  package func means(_ row: ArraySlice<Float>) -> [Float] {
    (0..<layout.latents).map { dimension in
      var (total, sum) = (0.0, 0.0)
      let greatest = (0..<layout.mixtures).reduce(-Double.infinity) {
        max($0, Double(row[logitPlace(row, $1, dimension)]))
      }
      for index in 0..<layout.mixtures {
        let weight = (Double(row[logitPlace(row, index, dimension)]) - greatest).exponential
        total += weight
        sum += weight * Double(row[meanPlace(row, index, dimension)])
      }
      return Float(sum / total)
    }
  }

  /// For every dimension how far the latent that came lies from the mixture's mean, in its deviations.
  package func distances(_ target: ArraySlice<Float>, _ row: ArraySlice<Float>) -> [Double] {
    (0..<layout.latents).map { dimension in
      let parts = components(row, dimension)
      let mean = parts.reduce(0) { $0 + $1.weight * $1.mean }
      let variance = parts.reduce(0) { sum, part in
        sum + part.weight * (part.sigma * part.sigma + (part.mean - mean) * (part.mean - mean))
      }
      return (Double(target[target.startIndex + dimension]) - mean) / variance.squareRoot()
    }
  }

  /// For every dimension the probability that M gave to values below the one that came.
  package func sharesBelow(_ target: ArraySlice<Float>, _ row: ArraySlice<Float>) -> [Double] {
    (0..<layout.latents).map { dimension in
      let value = Double(target[target.startIndex + dimension])
      return components(row, dimension).reduce(0) {
        $0 + $1.weight * ((value - $1.mean) / $1.sigma).normalShareBelow
      }
    }
  }

  /// −log p of the latent that came, in nats, all dimensions together.
  package func nats(_ target: ArraySlice<Float>, _ row: ArraySlice<Float>) -> Double {
    var joint = [Double](repeating: 0, count: layout.mixtures)
    var sum = 0.0
    for dimension in 0..<layout.latents {
      let value = Double(target[target.startIndex + dimension])
      let parts = components(row, dimension)
      let logs = parts.map { Self.logDensity(value, $0.mean, $0.sigma) }
      if layout.isShared {
        for index in joint.indices {
          if dimension == 0 { joint[index] = log(parts[index].weight) }
          joint[index] += logs[index]
        }
      } else {
        sum -= zip(parts, logs).map { log($0.weight) + $1 }.logSumOfExponentials
      }
    }
    return layout.isShared ? -joint.logSumOfExponentials : sum
  }

  private struct Component {
    let weight: Double
    let mean: Double
    let sigma: Double
  }

  private func logitPlace(_ row: ArraySlice<Float>, _ index: Int, _ dimension: Int) -> Int {
    row.startIndex + (layout.isShared ? index : index * layout.latents + dimension)
  }

  private func meanPlace(_ row: ArraySlice<Float>, _ index: Int, _ dimension: Int) -> Int {
    let logits = layout.isShared ? layout.mixtures : layout.mixtures * layout.latents
    return row.startIndex + logits + index * layout.latents + dimension
  }

  /// The components of a dimension's distribution.
  private func components(_ row: ArraySlice<Float>, _ dimension: Int) -> [Component] {
    let weights = (0..<layout.mixtures).map { Double(row[logitPlace(row, $0, dimension)]) }
    let greatest = weights.max() ?? 0
    let total = weights.reduce(0) { $0 + ($1 - greatest).exponential }
    return weights.indices.map { index in
      let place = meanPlace(row, index, dimension)
      let logSigma = row[place + layout.mixtures * layout.latents]
      let bounded = min(max(logSigma, layout.logSigma.lowerBound), layout.logSigma.upperBound)
      return Component(
        weight: (weights[index] - greatest).exponential / total, mean: Double(row[place]),
        sigma: Double(bounded).exponential)
    }
  }

  /// The logarithm of a Gaussian's density.
  package static func logDensity(_ value: Double, _ mean: Double, _ sigma: Double) -> Double {
    let distance = (value - mean) / sigma
    return -0.5 * distance * distance - log(sigma) - 0.5 * log(2 * Double.pi)
  }
}
