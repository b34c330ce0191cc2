import EnvironmentKit
import Files

/// Divides bonuses by the running deviation of their discounted returns: they then weigh as much whatever they
/// are of, and however familiar the world has become.
///
/// Mean and variance of each segment's returns count, each `keeping` times as much as the next one's.
///
/// - SeeAlso: Y. Burda et al., "Exploration by Random Network Distillation" (2019), section 2.4, where all count
///   alike; S. Wan et al., "DEIR" (2023), which forgets as here.
struct BonusScale {
  private let discount: Double
  private let endsWithEpisode: Bool
  /// By slot: its bonuses so far, each worth γ of the next.
  private var returns: [Double]
  /// How much all segments count together, and the weighed sums of means and of mean squares.
  private var (weight, sum, squares) = (0.0, 0.0, 0.0)

  /// What a segment counts when the next one comes.
  private static let keeping = 0.9
  /// Scaled bonuses are cut to ± this.
  private static let limit: Float = 10

  init(_ settings: ExplorationSettings, slots: Int) {
    (discount, endsWithEpisode) = (settings.discount, settings.endsWithEpisode)
    returns = [Double](repeating: 0, count: slots)
  }

  /// What bonuses are divided by; 1 before there were any.
  var deviation: Double {
    guard weight > 0 else { return 1 }
    let mean = sum / weight
    return (max(0, squares / weight - mean * mean) + 1e-8).squareRoot()
  }

  /// Takes in the bonuses of a segment, and divides them.
  mutating func apply(
    _ bonuses: UnsafeMutableBufferPointer<Float>, ended: UnsafePointer<Bool>
  ) {
    var (total, totalSquares) = (0.0, 0.0)
    for (row, bonus) in bonuses.enumerated() {
      let slot = row % returns.count
      returns[slot] = discount * returns[slot] + Double(bonus)
      total += returns[slot]
      totalSquares += returns[slot] * returns[slot]
      if endsWithEpisode, ended[row] { returns[slot] = 0 }
    }
    let count = Double(max(1, bonuses.count))
    weight = Self.keeping * weight + 1
    sum = Self.keeping * sum + total / count
    squares = Self.keeping * squares + totalSquares / count
    let divisor = Float(deviation)
    for row in bonuses.indices {
      bonuses[row] = max(-Self.limit, min(Self.limit, bonuses[row] / divisor))
    }
  }

  /// Writes all numbers into a file.
  func save(in file: inout TensorFile) {
    file.entries["exploration/returns"] = TensorEntry(returns)
    file.entries["exploration/scale"] = TensorEntry([weight, sum, squares])
  }

  /// Takes up what was saved.
  mutating func restore(_ file: TensorFile) throws(FileError) {
    returns = try file.values(
      "exploration/returns", as: Double.self, shape: [returns.count], finite: true)
    let saved = try file.values(
      "exploration/scale", as: Double.self, shape: [3], finite: true)
    (weight, sum, squares) = (saved[0], saved[1], saved[2])
  }
}
