import Randomness
import Statistics

/// Whether a world model uses its actions: the same dreams under true and under wrong actions.
///
/// A model that has learned what actions do errs more under actions that were not taken; one that
/// ignores them errs alike. Losses do not tell the two apart.
///
package struct ActionUseStudy: Sendable {
  /// Errors of one kind of actions, beside those of the true ones.
  package struct Contrast: Sendable {
    /// `[horizon]`.
    package let errors: [GroupedMean]
    /// This error less the true actions', `[horizon]`.
    package let differences: [GroupedMean]
    /// The difference averaged over all horizons.
    package let overall: GroupedMean

    /// Whether these actions give a greater error, beyond 95 % doubt.
    package var separates: Bool { overall.low > 0 }
  }

  /// Errors under the actions that were taken, `[horizon]`.
  package let trueErrors: [GroupedMean]
  /// Under the actions of another episode.
  package let shuffled: Contrast
  /// Under the first action, repeated.
  package let repeated: Contrast

  /// Compares errors.
  ///
  /// - Parameters:
  ///   - trueErrors: `[horizon][start]`.
  ///   - shuffled: of the same extents.
  ///   - repeated: of the same extents.
  ///   - bootstrap: of one label a start.
  package init(
    trueErrors: [[Double]], shuffled: [[Double]], repeated: [[Double]], bootstrap: GroupedBootstrap
  ) {
    func contrast(_ errors: [[Double]]) -> Contrast {
      let differences = zip(errors, trueErrors).map { zip($0, $1).map(-) }
      let starts = differences.first?.indices ?? 0..<0
      let overall = starts.map { start in
        differences.reduce(0) { $0 + $1[start] } / Double(differences.count)
      }
      return Contrast(
        errors: errors.map { bootstrap.mean($0) },
        differences: differences.map { bootstrap.mean($0) }, overall: bootstrap.mean(overall))
    }
    self.trueErrors = trueErrors.map { bootstrap.mean($0) }
    self.shuffled = contrast(shuffled)
    self.repeated = contrast(repeated)
  }

  /// Whether the curves separate.
  package var usesActions: Bool { shuffled.separates && repeated.separates }

  /// One sentence.
  package var verdict: String {
    switch (shuffled.separates, repeated.separates) {
    case (true, true):
      "M uses its actions: shuffled and repeated actions give a greater error than the true ones"
    case (true, false):
      "M uses its actions where they are another episode's; repeating the first one costs nothing"
    case (false, true):
      "doubtful: only repeating the first action costs; another episode's actions do as well"
    case (false, false): "M does not use its actions: wrong ones do as well as the true ones"
    }
  }
}
