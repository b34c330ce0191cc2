import Datasets
import EnvironmentKit
import Files
import Settings
import WorldModels

/// Leads a model along collected episodes and takes down what an agent would have been shown.
struct ObservedSamples {
  private let agent: AgentEnvironments
  private let dataset: EpisodeDataset
  private static let slots = 64

  init(_ agent: AgentEnvironments, _ dataset: EpisodeDataset) {
    (self.agent, self.dataset) = (agent, dataset)
  }

  /// Observations and the frames behind them.
  struct Rows {
    /// `[sample, observation]`.
    var rows: [Float] = []
    /// Global indices.
    var frames: [Int] = []
  }

  /// Observations after every so many steps.
  func samples(of episodes: [EpisodeSpan], atMost most: Int) throws -> Rows {
    let steps = episodes.reduce(0) { $0 + $1.steps.count }
    let stride = max(1, (steps + most - 1) / most)
    var found = Rows()
    for first in Swift.stride(from: 0, to: episodes.count, by: Self.slots) {
      let group = Array(episodes[first..<min(episodes.count, first + Self.slots)])
      try walk(group) { span, step, row in
        let global = span.steps.lowerBound + step
        guard global.isMultiple(of: stride) else { return }
        found.rows += row()
        found.frames.append(span.frames.lowerBound + step + 1)
      }
    }
    return found
  }

  /// Replays some episodes side by side.
  private func walk(
    _ group: [EpisodeSpan], _ visit: (EpisodeSpan, Int, () -> [Float]) -> Void
  ) throws {
    let replay = ReplayedEpisodes(dataset, group, agent.entry, agent.configuration)
    let seen = try agent.real(count: group.count, seeing: replay)
    let buffers = seen.makeBuffers()
    try seen.reset(
      seeds: group.map { UInt64?($0.seed) }, mask: nil, into: buffers)
    for step in 0..<(group.map(\.steps.count).max() ?? 0) {
      let active = group.map { step < $0.steps.count }
      try replay.step(seen, step, active, buffers)
      for slot in group.indices where active[slot] {
        visit(group[slot], step) { Array(buffers.observation(slot)) }
      }
    }
  }
}

/// Collected episodes as a batch: the frames come from the data set, whatever is done.
final class ReplayedEpisodes: EnvironmentBatch {
  typealias Element = UInt8
  let count: Int
  let specification: WorldSpecification
  let actionSpace: ActionSpace
  let autoreset = AutoresetMode.disabled
  var observationSpace: ObservationSpace { specification.observation }
  private let dataset: EpisodeDataset
  private let spans: [EpisodeSpan]
  private var steps: [Int]
  private let actions: ActionStorage

  init(
    _ dataset: EpisodeDataset, _ spans: [EpisodeSpan], _ entry: CatalogEntry,
    _ configuration: RunConfiguration
  ) {
    (self.dataset, self.spans, count) = (dataset, spans, spans.count)
    specification = entry.specification(configuration.agent.observation)
    actionSpace = entry.actions
    actions = ActionStorage(space: entry.actions, slots: spans.count)
    steps = [Int](repeating: 0, count: spans.count)
  }

  func reset(seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<UInt8>) throws {
    for slot in spans.indices {
      steps[slot] = 0
      show(slot, buffers)
    }
  }

  func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?, into buffers: BatchBuffers<UInt8>
  ) throws {
    for slot in spans.indices where active?[slot] ?? true {
      steps[slot] += 1
      show(slot, buffers)
    }
  }

  /// Steps a batch that sees these episodes with the actions that were taken.
  func step(
    _ seen: LatentEnvironments, _ step: Int, _ active: [Bool], _ buffers: BatchBuffers<Float>
  ) throws {
    for slot in spans.indices where active[slot] {
      actions.set(dataset.action(spans[slot].steps.lowerBound + step), of: slot)
    }
    try active.withUnsafeBufferPointer {
      try seen.step(actions.buffer, active: $0, into: buffers)
    }
  }

  private func show(_ slot: Int, _ buffers: BatchBuffers<UInt8>) {
    _ = buffers.observation(slot).update(
      fromContentsOf: dataset.frame(spans[slot].frames.lowerBound + steps[slot]))
    (buffers.rewards[slot], buffers.terminated[slot], buffers.truncated[slot]) = (0, false, false)
  }

  func state(of slot: Int) -> any Sendable { steps[slot] }
  func setState(_ state: any Sendable, of slot: Int) throws { steps[slot] = state as? Int ?? 0 }
  func draw(_ slot: Int, into frame: inout Frame) {}
  func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>) {}
  func mission(of slot: Int) -> String { "" }
}
