import Randomness

/// How far a set of samples lies where a reference lies, and covers it.
///
/// Around every row of a set is a ball that reaches to its k-th nearest neighbour in the set. Intervals are
/// bootstraps over rows, with the balls held.
///
/// - SeeAlso: M. Naeem et al., "Reliable Fidelity and Diversity Metrics for Generative Models" (2020);
///   T. Kynkäänniemi et al., "Improved Precision and Recall Metric" (2019).
package struct SetOverlap: Hashable, Sendable {
  /// The share of samples inside some ball of the reference.
  package let precision: MeasuredValue
  /// The share of the reference inside some ball of the samples.
  package let recall: MeasuredValue
  /// In how many balls of the reference a sample lies, divided by k; 1 where both have one law.
  package let density: MeasuredValue
  /// The share of the reference with a sample in its ball; about 1 − 2⁻ᵏ where both have one law.
  package let coverage: MeasuredValue

  /// Compares samples with a reference.
  ///
  /// - Parameters:
  ///   - reference: more rows than `k`.
  ///   - samples: as wide as the reference, more rows than `k`.
  ///   - k: which neighbour bounds a ball.
  ///   - stream: draws the resamples.
  package init(
    reference: SampleSet, samples: SampleSet, k: Int = 5, using stream: inout RandomStream
  ) {
    precondition(
      reference.width == samples.width,
      "SetOverlap: rows of \(samples.width) numbers beside rows of \(reference.width)")
    let centre = reference.mean
    var counts = BallCounts(
      radii: NearestNeighbours.radii(reference, k: k, centre: centre),
      otherRadii: NearestNeighbours.radii(samples, k: k, centre: centre))
    let pairs = PairBlocks(reference, samples, centre: centre)
    pairs.forEach { block in
      pairs.turnIntoDistances(block)
      counts.take(block)
    }
    func mean(_ values: [Double]) -> MeasuredValue {
      MeasuredValue(meanOf: values, using: &stream)
    }
    precision = mean(counts.ballsAround.map { $0 > 0 ? 1 : 0 })
    recall = mean(counts.isRecalled.map { $0 ? 1 : 0 })
    density = mean(counts.ballsAround.map { Double($0) / Double(k) })
    coverage = mean(counts.isCovered.map { $0 ? 1 : 0 })
  }
}

/// Who lies in whose ball.
private struct BallCounts {
  private let radii: [Double]
  private let otherRadii: [Double]
  /// For each sample, how many balls of the reference hold it.
  private(set) var ballsAround: [Int]
  /// For each row of the reference, whether a ball of the samples holds it.
  private(set) var isRecalled: [Bool]
  /// For each row of the reference, whether its ball holds a sample.
  private(set) var isCovered: [Bool]

  init(radii: [Double], otherRadii: [Double]) {
    (self.radii, self.otherRadii) = (radii, otherRadii)
    ballsAround = [Int](repeating: 0, count: otherRadii.count)
    isRecalled = [Bool](repeating: false, count: radii.count)
    isCovered = isRecalled
  }

  /// Where rows repeat, balls may have no extent; an equal row still lies in them.
  mutating func take(_ block: PairBlocks.Block) {
    ballsAround.withUnsafeMutableBufferPointer { around in
      otherRadii.withUnsafeBufferPointer { otherRadii in
        for row in block.rows {
          let (line, first, radius) = (block.line(row), block.columns.lowerBound, radii[row])
          var (recalled, covered) = (false, false)
          for place in line.indices {
            let distance = line[place]
            if distance < radius || distance == 0 {
              around[first + place] += 1
              covered = true
            }
            if distance < otherRadii[first + place] || distance == 0 { recalled = true }
          }
          if recalled { isRecalled[row] = true }
          if covered { isCovered[row] = true }
        }
      }
    }
  }
}
