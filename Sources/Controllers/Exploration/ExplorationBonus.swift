import EnvironmentKit
import Files

/// A way to tell what is new: a number for each step, the greater the newer what it led to.
///
/// Steps of all slots are noted as they are made, and judged together once a segment is full: what was noted
/// leaves no trace before. Numbers depend neither on threads nor on when a learner was stopped and went on.
/// A new kind is a file that conforms, a case of `ExplorationKind`, and a line in `Explorer.bonus`.
protocol ExplorationBonus: AnyObject {
  /// Looks at what all slots show after a step, before ended episodes are followed by others.
  ///
  /// - Parameters:
  ///   - first: the segment's row of slot 0; those of the other slots follow.
  ///   - reader: of the batch; nil where no model is asked.
  func note(_ first: Int, of batch: any EnvironmentBatch<Float>, _ reader: (any ModelReader)?)

  /// Writes the bonus of each row of a segment, and learns from it.
  func judge(_ path: ExploredPath, into bonuses: UnsafeMutableBufferPointer<Float>)

  /// What is to be told of the last segment, beside its mean.
  var metrics: [Metric] { get }

  /// Forgets the episodes that go on.
  func abandonEpisodes()

  /// Everything that is needed to go on.
  func save(in file: inout TensorFile)

  /// Takes up what `save` gave.
  func restore(_ file: TensorFile) throws(FileError)
}

extension ExplorationBonus {
  func note(_ first: Int, of batch: any EnvironmentBatch<Float>, _ reader: (any ModelReader)?) {}
  var metrics: [Metric] { [] }
  func abandonEpisodes() {}
  func save(in file: inout TensorFile) {}
  func restore(_ file: TensorFile) throws(FileError) {}
}

/// What happened in a segment: a row per step and slot, the slots of a step together.
struct ExploredPath {
  /// Rows, `0..<count`.
  let count: Int
  /// Slots of a step.
  let slots: Int
  /// What was seen before each step.
  let before: ObservationStore
  /// What it led to.
  let after: ObservationStore
  /// Whether the episode ended with it.
  let ended: UnsafePointer<Bool>
  /// What was done, where actions are choices.
  let choices: UnsafePointer<Int32>
  /// What was done, `[row, components]`, where actions are rows.
  let drawn: UnsafePointer<Float>
  /// The number of this segment among all: of streams.
  let number: Int
  /// The root seed of streams.
  let rootSeed: UInt64
}

/// What a bonus is made for.
struct BonusRoom {
  /// How it is set.
  let settings: ExplorationSettings
  /// Rows of a segment at most.
  let rows: Int
  /// Slots.
  let slots: Int
  /// Numbers of what it looks at.
  let width: Int
  /// Facts of the world.
  let facts: Int
  /// Choices, or components of a row.
  let actions: Int
  /// Whether actions are rows.
  let areRows: Bool
  /// Parts of a minibatch, for threads.
  let microbatches: Int
  /// Steps of a minibatch.
  let minibatch: Int
  /// The root seed of streams.
  let rootSeed: UInt64
}
