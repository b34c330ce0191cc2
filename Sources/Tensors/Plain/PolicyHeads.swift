import CKernels

/// Where the outputs of an actor and a critic stand: rows of the actor's, and the value behind them.
///
/// An actor's outputs are the logits of choices, or the means of normal numbers whose log deviations are
/// parameters of their own.
package struct PolicyHeads: Sendable {
  /// Choices, or components of a row.
  package var actions: Int
  /// Whether actions are rows of numbers.
  package var areRows: Bool
  /// Where in a row the value stands.
  package var valuePlace: Int
  /// Floats of a row.
  package var width: Int
  /// Whether a second value stands behind the first: that of the bonuses that a learner gives itself.
  package var hasBonus: Bool
  /// Where that stands.
  package var bonusPlace: Int { valuePlace + 1 }

  /// Describes rows.
  package init(
    actions: Int, areRows: Bool, valuePlace: Int, width: Int, hasBonus: Bool = false
  ) {
    (self.actions, self.areRows) = (actions, areRows)
    (self.valuePlace, self.width, self.hasBonus) = (valuePlace, width, hasBonus)
  }

  func kernel(_ outputs: UnsafePointer<Float>, rows: Int) -> UmweltHeads {
    UmweltHeads(
      rows: Int64(rows), actions: Int64(actions), value_place: Int64(valuePlace),
      width: Int64(width), numbers: outputs)
  }

  /// Draws a choice for each row by softmax's probabilities.
  ///
  /// - Parameters:
  ///   - outputs: `[rows, width]`.
  ///   - points: `[rows]`, in 0..<1.
  ///   - choices: `[rows]`, written.
  ///   - logProbabilities: `[rows]`, written.
  package func draw(
    _ outputs: UnsafePointer<Float>, rows: Int, points: UnsafePointer<Float>,
    choices: UnsafeMutablePointer<Int32>, logProbabilities: UnsafeMutablePointer<Float>
  ) {
    var heads = kernel(outputs, rows: rows)
    umwelt_draw_choices(&heads, points, choices, logProbabilities)
  }

  /// Draws a row of numbers for each row: mean + e^log deviation · noise.
  ///
  /// - Parameters:
  ///   - outputs: `[rows, width]`.
  ///   - logDeviations: `[actions]`.
  ///   - noise: `[rows, actions]`, standard normal.
  ///   - numbers: `[rows, actions]`, written.
  ///   - logProbabilities: `[rows]`, written: densities.
  package func draw(
    _ outputs: UnsafePointer<Float>, rows: Int, logDeviations: UnsafePointer<Float>,
    noise: UnsafePointer<Float>, numbers: UnsafeMutablePointer<Float>,
    logProbabilities: UnsafeMutablePointer<Float>
  ) {
    var heads = kernel(outputs, rows: rows)
    umwelt_draw_rows(&heads, logDeviations, noise, numbers, logProbabilities)
  }
}
