import Datasets
import EnvironmentKit
import Randomness

/// Makes the frames that a world would have shown at moments of recorded episodes, had something gone wrong.
package final class FaultMaker {
  private let dataset: EpisodeDataset
  private let world: any EnvironmentBatch<UInt8>
  private let buffers: BatchBuffers<UInt8>
  private let actions: ActionStorage

  /// Moments that are tried in an episode for each fault: at some a fault makes no difference.
  private static let tries = 12
  /// Steps by which a teleport leads away at least.
  private static let leastJump = 5

  /// Prepares to spoil episodes.
  ///
  /// - Parameters:
  ///   - dataset: the episodes as they went, whole ones.
  ///   - world: one slot of the world they were recorded in.
  package init(_ dataset: EpisodeDataset, world: any EnvironmentBatch<UInt8>) {
    (self.dataset, self.world) = (dataset, world)
    (buffers, actions) = (world.makeBuffers(), world.makeActions())
  }

  /// A frame with a fault, and which frame of the data set it stands for.
  package struct Made {
    /// The frame's number in the data set.
    package let frame: Int
    /// What is shown in its place.
    package let bytes: [UInt8]
  }

  /// Spoils one frame of an episode, not the first, at a moment that is drawn.
  ///
  /// - Returns: nil where the fault made no difference at any moment that was tried.
  /// - Throws: where the world cannot be played again.
  package func make(
    _ fault: Fault, in span: EpisodeSpan, using stream: inout RandomStream
  ) throws -> Made? {
    guard span.steps.count >= 1 else { return nil }
    for _ in 0..<Self.tries {
      let step = stream.integers(in: 0..<span.steps.count)
      let frame = span.frames.lowerBound + step + 1
      guard let bytes = try spoiled(fault, frame, step, span, &stream) else { continue }
      return Made(frame: frame, bytes: bytes)
    }
    return nil
  }

  /// What is shown in the place of a frame; nil where it would be the same.
  private func spoiled(
    _ fault: Fault, _ frame: Int, _ step: Int, _ span: EpisodeSpan, _ stream: inout RandomStream
  ) throws -> [UInt8]? {
    let right = Array(dataset.frame(frame))
    let shape = dataset.frameShape
    let shown: [UInt8]?
    switch fault {
    case .teleport:
      let far = span.frames.filter { abs($0 - frame) >= Self.leastJump }
      shown = far.isEmpty ? nil : Array(dataset.frame(far[stream.integers(in: 0..<far.count)]))
    case .colour: shown = PictureFault.colour(right, shape, using: &stream)
    case .object: shown = PictureFault.object(right, shape, using: &stream)
    case .freeze: shown = Array(dataset.frame(frame - 1))
    case .ignored: shown = try withAnotherAction(step, span, &stream)
    }
    return shown == right ? nil : shown
  }

  /// The frame after another action at a step; nil where there is no other.
  private func withAnotherAction(
    _ step: Int, _ span: EpisodeSpan, _ stream: inout RandomStream
  ) throws -> [UInt8]? {
    try world.reset(seeds: [span.seed], mask: nil, into: buffers)
    for before in span.steps.prefix(step) {
      actions.set(dataset.action(before), of: 0)
      try world.step(actions.buffer, active: nil, into: buffers)
    }
    let recorded = dataset.action(span.steps.lowerBound + step)
    guard let other = world.actionSpace.other(than: recorded, using: &stream) else { return nil }
    actions.set(other, of: 0)
    try world.step(actions.buffer, active: nil, into: buffers)
    return Array(buffers.observation(0))
  }
}

extension ActionSpace {
  /// Another action, drawn evenly; nil where there is but one.
  fileprivate func other(
    than action: ActionValue, using stream: inout RandomStream
  ) -> ActionValue? {
    switch self {
    case .discrete(let names):
      guard names.count > 1, let index = action.index else { return nil }
      let drawn = Int32(stream.integers(in: 0..<names.count - 1))
      return .index(drawn < index ? drawn : drawn + 1)
    case .continuous(let bounds):
      return .row(
        bounds.map { $0.lowerBound + Float(stream.random()) * ($0.upperBound - $0.lowerBound) })
    }
  }
}
