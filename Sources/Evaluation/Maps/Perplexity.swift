import Foundation
import Threads

/// How likely a row picks each of its neighbours, by a Gaussian around it that is as wide as to give a perplexity.
///
/// - SeeAlso: L. van der Maaten, "Accelerating t-SNE using Tree-Based Algorithms" (2014), section 3.
package enum Perplexity {
  /// Neighbours that are looked at, for each unit of perplexity.
  static let neighboursPerUnit = 3.0

  /// Neighbours that a perplexity asks for.
  package static func neighbours(_ perplexity: Double) -> Int {
    max(1, Int(perplexity * neighboursPerUnit))
  }

  /// The chances, `[row, place]`, of each row 1 in all.
  ///
  /// - Parameters:
  ///   - table: the neighbours, about three times as many as the perplexity.
  ///   - perplexity: e to the entropy of each row, 1 or more and below the number of neighbours. Of rows with many
  ///     neighbours at one distance it may be out of reach: it then is the nearest that can be had.
  package static func chances(_ table: NeighbourTable, perplexity: Double) -> [Float] {
    let (rows, count) = (table.rows, table.count)
    var chances = [Float](repeating: 0, count: rows * count)
    let part = 256
    chances.withUnsafeMutableBufferPointer { chances in
      table.distances.withUnsafeBufferPointer { distances in
        parallelFor((rows + part - 1) / part) { block in
          var squares = [Double](repeating: 0, count: count)
          var weights = squares
          for row in block * part..<min(rows, (block + 1) * part) {
            for place in 0..<count {
              let distance = Double(distances[row * count + place])
              squares[place] = distance * distance
            }
            calibrate(squares, entropy: log(perplexity), into: &weights)
            for place in 0..<count { chances[row * count + place] = Float(weights[place]) }
          }
        }
      }
    }
    return chances
  }

  private static let mostTries = 100
  private static let tolerance = 1e-6

  /// Weights exp(−βd²), scaled to a sum of 1, with β as the entropy asks.
  private static func calibrate(
    _ squares: [Double], entropy: Double, into weights: inout [Double]
  ) {
    let nearest = squares[0]
    let scale = squares.reduce(0) { $0 + ($1 - nearest) } / Double(squares.count)
    var (low, high) = (0.0, Double.infinity)
    var precision = scale > 0 ? 1 / scale : 1
    for _ in 0..<mostTries {
      var (sum, moment) = (0.0, 0.0)
      for place in squares.indices {
        let square = squares[place] - nearest
        weights[place] = exp(-precision * square)
        sum += weights[place]
        moment += weights[place] * square
      }
      let found = log(sum) + precision * moment / sum
      for place in squares.indices { weights[place] /= sum }
      if abs(found - entropy) < tolerance { return }
      if found > entropy { low = precision } else { high = precision }
      let next = high.isFinite ? (low + high) / 2 : 2 * precision
      if next == precision || !next.isFinite { return }
      precision = next
    }
  }
}
