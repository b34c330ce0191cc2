import Foundation
import Threads

/// How surely rows are neighbours, by UMAP's rule: 1 for the nearest, falling with what others are farther away, at a
/// scale of the row's own; what both rows say is joined as a fuzzy union.
///
/// - SeeAlso: L. McInnes, J. Healy, J. Melville, "UMAP" (2018), section 3.1 and algorithms 2 and 3.
package enum FuzzyGraph {
  /// The graph.
  ///
  /// - Parameters:
  ///   - table: the neighbours.
  ///   - least: edges that weigh less, by the greatest weight, are left out.
  package static func join(_ table: NeighbourTable, least: Float = 0) -> NeighbourGraph {
    let weights = memberships(table)
    let greatest = weights.max() ?? 1
    return NeighbourGraph(
      table, weights: weights, combine: { $0 + $1 - $0 * $1 },
      isKept: { $0 > 0 && $0 >= least * greatest })
  }

  /// `[row, place]`: of each row log₂ of its neighbours in all.
  package static func memberships(_ table: NeighbourTable) -> [Float] {
    let (rows, count) = (table.rows, table.count)
    let mean = table.distances.reduce(0.0) { $0 + Double($1) } / Double(max(1, rows * count))
    var result = [Float](repeating: 0, count: rows * count)
    let part = 256
    result.withUnsafeMutableBufferPointer { result in
      table.distances.withUnsafeBufferPointer { distances in
        parallelFor((rows + part - 1) / part) { block in
          for row in block * part..<min(rows, (block + 1) * part) {
            let line = UnsafeBufferPointer(
              rebasing: distances[row * count..<(row + 1) * count])
            let nearest = line.first { $0 > 0 } ?? 0
            let scale = self.scale(line, nearest: nearest, mean: mean)
            for place in 0..<count {
              let beyond = Double(max(0, line[place] - nearest))
              result[row * count + place] = beyond == 0 ? 1 : Float(exp(-beyond / scale))
            }
          }
        }
      }
    }
    return result
  }

  private static let leastShare = 1e-3

  /// The scale at which a row's memberships have the sum that is asked for.
  private static func scale(
    _ line: UnsafeBufferPointer<Float>, nearest: Float, mean: Double
  ) -> Double {
    let wanted = log2(Double(line.count))
    var (low, high, scale) = (0.0, Double.infinity, 1.0)
    for _ in 0..<64 {
      let sum = line.reduce(0.0) { $0 + exp(-Double(max(0, $1 - nearest)) / scale) }
      if abs(sum - wanted) < 1e-5 { break }
      if sum > wanted { high = scale } else { low = scale }
      scale = high.isFinite ? (low + high) / 2 : 2 * scale
    }
    let own = line.reduce(0.0) { $0 + Double($1) } / Double(line.count)
    return max(scale, leastShare * (nearest > 0 ? own : mean), .leastNormalMagnitude)
  }
}
