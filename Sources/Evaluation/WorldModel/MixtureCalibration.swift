import Foundation
import Threads
import WorldModels

/// Whether M is as sure as it is right: the probability integral transform of its mixtures.
///
/// Where a distribution is right, the share of it below what came is uniform in 0...1: a flat
/// histogram. A ∪ says that M is too sure, a ∩ that it is not sure enough.
///
/// - SeeAlso: A. P. Dawid, "Statistical Theory: The Prequential Approach" (1984);
///   T. Gneiting, F. Balabdaoui, A. E. Raftery, "Probabilistic forecasts, calibration and sharpness" (2007).
package struct MixtureCalibration: Sendable {
  /// Bins of a histogram.
  package static let bins = 20
  /// Central intervals whose coverage is told.
  package static let levels = [0.5, 0.8, 0.95]
  /// Central intervals of the reliability curve.
  package static let curveLevels = (1...19).map { Double($0) / 20 } + [0.99]

  private let reading: MixtureReading
  /// `[dimension][bin]`.
  private var counts: [[Int]]
  /// `[level]`, of `levels`, then of `curveLevels`, over all dimensions.
  private var inside: [Int]
  private var nats = 0.0
  /// Latents seen.
  package private(set) var count = 0

  /// Begins to count.
  package init(_ reading: MixtureReading) {
    self.reading = reading
    counts = Array(
      repeating: [Int](repeating: 0, count: Self.bins), count: reading.latentSize)
    inside = [Int](repeating: 0, count: Self.levels.count + Self.curveLevels.count)
  }

  /// Takes in what M said and what came.
  ///
  /// - Parameters:
  ///   - rows: `[step, columns]`.
  ///   - targets: `[step, latentSize]`.
  package mutating func add(rows: [Float], targets: [Float]) {
    let (columns, size) = (reading.columns, reading.latentSize)
    let steps = targets.count / size
    precondition(
      targets.count == steps * size && rows.count == steps * columns,
      "MixtureCalibration.add: \(rows.count) outputs for \(targets.count) numbers of latents")
    let reading = reading
    var found = [(shares: [Double], nats: Double)](repeating: ([], 0), count: steps)
    found.withUnsafeMutableBufferPointer { found in
      parallelFor(steps) { step in
        let row = rows[step * columns..<(step + 1) * columns]
        let target = targets[step * size..<(step + 1) * size]
        found[step] = (reading.sharesBelow(target, row), reading.nats(target, row))
      }
    }
    for (shares, nats) in found {
      self.nats += nats
      for (dimension, share) in shares.enumerated() { count(share, dimension) }
    }
    count += steps
  }

  private mutating func count(_ share: Double, _ dimension: Int) {
    counts[dimension][min(Self.bins - 1, max(0, Int(share * Double(Self.bins))))] += 1
    for (index, level) in (Self.levels + Self.curveLevels).enumerated()
    where abs(share - 0.5) <= level / 2 {
      inside[index] += 1
    }
  }

  /// −log p a dimension, in nats.
  package var natsPerDimension: Double {
    nats / Double(max(1, count * reading.latentSize))
  }

  /// The density of each bin, 1 where flat, `[dimension][bin]`.
  package var densities: [[Double]] {
    counts.map { bins in
      bins.map { Double($0) * Double(Self.bins) / Double(max(1, count)) }
    }
  }

  /// The density of each bin over all dimensions.
  package var pooledDensity: [Double] {
    (0..<Self.bins).map { bin in
      densities.reduce(0) { $0 + $1[bin] } / Double(max(1, counts.count))
    }
  }

  /// The mean distance of the bins' density from 1 in each dimension; 0 where flat, at most 2.
  package var deviations: [Double] {
    densities.map { $0.reduce(0) { $0 + abs($1 - 1) } / Double(Self.bins) }
  }

  /// The share of numbers inside each central interval of `levels`.
  package var coverage: [Double] { Array(shares.prefix(Self.levels.count)) }

  /// The share of numbers inside each central interval of `curveLevels`.
  package var coverageCurve: [Double] { Array(shares.dropFirst(Self.levels.count)) }

  private var shares: [Double] {
    inside.map { Double($0) / Double(max(1, count * reading.latentSize)) }
  }
}
