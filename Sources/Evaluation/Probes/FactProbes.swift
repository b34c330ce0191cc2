import Foundation
import Layers
import Randomness
import Statistics
import Tensors

/// Ridge regression of all columns at once: what a linear reader can know.
///
/// The penalty is the one of several with which the rows that are kept are guessed best; M's states
/// have many numbers, and a fact may be there in few episodes.
///
/// - SeeAlso: A. E. Hoerl, R. W. Kennard, "Ridge Regression" (1970).
package enum LinearProbe {
  private static let penalties = [1e-3, 1e-2, 1e-1, 1, 10]

  /// Learns from the rows to learn from, and guesses those to judge by.
  ///
  /// - Returns: `[test row, column]`.
  package static func guesses(_ features: ProbeFeatures, _ targets: ProbeTargets) -> [Float] {
    var result = [Float](repeating: 0, count: targets.testRows.count * targets.columns)
    for columns in columnsOfEqualPresence(targets) {
      let there = { (rows: [Int]) in
        rows.filter { targets.presence[$0 * targets.columns + columns[0]] == 1 }
      }
      let penalty = penalty(
        features, targets, columns, learned: there(targets.learnedRows),
        kept: there(targets.keptRows))
      let fit = NormalEquations(features, targets, rows: there(targets.fitRows), columns: columns)
        .solved(penalty)
      for (place, row) in targets.testRows.enumerated() {
        for (index, column) in columns.enumerated() {
          result[place * targets.columns + column] = fit.guess(features, row, index)
        }
      }
    }
    return result
  }

  private static func penalty(
    _ features: ProbeFeatures, _ targets: ProbeTargets, _ columns: [Int], learned: [Int],
    kept: [Int]
  ) -> Double {
    guard learned.count > 1, !kept.isEmpty else { return 1 }
    let equations = NormalEquations(features, targets, rows: learned, columns: columns)
    let errors = penalties.map { penalty in
      let fit = equations.solved(penalty)
      return kept.reduce(0.0) { sum, row in
        columns.enumerated().reduce(sum) { sum, column in
          let difference = Double(
            fit.guess(features, row, column.offset)
              - targets.values[row * targets.columns + column.element])
          return sum + difference * difference
        }
      }
    }
    return zip(errors, penalties).min { $0.0 < $1.0 }?.1 ?? 1
  }

  /// Columns that are there in the same rows share one factorisation.
  private static func columnsOfEqualPresence(_ targets: ProbeTargets) -> [[Int]] {
    var groups: [(rows: [Int], columns: [Int])] = []
    for target in targets.targets {
      let rows = targets.fitRows.filter {
        targets.presence[$0 * targets.columns + target.columns.lowerBound] == 1
      }
      if let place = groups.firstIndex(where: { $0.rows == rows }) {
        groups[place].columns += Array(target.columns)
      } else {
        groups.append((rows, Array(target.columns)))
      }
    }
    return groups.map(\.columns)
  }

  /// What a least-squares fit is made of.
  private struct NormalEquations {
    let count: Int
    let centre: [Float]
    let means: [Double]
    /// `[feature, feature]`.
    let gram: [Double]
    /// `[feature, column]`.
    let moments: [Double]

    init(_ features: ProbeFeatures, _ targets: ProbeTargets, rows: [Int], columns: [Int]) {
      count = rows.count
      let all = Tensor(features.rows(rows), shape: [count, features.width])
      let mean = all.mean(axis: 0)
      let x = all - mean
      let wanted = rows.flatMap { row in
        columns.map { targets.values[row * targets.columns + $0] }
      }
      let y = Tensor(wanted, shape: [count, columns.count])
      let yMean = y.mean(axis: 0)
      gram = Tensor.matrixProduct(x, transposed: true, x).scalars.map(Double.init)
      moments = Tensor.matrixProduct(x, transposed: true, y - yMean).scalars.map(Double.init)
      centre = mean.scalars
      means = yMean.scalars.map(Double.init)
    }

    func solved(_ penalty: Double) -> Fit {
      let width = centre.count
      let factor = CholeskyFactor(gram, size: width, ridge: penalty * Double(count))
      return Fit(centre: centre, means: means, weights: factor.solve(columns: moments))
    }
  }

  /// A fitted map.
  private struct Fit {
    let centre: [Float]
    let means: [Double]
    /// `[feature, column]`.
    let weights: [Double]

    func guess(_ features: ProbeFeatures, _ row: Int, _ column: Int) -> Float {
      let first = row * features.width
      return Float(
        centre.indices.reduce(means[column]) {
          $0 + weights[$1 * means.count + column] * Double(features.values[first + $1] - centre[$1])
        })
    }
  }
}

/// A small network of two hidden layers for all columns at once: what is there to be known at all.
///
/// The rows that are kept tell when to stop.
package enum NetworkProbe {
  private static let hidden = 96
  private static let batch = 128
  private static let checkEvery = 75
  private static let learningRate: Float = 1e-3

  /// Learns from the rows to learn from, and guesses those to judge by.
  ///
  /// - Parameters:
  ///   - steps: gradient steps.
  ///   - stream: where weights and batches are drawn from.
  /// - Returns: `[test row, column]`.
  package static func guesses(
    _ features: ProbeFeatures, _ targets: ProbeTargets, steps: Int, stream: inout RandomStream
  ) -> [Float] {
    let check = Rows(
      features, targets, targets.keptRows.isEmpty ? targets.fitRows : targets.keptRows)
    let source = targets.learnedRows.isEmpty ? targets.fitRows : targets.learnedRows
    var network = Network(features.width, hidden, targets.columns, stream: &stream)
    var best = (loss: check.loss(network).scalar, network: network)
    var optimiser = Adam(learningRate: learningRate)
    for step in 1...steps {
      let rows = (0..<batch).map { _ in source[stream.integers(in: 0..<source.count)] }
      let part = Rows(features, targets, rows)
      let (_, gradient) = valueAndGradient(of: network) { part.loss($0) }
      optimiser.learningRate =
        learningRate * Float(0.5 * (1 + cos(Double.pi * Double(step) / Double(steps))))
      optimiser.update(&network, gradients: gradient.parameters.map(\.value))
      guard step.isMultiple(of: checkEvery) else { continue }
      let loss = check.loss(network).scalar
      if loss < best.loss { best = (loss, network) }
    }
    return best.network(Rows(features, targets, targets.testRows).x).scalars
  }

  private struct Network: Parameterized {
    var first: Dense
    var second: Dense
    var last: Dense

    init(_ inputs: Int, _ hidden: Int, _ outputs: Int, stream: inout RandomStream) {
      first = Dense(inputs: inputs, outputs: hidden, activation: .relu, stream: &stream)
      second = Dense(inputs: hidden, outputs: hidden, activation: .relu, stream: &stream)
      last = Dense(inputs: hidden, outputs: outputs, stream: &stream)
    }

    func callAsFunction(_ x: Tensor) -> Tensor { last(second(first(x))) }

    mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
      first.visitParameters(under: "first", visit)
      second.visitParameters(under: "second", visit)
      last.visitParameters(under: "last", visit)
    }
  }

  private struct Rows {
    let x: Tensor
    let y: Tensor
    let presence: Tensor

    init(_ features: ProbeFeatures, _ targets: ProbeTargets, _ rows: [Int]) {
      func table(_ values: [Float]) -> Tensor {
        let width = targets.columns
        return Tensor(
          rows.flatMap { values[$0 * width..<($0 + 1) * width] }, shape: [rows.count, width])
      }
      x = Tensor(features.rows(rows), shape: [rows.count, features.width])
      y = table(targets.values)
      presence = table(targets.presence)
    }

    func loss(_ network: Network) -> Tensor {
      (network(x) * presence).squaredError(to: y) / Float(x.shape[0])
    }
  }
}
