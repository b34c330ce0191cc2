/// Which episodes V learns from and which are kept to judge it by.
public struct DatasetSplit: Sendable {
  /// Global indices of the frames to learn from.
  public let trainingFrames: [Int]
  /// Global indices of the frames to judge by.
  public let heldOutFrames: [Int]

  /// Holds out every so many episodes, beginning with the first.
  public init(_ dataset: EpisodeDataset, heldOutEvery: Int) {
    var (training, heldOut) = ([Int](), [Int]())
    for (episode, span) in dataset.episodes.enumerated() {
      if episode.isMultiple(of: heldOutEvery) {
        heldOut += span.frames
      } else {
        training += span.frames
      }
    }
    trainingFrames = training.isEmpty ? heldOut : training
    heldOutFrames = heldOut
  }
}
