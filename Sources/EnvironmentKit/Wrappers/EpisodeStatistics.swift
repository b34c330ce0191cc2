/// One finished episode.
public struct EpisodeRecord: Hashable, Sendable {
  /// The slot it was played in.
  public let slot: Int
  /// The sum of its rewards.
  public let totalReward: Double
  /// Its steps.
  public let length: Int

  /// Creates a record.
  public init(slot: Int, totalReward: Double, length: Int) {
    self.slot = slot
    self.totalReward = totalReward
    self.length = length
  }
}

/// Keeps the returns and lengths of the episodes that end in a batch.
///
/// A watcher: nothing that the batch gives is changed. It counts what it saw: a snapshot put back with
/// `setState` counts as part of the slot's running episode.
public final class EpisodeStatistics<Element: BitwiseCopyable & Sendable>: BatchWrapper {
  /// The batch within.
  public let base: any EnvironmentBatch<Element>
  /// Episodes that ended so far.
  public private(set) var finished = 0
  /// The mode that the batch was made with.
  public let autoreset: AutoresetMode
  private let capacity: Int
  private var ring: [EpisodeRecord] = []
  private var returns: [Double]
  private var lengths: [Int]
  private var ended: [Bool]

  /// Watches a batch.
  ///
  /// - Parameters:
  ///   - autoreset: the mode that the batch was made with.
  ///   - capacity: how many of the last episodes are kept, 1 or more.
  public init(
    _ base: any EnvironmentBatch<Element>, autoreset: AutoresetMode, keeping capacity: Int = 100
  ) {
    precondition(capacity >= 1, "EpisodeStatistics: keeping \(capacity); give 1 or more")
    self.base = base
    self.autoreset = autoreset
    self.capacity = capacity
    ring.reserveCapacity(capacity)
    returns = Array(repeating: 0, count: base.count)
    lengths = Array(repeating: 0, count: base.count)
    ended = Array(repeating: true, count: base.count)
  }

  /// The last episodes, the oldest first.
  public var recent: [EpisodeRecord] {
    let oldest = ring.count < capacity ? 0 : finished % capacity
    return Array(ring[oldest...] + ring[..<oldest])
  }

  /// The mean return of the last episodes; NaN where there is none.
  public var meanReturn: Double {
    ring.reduce(0) { $0 + $1.totalReward } / Double(ring.count)
  }

  /// Resets the batch within; what a reset breaks off is not counted.
  public func reset(
    seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Element>
  ) throws {
    try base.reset(seeds: seeds, mask: mask, into: buffers)
    for slot in 0..<count where mask?[slot] ?? true { begin(slot) }
  }

  /// Steps the batch within and counts.
  public func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?,
    into buffers: BatchBuffers<Element>
  ) throws {
    try base.step(actions, active: active, into: buffers)
    for slot in 0..<count where active?[slot] ?? true { countStep(slot, buffers) }
  }

  private func countStep(_ slot: Int, _ buffers: BatchBuffers<Element>) {
    if ended[slot], autoreset == .nextStep { return begin(slot) }
    returns[slot] += Double(buffers.rewards[slot])
    lengths[slot] += 1
    guard buffers.terminated[slot] || buffers.truncated[slot] else { return }
    let record = EpisodeRecord(slot: slot, totalReward: returns[slot], length: lengths[slot])
    if ring.count < capacity { ring.append(record) } else { ring[finished % capacity] = record }
    finished += 1
    begin(slot)
    ended[slot] = true
  }

  private func begin(_ slot: Int) {
    returns[slot] = 0
    lengths[slot] = 0
    ended[slot] = false
  }
}
