import Foundation
import Randomness

/// Many fixed curves of features beside the features: what a linear map of them tells is what a small network
/// with a hidden layer could read.
///
/// - SeeAlso: G.-B. Huang et al., "Extreme Learning Machine: Theory and Applications" (2006).
package struct RandomCurves: Sendable {
  private let width: Int
  /// `[curve, feature]`.
  private let weights: [Float]
  private let offsets: [Float]
  private let means: [Float]
  private let scales: [Float]

  /// Draws curves.
  ///
  /// - Parameters:
  ///   - features: `[sample, feature]`, by which the curves are laid where samples lie.
  ///   - width: features a sample.
  ///   - count: curves.
  ///   - stream: draws them.
  package init(_ features: [Float], width: Int, count: Int, using stream: inout RandomStream) {
    let samples = max(1, features.count / width)
    self.width = width
    means = (0..<width).map { column in
      (0..<samples).reduce(0) { $0 + features[$1 * width + column] } / Float(samples)
    }
    let centres = means
    scales = (0..<width).map { column in
      let squares = (0..<samples).reduce(Float(0)) {
        let distance = features[$1 * width + column] - centres[column]
        return $0 + distance * distance
      }
      return max(1e-6, (squares / Float(samples)).squareRoot())
    }
    let reach = 2 / Float(width).squareRoot()
    weights = (0..<count * width).map { _ in Float(stream.standardNormal()) * reach }
    offsets = (0..<count).map { _ in Float(stream.standardNormal()) }
  }

  /// Features of a sample with the curves of them.
  package var outputs: Int { width + offsets.count }

  /// `[sample, outputs]` of `[sample, feature]`.
  package func callAsFunction(_ features: [Float]) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(features.count / width * outputs)
    for start in stride(from: 0, to: features.count, by: width) {
      let row = (0..<width).map { (features[start + $0] - means[$0]) / scales[$0] }
      result += row
      for curve in offsets.indices {
        var sum = offsets[curve]
        for column in 0..<width { sum += weights[curve * width + column] * row[column] }
        result.append(tanh(sum))
      }
    }
    return result
  }
}
