/// Which frames are learnt from, which are kept to judge by, and which are left out.
public struct FrameSplit: Sendable {
  /// Frames to learn from.
  public let training: [Int]
  /// Frames to judge by.
  public let heldOut: [Int]
  /// Frames that are in neither group, because they were left out.
  public let leftOut: [Int]

  /// Names the groups.
  public init(training: [Int], heldOut: [Int], leftOut: [Int] = []) {
    (self.training, self.heldOut, self.leftOut) = (training, heldOut, leftOut)
  }

  /// The frames of a split of episodes.
  public init(_ split: DatasetSplit) {
    self.init(training: split.trainingFrames, heldOut: split.heldOutFrames)
  }

  /// Holds out every so many groups of frames, beginning with the first; single frames where there are no
  /// groups.
  ///
  /// - Parameter labels: frames whose first fact is one of these are left out.
  public init(
    _ source: any FrameSource, heldOutEvery: Int, without labels: Set<Float> = []
  ) throws {
    var (training, heldOut, leftOut) = ([Int](), [Int](), [Int]())
    let groups = source.frameGroups
    for number in 0..<(groups.isEmpty ? source.frameCount : groups.count) {
      let isHeldOut = number.isMultiple(of: heldOutEvery)
      for frame in groups.isEmpty ? number..<number + 1 : groups[number] {
        if !labels.isEmpty, let label = try source.readFacts(frame).first, labels.contains(label) {
          leftOut.append(frame)
        } else if isHeldOut {
          heldOut.append(frame)
        } else {
          training.append(frame)
        }
      }
    }
    self.init(training: training.isEmpty ? heldOut : training, heldOut: heldOut, leftOut: leftOut)
  }
}
