import EnvironmentKit

/// What one of two courses of events looked like after a step.
struct DreamCourseRecord: Hashable, Sendable {
  let picture: Frame
  /// The step's reward; NaN where the course had ended before.
  let reward: Double
  /// The return so far, kept after the end.
  let total: Double
  /// The return so far; NaN where the course had ended before, so that its curve stops.
  var shownTotal: Double { hasGoneOn ? total : .nan }
  /// How it ended; empty while it goes on.
  let end: String
  /// Whether the last step was taken.
  let hasGoneOn: Bool
  /// The step of the session at which it began.
  let start: Int
}

/// One slot of a batch, stepped until its end and then left alone.
final class DreamCourse<Batch: EnvironmentBatch> where Batch.Element == Float {
  let buffers: BatchBuffers<Float>
  private(set) var end = ""
  private let batch: Batch
  private var reward = 0.0
  private var total = 0.0
  private var hasGoneOn = true
  private var start = 0

  init(_ batch: Batch) {
    self.batch = batch
    buffers = batch.makeBuffers()
  }

  func reset(seed: UInt64) throws {
    try batch.reset(seeds: [seed], mask: nil, into: buffers)
    (reward, total) = (0, 0)
    begin(at: 0)
  }

  /// Goes on from what the batch was put at; the return is kept.
  func begin(at step: Int) {
    (end, hasGoneOn, start) = ("", true, step)
  }

  /// Takes a step, unless it has ended.
  func advance(_ actions: ActionStorage, step: Int) throws {
    hasGoneOn = end.isEmpty
    reward = .nan
    guard hasGoneOn else { return }
    try batch.step(actions.buffer, active: nil, into: buffers)
    reward = Double(buffers.rewards[0])
    total += reward
    if buffers.terminated[0] { end = "ended at step \(step)" }
    if buffers.truncated[0] { end = "time was up at step \(step)" }
  }

  /// Goes back to what was recorded.
  func restore(_ record: DreamCourseRecord) {
    (reward, total, end) = (record.reward, record.total, record.end)
    (hasGoneOn, start) = (record.hasGoneOn, record.start)
  }

  func record(_ picture: Frame) -> DreamCourseRecord {
    DreamCourseRecord(
      picture: picture, reward: reward, total: total, end: end,
      hasGoneOn: hasGoneOn, start: start)
  }
}
