import Randomness
import Statistics

/// Everything that tells how far samples are from a reference.
package struct SetComparison: Sendable {
  /// Which neighbour bounds the balls of precision, recall, density and coverage.
  package static let neighbour = 5
  /// Rows that a set needs.
  package static let leastRows = neighbour + 1
  /// Parts of the work.
  package static let partCount = 3

  /// Precision, recall, density, coverage.
  package let overlap: SetOverlap
  /// The squared Fréchet distance of Gaussians.
  package let frechet: MeasuredValue
  /// KID, and the maximum mean discrepancy under an inverse multiquadric kernel.
  package let kernels: KernelDistances

  /// Compares two sets of rows.
  ///
  /// - Parameters:
  ///   - reference: `[row, number]`, `leastRows` rows or more.
  ///   - samples: rows as wide, `leastRows` or more.
  ///   - width: numbers a row.
  ///   - rootSeed: root of the streams `compare/…`.
  ///   - parts: called with the number of parts done.
  package init(
    reference: [Float], samples: [Float], width: Int, rootSeed: UInt64 = 0,
    parts: (Int) throws -> Void = { _ in }
  ) rethrows {
    let (first, second) = (SampleSet(reference, width: width), SampleSet(samples, width: width))
    var stream = RandomStream(root: rootSeed, name: "compare/overlap")
    overlap = SetOverlap(reference: first, samples: second, k: Self.neighbour, using: &stream)
    try parts(1)
    frechet = FrechetDistance.between(first, second)
    try parts(2)
    stream = RandomStream(root: rootSeed, name: "compare/kernels")
    kernels = KernelDistances(reference: first, samples: second, using: &stream)
    try parts(Self.partCount)
  }

  /// The numbers under the names that programs read.
  package var named: [(name: String, value: MeasuredValue)] {
    [
      ("precision", overlap.precision), ("recall", overlap.recall), ("density", overlap.density),
      ("coverage", overlap.coverage), ("frechet", frechet), ("kid", kernels.polynomial.value),
      ("mmd", kernels.multiquadric.value),
    ]
  }
}
