import EnvironmentKit

/// Environments beside which others live through the same episodes: who acts sees the first, the others
/// can be recorded in any way.
///
/// The same seeds and actions make both the same.
final class TwinEnvironments: BatchWrapper {
  typealias Element = Float
  let base: any EnvironmentBatch<Float>
  private let twin: any EnvironmentBatch<UInt8>
  private let twinBuffers: BatchBuffers<UInt8>

  init(_ base: any EnvironmentBatch<Float>, beside twin: any EnvironmentBatch<UInt8>) {
    precondition(
      base.count == twin.count && base.actionSpace == twin.actionSpace,
      "TwinEnvironments: \(base.count) slots beside \(twin.count); give equal batches")
    self.base = base
    self.twin = twin
    twinBuffers = twin.makeBuffers()
  }

  func reset(seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Float>) throws {
    try twin.reset(seeds: seeds, mask: mask, into: twinBuffers)
    try base.reset(seeds: seeds, mask: mask, into: buffers)
  }

  func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?, into buffers: BatchBuffers<Float>
  ) throws {
    try twin.step(actions, active: active, into: twinBuffers)
    try base.step(actions, active: active, into: buffers)
  }
}
