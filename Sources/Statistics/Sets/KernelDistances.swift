import Randomness

/// The squared maximum mean discrepancy between two sets under two kernels, without bias: about 0, and
/// sometimes below, where both have one law.
///
/// The polynomial kernel (xy / width + 1)³ gives the kernel distance (KID). The inverse multiquadric is
/// Σ sC / (sC + ‖x − y‖²), s = 0.1 … 10, with C twice the variance of a reference row's numbers, summed: that
/// of the prior where rows are latents. Rows fall into groups in turn; leaving out a group of both sets at a
/// time gives intervals, and dealing all groups anew tells how often one law would give as much.
///
/// - SeeAlso: A. Gretton et al., "A Kernel Two-Sample Test" (2012), eq. 3; M. Bińkowski et al., "Demystifying
///   MMD GANs" (2018); I. Tolstikhin et al., "Wasserstein Auto-Encoders" (2018).
package struct KernelDistances: Hashable, Sendable {
  /// One kernel's distance.
  package struct Distance: Hashable, Sendable {
    /// The squared discrepancy.
    package let value: MeasuredValue
    /// How often two sets of one law lie at least so far apart.
    package let chance: Double
  }

  /// Under the polynomial kernel: KID.
  package let polynomial: Distance
  /// Under the inverse multiquadric kernel.
  package let multiquadric: Distance

  /// Compares two sets.
  ///
  /// - Parameters:
  ///   - reference: 4 rows or more.
  ///   - samples: as wide as the reference, 4 rows or more.
  ///   - stream: deals groups anew.
  package init(reference: SampleSet, samples: SampleSet, using stream: inout RandomStream) {
    precondition(
      reference.width == samples.width && min(reference.count, samples.count) >= 4,
      "KernelDistances: \(reference.count) rows of \(reference.width), \(samples.count) of \(samples.width)"
    )
    var sums = KernelSums(reference, samples)
    sums.add(reference, samples)
    polynomial = Self.distance(sums.polynomial, &stream)
    multiquadric = Self.distance(sums.multiquadric, &stream)
  }

  private static let deals = 999

  private static func distance(_ sums: GroupedPairs, _ stream: inout RandomStream) -> Distance {
    let groups = sums.groups
    let (first, second) = (Array(0..<groups), Array(groups..<2 * groups))
    let value = sums.discrepancy(first, second)
    let without = (0..<groups).map { group in
      sums.discrepancy(first.filter { $0 != group }, second.filter { $0 != group + groups })
    }
    let atLeast = (0..<deals).count { _ in
      let order = stream.permutation(2 * groups)
      return sums.discrepancy(Array(order[..<groups]), Array(order[groups...])) >= value
    }
    return Distance(
      value: MeasuredValue(value, leavingOut: without),
      chance: Double(atLeast + 1) / Double(deals + 1))
  }
}

/// Sums of a kernel over pairs of different rows, by the groups that both belong to.
private struct GroupedPairs {
  /// Groups a set; those of the second follow those of the first.
  let groups: Int
  /// Rows of each group.
  let sizes: [Double]
  /// `[group, group]`, symmetric; within a group each pair counts twice.
  var sums: [Double]

  init(groups: Int, counts: [Int]) {
    self.groups = groups
    sizes = counts.flatMap { count in
      (0..<groups).map { Double((count - $0 + groups - 1) / groups) }
    }
    sums = [Double](repeating: 0, count: 4 * groups * groups)
  }

  mutating func add(_ value: Double, _ a: Int, _ b: Int) {
    sums[a * 2 * groups + b] += value
    sums[b * 2 * groups + a] += value
  }

  /// The squared discrepancy between some groups and others.
  func discrepancy(_ first: [Int], _ second: [Int]) -> Double {
    func total(_ a: [Int], _ b: [Int]) -> Double {
      a.reduce(0) { sum, row in b.reduce(sum) { $0 + sums[row * 2 * groups + $1] } }
    }
    let (n, m) = (first.reduce(0) { $0 + sizes[$1] }, second.reduce(0) { $0 + sizes[$1] })
    return total(first, first) / (n * (n - 1)) + total(second, second) / (m * (m - 1))
      - 2 * total(first, second) / (n * m)
  }
}

/// Both kernels over all pairs.
private struct KernelSums {
  private static let mostGroups = 20

  var polynomial: GroupedPairs
  var multiquadric: GroupedPairs
  private let groups: Int
  private let centre: [Double]
  private let kernel: MultiquadricKernel

  init(_ first: SampleSet, _ second: SampleSet) {
    groups = max(2, min(Self.mostGroups, first.count / 2, second.count / 2))
    polynomial = GroupedPairs(groups: groups, counts: [first.count, second.count])
    multiquadric = polynomial
    centre = first.mean
    kernel = MultiquadricKernel(scale: 2 * Double(first.width) * first.meanVariance)
  }

  mutating func add(_ first: SampleSet, _ second: SampleSet) {
    add(first, nil, offsets: (0, 0))
    add(second, nil, offsets: (groups, groups))
    add(first, second, offsets: (0, groups))
  }

  private mutating func add(_ a: SampleSet, _ b: SampleSet?, offsets: (Int, Int)) {
    let pairs = PairBlocks(a, b, centre: centre)
    let (heights, otherHeights) = (heights(a), heights(b ?? a))
    let (length, width) = (centre.reduce(0) { $0 + $1 * $1 }, Double(a.width))
    var line = [(polynomial: Double, multiquadric: Double)](repeating: (0, 0), count: groups)
    pairs.forEach { block in
      for row in block.rows {
        let (products, first) = (block.line(row), block.columns.lowerBound)
        for group in line.indices { line[group] = (0, 0) }
        line.withUnsafeMutableBufferPointer { line in
          let start = b == nil ? max(0, row + 1 - first) : 0
          var group = (first + start) % groups
          for place in start..<max(start, products.count) {
            let (product, column) = (products[place], first + place)
            let lengths = pairs.squares[row] + pairs.otherSquares[column]
            let base = (product + heights[row] + otherHeights[column] + length) / width + 1
            line[group].polynomial += base * base * base
            line[group].multiquadric += kernel(max(0, lengths - 2 * product))
            group = group + 1 == groups ? 0 : group + 1
          }
        }
        for (group, sum) in line.enumerated() {
          polynomial.add(sum.polynomial, offsets.0 + row % groups, offsets.1 + group)
          multiquadric.add(sum.multiquadric, offsets.0 + row % groups, offsets.1 + group)
        }
      }
    }
  }

  /// (x − c)·c of every row: what the inner product of rows has beside that of centred ones.
  private func heights(_ set: SampleSet) -> [Double] {
    stride(from: 0, to: set.count, by: 512).flatMap { start in
      let rows = set.rows(start..<min(set.count, start + 512), less: centre)
      return stride(from: 0, to: rows.count, by: set.width).map { first in
        centre.indices.reduce(0) { $0 + rows[first + $1] * centre[$1] }
      }
    }
  }
}

/// Σ sC / (sC + d), of squared distances d.
private struct MultiquadricKernel {
  private let scale: Double

  init(scale: Double) { self.scale = scale > 0 ? scale : 1 }

  @inline(__always)
  func callAsFunction(_ distance: Double) -> Double {
    func term(_ share: Double) -> Double { share * scale / (share * scale + distance) }
    return term(0.1) + term(0.2) + term(0.5) + term(1) + term(2) + term(5) + term(10)
  }
}
