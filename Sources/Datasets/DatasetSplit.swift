/// Which episodes are learnt from and which are kept to judge by.
public struct DatasetSplit: Sendable {
  /// The episodes to learn from.
  public let training: [EpisodeSpan]
  /// The episodes to judge by.
  public let heldOut: [EpisodeSpan]

  /// Global indices of the frames to learn from.
  public var trainingFrames: [Int] { training.flatMap(\.frames) }
  /// Global indices of the frames to judge by.
  public var heldOutFrames: [Int] { heldOut.flatMap(\.frames) }

  /// Holds out every so many episodes, beginning with the first.
  public init(_ dataset: EpisodeDataset, heldOutEvery: Int) {
    var (training, heldOut) = ([EpisodeSpan](), [EpisodeSpan]())
    for (episode, span) in dataset.episodes.enumerated() {
      if episode.isMultiple(of: heldOutEvery) {
        heldOut.append(span)
      } else {
        training.append(span)
      }
    }
    self.training = training.isEmpty ? heldOut : training
    self.heldOut = heldOut
  }
}
