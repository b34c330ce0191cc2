extension EpisodeDataset {
  /// A copy of a frame's bytes, for those who do not hold the data set any longer.
  public func copy(ofFrame frame: Int) -> [UInt8] {
    withExtendedLifetime(self) { [UInt8](self.frame(frame)) }
  }
}
