/// Hands out the pictures of some episodes of one slot, as they are played: the hook for video.
///
/// A watcher: nothing that the batch gives is changed, and what is not recorded is not drawn. In
/// `sameStep` mode the last picture of an episode cannot be drawn, as the slot is in the next one.
public final class EpisodeFrames<Element: BitwiseCopyable & Sendable>: BatchWrapper {
  /// Takes a picture of an episode, counted from 0; an episode's pictures come in order.
  public typealias Sink = (_ episode: Int, _ frame: Frame) throws -> Void

  /// The batch within.
  public let base: any EnvironmentBatch<Element>
  private let slot: Int
  /// The mode that the batch was made with.
  public let autoreset: AutoresetMode
  private let isRecorded: (Int) -> Bool
  private let sink: Sink
  private var frame: Frame
  private var episode = -1
  private var ended = true

  /// Watches a slot of a batch.
  ///
  /// - Parameters:
  ///   - autoreset: the mode that the batch was made with.
  ///   - slot: the slot to watch.
  ///   - width: of the pictures, in pixels.
  ///   - height: of the pictures, in pixels.
  ///   - isRecorded: whether an episode is drawn.
  ///   - sink: takes the pictures, on the caller's thread; what it throws, `step` and `reset` throw.
  public init(
    _ base: any EnvironmentBatch<Element>, autoreset: AutoresetMode, slot: Int = 0, width: Int,
    height: Int, recording isRecorded: @escaping (Int) -> Bool = EpisodeFrames.cubes,
    sink: @escaping Sink
  ) {
    precondition(
      slot >= 0 && slot < base.count, "EpisodeFrames: slot \(slot) of a batch of \(base.count)")
    self.base = base
    self.slot = slot
    self.autoreset = autoreset
    self.isRecorded = isRecorded
    self.sink = sink
    frame = Frame(width: width, height: height)
  }

  /// Gymnasium's schedule: episodes 0, 1, 8, 27 and so on to 1,000, then every thousandth.
  public static func cubes(_ episode: Int) -> Bool {
    if episode >= 1000 { return episode % 1000 == 0 }
    return (0...9).contains { $0 * $0 * $0 == episode }
  }

  /// Resets the batch within.
  public func reset(
    seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Element>
  ) throws {
    try base.reset(seeds: seeds, mask: mask, into: buffers)
    if mask?[slot] ?? true { try begin() }
  }

  /// Steps the batch within.
  public func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?,
    into buffers: BatchBuffers<Element>
  ) throws {
    try base.step(actions, active: active, into: buffers)
    guard active?[slot] ?? true else { return }
    if ended, autoreset == .nextStep { return try begin() }
    ended = buffers.terminated[slot] || buffers.truncated[slot]
    if ended, autoreset == .sameStep { return try begin() }
    try draw()
  }

  private func begin() throws {
    episode += 1
    ended = false
    try draw()
  }

  private func draw() throws {
    guard isRecorded(episode) else { return }
    base.draw(slot, into: &frame)
    try sink(episode, frame)
  }
}
