import Foundation
import Randomness
import Statistics
import Threads

/// t-SNE: points of a plane whose closeness, by Student's t with one degree of freedom, tells how likely rows pick each
/// other as neighbours; Barnes and Hut's sums in the place of those over all pairs.
///
/// Steps, rates and the start are openTSNE's: exaggeration 12 for the first third, then none; momentum 0.8; a rate of
/// rows / exaggeration, 200 at least; no point moves by more than 5 a step. All points move at once.
///
/// - SeeAlso: L. van der Maaten, G. Hinton, "Visualizing Data using t-SNE" (2008); L. van der Maaten, "Accelerating t-SNE
///   using Tree-Based Algorithms" (2014); A. C. Belkina et al., "Automated optimized parameters for t-distributed
///   stochastic neighbor embedding improve visualization and analysis of large datasets" (2019); P. G. Poličar,
///   M. Stražar, B. Zupan, "openTSNE: A Modular Python Library for t-SNE Dimensionality Reduction and Embedding" (2024).
package struct TSNE {
  /// Steps, where nothing else is said.
  package static let usualSteps = 750
  /// The perplexity, where nothing else is said.
  package static let usualPerplexity = 30.0

  /// The points, `[row, 2]`.
  package var points: [Float]

  private let graph: NeighbourGraph
  private let steps: Int
  private var repulsion: Repulsion
  private var moves: [Float]
  private var gains: [Float]
  private var pushes: [Float]
  /// The sum of q over all pairs, of the last step.
  private var pairs = 1.0

  private static let exaggeration = 12.0
  private static let leastRate: Float = 200
  private static let momentum: Float = 0.8
  private static let longestMove: Float = 5
  private static let startDeviation = 1e-4
  private static let usualTheta = 0.5
  static let part = 512

  /// Prepares the map.
  ///
  /// - Parameters:
  ///   - table: neighbours, `Perplexity.neighbours` of them a row.
  ///   - components: the rows' first two principal components, `[row, 2]`.
  ///   - perplexity: about how many neighbours a row has.
  ///   - steps: of the gradient, 0 or more.
  ///   - rootSeed: root of the stream `map/tsne/start`.
  ///   - theta: how large a cell may be by its distance to stand for its points; 0 is exact.
  package init(
    _ table: NeighbourTable, components: [Float], perplexity: Double, steps: Int = usualSteps,
    rootSeed: UInt64, theta: Double = usualTheta
  ) {
    let rows = Float(table.rows)
    graph = NeighbourGraph(
      table, weights: Perplexity.chances(table, perplexity: perplexity),
      combine: { ($0 + $1) / (2 * rows) })
    self.steps = steps
    repulsion = Repulsion(theta: theta)
    var stream = RandomStream(root: rootSeed, name: "map/tsne/start")
    points = Self.start(components, using: &stream)
    moves = [Float](repeating: 0, count: points.count)
    gains = [Float](repeating: 1, count: points.count)
    pushes = moves
  }

  /// The components, the first with a deviation of 0.0001.
  private static func start(_ components: [Float], using stream: inout RandomStream) -> [Float] {
    let first = stride(from: 0, to: components.count, by: 2).map { Double(components[$0]) }
    let square = first.reduce(0) { $0 + $1 * $1 } / Double(max(1, first.count))
    let factor = square > 0 ? startDeviation / square.squareRoot() : 0
    return MapStart.scaled(
      components, by: Float(factor), noise: Float(startDeviation / 100), using: &stream)
  }

  /// Takes all steps.
  ///
  /// - Parameter beat: called with the number of steps done; may throw to stop.
  package mutating func run(beat: (Int) throws -> Void = { _ in }) rethrows {
    for step in 0..<steps {
      let exaggeration = step < steps / 3 ? Self.exaggeration : 1
      let rate = max(Self.leastRate, Float(Double(graph.rows) / exaggeration))
      move(gradient(exaggeration: exaggeration), rate: rate)
      try beat(step + 1)
    }
  }

  /// A quarter of the gradient of the Kullback–Leibler divergence by each point, `[row, 2]`.
  ///
  /// - Parameter exaggeration: what the chances of rows to pick each other are multiplied by.
  package mutating func gradient(exaggeration: Double = 1) -> [Float] {
    pairs = points.withUnsafeBufferPointer { points in
      pushes.withUnsafeMutableBufferPointer { repulsion.forces(points, into: $0) }
    }
    var gradient = [Float](repeating: 0, count: points.count)
    let (rows, factor) = (graph.rows, Float(exaggeration))
    let inverse = Float(1 / max(pairs, .leastNormalMagnitude))
    gradient.withUnsafeMutableBufferPointer { gradient in
      withBuffers { points, starts, ends, weights in
        pushes.withUnsafeBufferPointer { pushes in
          parallelFor((rows + Self.part - 1) / Self.part) { block in
            for row in block * Self.part..<min(rows, (block + 1) * Self.part) {
              let (x, y) = (points[2 * row], points[2 * row + 1])
              var (across, along): (Float, Float) = (0, 0)
              for edge in starts[row]..<starts[row + 1] {
                let other = 2 * Int(ends[edge])
                let (dx, dy) = (x - points[other], y - points[other + 1])
                let force = weights[edge] / (1 + dx * dx + dy * dy)
                across += force * dx
                along += force * dy
              }
              gradient[2 * row] = factor * across - pushes[2 * row] * inverse
              gradient[2 * row + 1] = factor * along - pushes[2 * row + 1] * inverse
            }
          }
        }
      }
    }
    return gradient
  }

  /// The Kullback–Leibler divergence of the map's closeness from the rows', in nats; to be asked after the steps.
  package mutating func divergence() -> Double {
    _ = gradient()
    var sum = 0.0
    for row in 0..<graph.rows {
      for edge in graph.starts[row]..<graph.starts[row + 1] {
        let other = Int(graph.ends[edge])
        let dx = Double(points[2 * row]) - Double(points[2 * other])
        let dy = Double(points[2 * row + 1]) - Double(points[2 * other + 1])
        let chance = Double(graph.weights[edge])
        sum += chance * log(chance * pairs * (1 + dx * dx + dy * dy))
      }
    }
    return sum
  }

  private func withBuffers(
    _ work: (
      _ points: UnsafeBufferPointer<Float>, _ starts: UnsafeBufferPointer<Int>,
      _ ends: UnsafeBufferPointer<Int32>, _ weights: UnsafeBufferPointer<Float>
    ) -> Void
  ) {
    points.withUnsafeBufferPointer { points in
      graph.starts.withUnsafeBufferPointer { starts in
        graph.ends.withUnsafeBufferPointer { ends in
          graph.weights.withUnsafeBufferPointer { work(points, starts, ends, $0) }
        }
      }
    }
  }

  /// One step down the gradient with momentum and a gain for each number, the mean staying at 0.
  private mutating func move(_ gradient: [Float], rate: Float) {
    for row in 0..<graph.rows {
      for place in 2 * row..<2 * row + 2 {
        let isTurning = (gradient[place] > 0) == (moves[place] > 0)
        gains[place] = max(0.01, isTurning ? gains[place] * 0.8 : gains[place] + 0.2)
        moves[place] = Self.momentum * moves[place] - rate * gains[place] * gradient[place]
      }
      let (x, y) = (moves[2 * row], moves[2 * row + 1])
      let length = (x * x + y * y).squareRoot()
      if length > Self.longestMove {
        moves[2 * row] = x / length * Self.longestMove
        moves[2 * row + 1] = y / length * Self.longestMove
      }
      points[2 * row] += moves[2 * row]
      points[2 * row + 1] += moves[2 * row + 1]
    }
    centre()
  }

  private mutating func centre() {
    var sums = (0.0, 0.0)
    for row in 0..<graph.rows {
      sums.0 += Double(points[2 * row])
      sums.1 += Double(points[2 * row + 1])
    }
    let count = Double(max(1, graph.rows))
    let mean = (Float(sums.0 / count), Float(sums.1 / count))
    for row in 0..<graph.rows {
      points[2 * row] -= mean.0
      points[2 * row + 1] -= mean.1
    }
  }
}
