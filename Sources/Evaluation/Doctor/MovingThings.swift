import WorldModels

/// Small things that move, such as a ball: each place shows them seldom, all of them together are little of a frame's
/// loss, and training may settle where latents leave them out.
///
/// `movingWeight` lets pixels count by how much they change. It helps where change is gathered in a part of the
/// frame: what changes then counts more by as much as it is gathered.
enum MovingThings {
  /// From this concentration on weights change what counts enough to be tried.
  static let leastConcentration = 3.0
  /// The share of the loss that is given out by change.
  private static let weight = 0.8

  /// Settings that let what changes count; nil where they would change nothing, or are set already.
  static func remedy(_ examination: Examination) -> Finding.Remedy? {
    let settings = examination.settings
    guard let concentration = examination.concentration, concentration >= leastConcentration,
      Double(settings.movingWeight) < weight / 2, settings.objective.importanceSamples == 1
    else { return nil }
    let more = 1 - weight + weight * concentration
    return .init(
      [examination.setting("movingWeight", weight)],
      "what moves is little of a frame: pixels that change then count \(more.inWords) times as much"
    )
  }
}

extension MovingPixels {
  /// By how much an error among what changes counts more where pixels are weighed by their change: the mean of v² over
  /// the square of the mean v, v being a pixel's variance; 1 where all change alike.
  var concentration: Double {
    let mean = variances.reduce(0, +) / Double(max(1, variances.count))
    guard mean > 0 else { return 1 }
    return variances.reduce(0) { $0 + $1 * $1 } / Double(variances.count) / (mean * mean)
  }
}
