extension FrozenVision: FrameEncoder {
  /// Height, width and channels of a frame.
  public var frameShape: [Int] { [Vision.frameSize, Vision.frameSize, imageChannels] }
}
