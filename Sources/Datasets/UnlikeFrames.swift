/// Finds frames that a person can tell apart: neighbours in an episode look almost alike.
package struct UnlikeFrames {
  private let dataset: EpisodeDataset
  private let frames: [Int]

  /// Pairs by which it is measured how much frames of this world differ.
  private static let pairs = 64

  /// Looks among the frames of a data set.
  package init(_ dataset: EpisodeDataset, _ frames: [Int]) {
    self.dataset = dataset
    self.frames = frames
  }

  /// Places to go from a frame to the next one that differs by half of what frames usually do; 1
  /// where all look alike.
  package func offset(after place: Int) -> Int {
    let least = max(1, usualDifference / 2)
    let start = Array(dataset.frame(frames[place]))
    return (1..<max(2, frames.count)).first {
      difference(start, (place + $0) % frames.count) >= least
    } ?? 1
  }

  /// The median difference of pairs far apart, summed over all bytes.
  private var usualDifference: Int {
    let count = min(Self.pairs, frames.count)
    let differences = (0..<count).map { pair -> Int in
      let place = pair * frames.count / count
      return difference(
        Array(dataset.frame(frames[place])), (place + frames.count / 2) % frames.count)
    }
    return differences.sorted()[count / 2]
  }

  private func difference(_ bytes: [UInt8], _ place: Int) -> Int {
    var sum = 0
    for (a, b) in zip(bytes, dataset.frame(frames[place])) { sum += abs(Int(a) - Int(b)) }
    return sum
  }
}
