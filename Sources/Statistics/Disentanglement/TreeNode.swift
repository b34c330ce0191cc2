/// A tree that splits codes at bounds of bins.
indirect enum TreeNode {
  case leaf([Double])
  case split(latent: Int, lastBin: Int, below: TreeNode, above: TreeNode)

  private static let deepest = 10
  private static let leastRows = 5

  /// What a leaf says of an example.
  func leaf(of row: Int, _ bins: CodeBins) -> [Double] {
    switch self {
    case .leaf(let means): means
    case .split(let latent, let lastBin, let below, let above):
      (bins.bin(row, latent) <= lastBin ? below : above).leaf(of: row, bins)
    }
  }

  /// Grows a tree from rows, some of them several times.
  ///
  /// - Parameter importances: what each number of the code gains is added.
  static func grow(
    _ rows: [Int], _ bins: CodeBins, _ target: TreeTarget, depth: Int, _ importances: inout [Double]
  ) -> TreeNode {
    var sums = [Double](repeating: 0, count: target.columns)
    for row in rows { sums[target.column[row]] += target.amount[row] }
    let means = sums.map { $0 / Double(rows.count) }
    guard depth < deepest, rows.count >= 2 * leastRows,
      let best = bestSplit(rows, bins, target, sums)
    else { return .leaf(means) }
    importances[best.latent] += best.gain
    let below = rows.filter { bins.bin($0, best.latent) <= best.lastBin }
    let above = rows.filter { bins.bin($0, best.latent) > best.lastBin }
    return .split(
      latent: best.latent, lastBin: best.lastBin,
      below: grow(below, bins, target, depth: depth + 1, &importances),
      above: grow(above, bins, target, depth: depth + 1, &importances))
  }

  private typealias Split = (latent: Int, lastBin: Int, gain: Double)

  private static func bestSplit(
    _ rows: [Int], _ bins: CodeBins, _ target: TreeTarget, _ sums: [Double]
  ) -> Split? {
    let whole = sums.reduce(0) { $0 + $1 * $1 } / Double(rows.count)
    let squares = rows.reduce(0) { $0 + target.amount[$1] * target.amount[$1] }
    // What rounding could feign is no gain.
    guard squares - whole > 1e-9 * squares else { return nil }
    var best: Split?
    var histogram = Histogram(columns: target.columns)
    for latent in 0..<bins.width {
      histogram.fill(rows, latent, bins, target)
      guard let split = histogram.bestSplit(sums, rows.count, least: leastRows) else { continue }
      let gain = split.score - whole
      if gain > (best?.gain ?? 1e-9 * squares) { best = (latent, split.lastBin, gain) }
    }
    return best
  }

  /// Sums of the target by bin of one number of the code.
  private struct Histogram {
    private let columns: Int
    private var counts = [Int](repeating: 0, count: CodeBins.count)
    private var sums: [Double]

    init(columns: Int) {
      self.columns = columns
      sums = [Double](repeating: 0, count: CodeBins.count * columns)
    }

    mutating func fill(_ rows: [Int], _ latent: Int, _ bins: CodeBins, _ target: TreeTarget) {
      for place in counts.indices { counts[place] = 0 }
      for place in sums.indices { sums[place] = 0 }
      for row in rows {
        let bin = bins.bin(row, latent)
        counts[bin] += 1
        sums[bin * columns + target.column[row]] += target.amount[row]
      }
    }

    /// The last bin below the best bound, and Σ (sum below)² / rows below + the same above.
    func bestSplit(_ total: [Double], _ rows: Int, least: Int) -> (lastBin: Int, score: Double)? {
      var below = [Double](repeating: 0, count: columns)
      var (count, best) = (0, nil as (lastBin: Int, score: Double)?)
      for bin in 0..<CodeBins.count - 1 where counts[bin] > 0 {
        count += counts[bin]
        for column in 0..<columns { below[column] += sums[bin * columns + column] }
        guard count >= least, rows - count >= least else { continue }
        var (low, high) = (0.0, 0.0)
        for column in 0..<columns {
          let rest = total[column] - below[column]
          low += below[column] * below[column]
          high += rest * rest
        }
        let score = low / Double(count) + high / Double(rows - count)
        if score > (best?.score ?? -.infinity) { best = (bin, score) }
      }
      return best
    }
  }
}
