import Foundation
import Randomness
import Statistics
import Threads

/// UMAP: points of a plane that are drawn together along the edges of a fuzzy graph and pushed away from points
/// drawn at random.
///
/// An epoch is taken in eighths: an edge of the greatest weight is due in one of them, others as much more seldom as they
/// weigh less, each in a turn of its own. In an eighth all points move at once by what is due, from where all stood
/// before, so that no result depends on an order or on threads, and a point hardly ever takes several moves at once.
/// The start is the principal components, ten units wide.
///
/// - SeeAlso: L. McInnes, J. Healy, J. Melville, "UMAP: Uniform Manifold Approximation and Projection for Dimension
///   Reduction" (2018), algorithm 5.
package struct UMAP {
  /// Neighbours a row, where nothing else is said.
  package static let usualNeighbours = 15
  /// Epochs, where nothing else is said: as the authors' program.
  package static func usualEpochs(rows: Int) -> Int { rows > 10_000 ? 200 : 500 }

  /// The points, `[row, 2]`.
  package private(set) var points: [Float]

  private let graph: NeighbourGraph
  private let curve: UMAPCurve
  private let epochs: Int
  private let rootSeed: UInt64
  /// Eighths of an epoch from one turn of an edge to the next, and its next one.
  private let periods: [Float]
  private var turns: [Float]

  private static let eighths = 8
  private static let part = 512
  private static let negatives = 5
  private static let longestMove: Float = 4
  private static let startReach: Float = 10
  private static let startNoise: Float = 1e-4

  /// Prepares the map.
  ///
  /// - Parameters:
  ///   - table: the neighbours.
  ///   - components: the rows' first two principal components, `[row, 2]`.
  ///   - curve: how close points count by their distance.
  ///   - epochs: 1 or more.
  ///   - rootSeed: root of the streams `map/umap/…`.
  package init(
    _ table: NeighbourTable, components: [Float], curve: UMAPCurve, epochs: Int, rootSeed: UInt64
  ) {
    precondition(epochs >= 1, "UMAP: \(epochs) epochs; give 1 or more")
    graph = FuzzyGraph.join(table, least: 1 / Float(epochs))
    (self.curve, self.epochs, self.rootSeed) = (curve, epochs, rootSeed)
    var stream = RandomStream(root: rootSeed, name: "map/umap/start")
    let reach = components.reduce(Float(0)) { max($0, abs($1)) }
    points = MapStart.scaled(
      components, by: reach > 0 ? Self.startReach / reach : 0, noise: Self.startNoise,
      using: &stream)
    let greatest = graph.weights.max() ?? 1
    periods = graph.weights.map { Float(Self.eighths) * greatest / $0 }
    stream = RandomStream(root: rootSeed, name: "map/umap/turns")
    turns = periods.map { $0 * Float(stream.random()) }
  }

  /// Takes all epochs.
  ///
  /// - Parameter beat: called with the number of epochs done; may throw to stop.
  package mutating func run(beat: (Int) throws -> Void = { _ in }) rethrows {
    for epoch in 0..<epochs {
      let rate = 1 - Float(epoch) / Float(epochs)
      for eighth in 0..<Self.eighths { move(epoch * Self.eighths + eighth, rate: rate) }
      try beat(epoch + 1)
    }
  }

  private mutating func move(_ step: Int, rate: Float) {
    let rows = graph.rows
    let old = points
    let (a, b, root) = (Float(curve.a), Float(curve.b), rootSeed)
    points.withUnsafeMutableBufferPointer { new in
      turns.withUnsafeMutableBufferPointer { turns in
        old.withUnsafeBufferPointer { old in
          graph.ends.withUnsafeBufferPointer { ends in
            periods.withUnsafeBufferPointer { periods in
              let (starts, time) = (graph.starts, Float(step))
              parallelFor((rows + Self.part - 1) / Self.part) { block in
                var forces = Forces(
                  points: old, a: a, b: b, most: Self.longestMove,
                  stream: RandomStream(root: root, name: "map/umap/negative/\(step)/\(block)"))
                for row in block * Self.part..<min(rows, (block + 1) * Self.part) {
                  forces.begin(row)
                  for edge in starts[row]..<starts[row + 1] where turns[edge] <= time {
                    turns[edge] += periods[edge]
                    forces.attract(Int(ends[edge]))
                    for _ in 0..<Self.negatives { forces.repel() }
                  }
                  new[2 * row] += rate * forces.sum.x
                  new[2 * row + 1] += rate * forces.sum.y
                }
              }
            }
          }
        }
      }
    }
  }

  /// What a point is moved by.
  private struct Forces {
    let points: UnsafeBufferPointer<Float>
    let a: Float
    let b: Float
    let most: Float
    var stream: RandomStream
    var sum: (x: Float, y: Float) = (0, 0)
    private var row = 0

    init(
      points: UnsafeBufferPointer<Float>, a: Float, b: Float, most: Float, stream: RandomStream
    ) {
      (self.points, self.a, self.b, self.most, self.stream) = (points, a, b, most, stream)
    }

    mutating func begin(_ row: Int) { (self.row, sum) = (row, (0, 0)) }

    /// An edge stands in both of its rows, and moves both ends each time: here each end for both.
    mutating func attract(_ other: Int) {
      let (dx, dy) = difference(other)
      let square = dx * dx + dy * dy
      guard square > 0 else { return }
      let power = pow(square, b)
      let factor = -2 * a * b * power / (square * (1 + a * power))
      add(factor * dx, factor * dy, times: 2)
    }

    mutating func repel() {
      let other = stream.integers(in: 0..<points.count / 2)
      guard other != row else { return }
      let (dx, dy) = difference(other)
      let square = dx * dx + dy * dy
      guard square > 0 else { return }
      let factor = 2 * b / ((0.001 + square) * (1 + a * pow(square, b)))
      add(factor * dx, factor * dy, times: 1)
    }

    private func difference(_ other: Int) -> (Float, Float) {
      (points[2 * row] - points[2 * other], points[2 * row + 1] - points[2 * other + 1])
    }

    private mutating func add(_ x: Float, _ y: Float, times: Float) {
      sum.x += times * min(most, max(-most, x))
      sum.y += times * min(most, max(-most, y))
    }
  }
}
