import EnvironmentKit
import Files

/// Divides bonuses by the running deviation of their discounted returns: they then weigh as much whatever they
/// are of, and however familiar the world has become.
///
/// - SeeAlso: Y. Burda et al., "Exploration by Random Network Distillation" (2019), section 2.4.
struct BonusScale {
  private let discount: Double
  private let endsWithEpisode: Bool
  /// By slot: its bonuses so far, each worth γ of the next.
  private var returns: [Double]
  private var scale = RunningScale(width: 1)

  init(_ settings: ExplorationSettings, slots: Int) {
    (discount, endsWithEpisode) = (settings.discount, settings.endsWithEpisode)
    returns = [Double](repeating: 0, count: slots)
  }

  /// What bonuses are divided by.
  var deviation: Double { scale.deviation(0) }

  /// Takes in the bonuses of a segment, and divides them.
  mutating func apply(
    _ bonuses: UnsafeMutableBufferPointer<Float>, ended: UnsafePointer<Bool>
  ) {
    for (row, bonus) in bonuses.enumerated() {
      let slot = row % returns.count
      returns[slot] = discount * returns[slot] + Double(bonus)
      withUnsafePointer(to: Float(returns[slot])) {
        scale.add(UnsafeBufferPointer(start: $0, count: 1))
      }
      if endsWithEpisode, ended[row] { returns[slot] = 0 }
    }
    let divisor = Float(deviation)
    for row in bonuses.indices {
      bonuses[row] = max(-RunningScale.limit, min(RunningScale.limit, bonuses[row] / divisor))
    }
  }

  /// Writes all numbers into a file.
  func save(in file: inout TensorFile) {
    file.entries["exploration/returns"] = TensorEntry(returns)
    scale.save(as: "exploration/scale", in: &file)
  }

  /// Takes up what was saved.
  mutating func restore(_ file: TensorFile) throws(FileError) {
    returns = try file.values(
      "exploration/returns", as: Double.self, shape: [returns.count], finite: true)
    try scale.restore("exploration/scale", in: file)
  }
}
