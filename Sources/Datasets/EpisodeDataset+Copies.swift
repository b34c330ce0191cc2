import EnvironmentKit

extension EpisodeDataset {
  /// An episode as it is put into another data set.
  ///
  /// - Parameters:
  ///   - number: of the episode.
  ///   - seed: what it is to be known by; nil for its own.
  package func copy(ofEpisode number: Int, seed: UInt64? = nil) -> Episode {
    withExtendedLifetime(self) {
      let span = episodes[number]
      let values = span.steps.map(action)
      let width = index.actions.rowWidth
      let actions =
        width == 0
        ? ActionSequence(values.compactMap(\.index))
        : ActionSequence(
          rows: values.flatMap { if case .row(let row) = $0 { row } else { [Float]() } },
          width: width)
      return Episode(
        seed: seed ?? span.seed, frames: span.frames.flatMap { [UInt8](frame($0)) },
        actions: actions, rewards: span.steps.map(reward),
        terminated: span.steps.last.map(terminated) ?? false,
        truncated: span.steps.last.map(truncated) ?? false,
        facts: span.frames.flatMap { [Float](facts($0)) })
    }
  }

  /// A copy of a frame's bytes, for those who do not hold the data set any longer.
  public func copy(ofFrame frame: Int) -> [UInt8] {
    withExtendedLifetime(self) { [UInt8](self.frame(frame)) }
  }
}
