import Files

/// Notices that a training has broken down: steps are skipped one after the other, or the loss has left all that
/// it was.
package struct BreakdownWatch: Sendable {
  /// Steps in a row that are skipped before a model counts as broken.
  package static let steps = 50
  /// Steps in a row after which a model is not saved, as it may be broken.
  private static let doubtful = 10
  /// How often the fall of a loss may be lost again.
  private static let multiple = 20.0

  private var skippedBefore: Int
  private var skippedInARow = 0
  private var first: Double?
  private var best = Double.infinity

  /// Watches from a step on.
  ///
  /// - Parameter skipped: steps skipped until then.
  package init(skipped: Int) { skippedBefore = skipped }

  /// Whether the last steps give no reason to doubt the model.
  package var isSound: Bool { skippedInARow < Self.doubtful }

  /// Takes in a step; tells whether the training has broken down.
  ///
  /// - Parameters:
  ///   - loss: what the part reports first; may be anything in a step that was skipped.
  ///   - skipped: steps skipped so far.
  package mutating func observe(loss: Double, skipped: Int) -> Bool {
    let isSkipped = skipped > skippedBefore
    skippedBefore = skipped
    skippedInARow = isSkipped ? skippedInARow + 1 : 0
    guard !isSkipped, loss.isFinite else { return skippedInARow >= Self.steps }
    let start = first ?? loss
    first = start
    best = min(best, loss)
    return loss - best > Self.multiple * max(abs(start - best), abs(start))
  }
}
