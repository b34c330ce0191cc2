import Controllers
import Datasets
import EnvironmentKit
import Randomness
import WorldModels

/// Plays whole episodes with a trained controller, in each of them a share of steps with random actions.
///
/// Episode `e` of pass `p` draws from stream `collect/pass/p/episode/e` only: it is the same whichever slot
/// plays it.
struct ControllerCollector {
  private let recorder: RecordingBatch
  private let runner: EpisodeRunner<Float>
  private let policy: ExploringPolicy
  private let pass: Int
  private let rootSeed: UInt64

  init(
    _ environments: AgentEnvironments, _ actor: any Policy<Float>, world: any EnvironmentBatch<UInt8>,
    pass: Int, rootSeed: UInt64, beat: @escaping () -> Void
  ) throws {
    recorder = RecordingBatch(world)
    runner = EpisodeRunner<Float>(try environments.real(count: world.count, seeing: recorder))
    runner.onStep = { _ in beat() }
    policy = ExploringPolicy(
      actor, greatestShare: environments.configuration.collect.exploration,
      holdMaximum: environments.configuration.collect.holdMaximum)
    (self.pass, self.rootSeed) = (pass, rootSeed)
  }

  /// Plays as many episodes as there are slots, from the one of a number on.
  func play(from first: Int) throws -> [Episode] {
    let seeds = (first..<first + recorder.count).map { episode in
      var stream = RandomStream(root: rootSeed, name: "collect/pass/\(pass)/episode/\(episode)")
      return EpisodeCollector.drawSeed(&stream)
    }
    _ = try runner.evaluate(policy, seeds: seeds)
    return recorder.take()
  }
}

/// Keeps all that happens in a batch as episodes: frames, actions, rewards, ends, facts.
///
/// For batches without autoreset.
final class RecordingBatch: BatchWrapper {
  typealias Element = UInt8
  let base: any EnvironmentBatch<UInt8>
  private var episodes: [Episode?]

  init(_ base: any EnvironmentBatch<UInt8>) {
    precondition(base.autoreset == .disabled, "RecordingBatch: give a batch without autoreset")
    self.base = base
    episodes = [Episode?](repeating: nil, count: base.count)
  }

  /// The episodes of all slots that were started since the last call, in the order of the slots.
  func take() -> [Episode] {
    defer { episodes = [Episode?](repeating: nil, count: base.count) }
    return episodes.compactMap { $0 }
  }

  func reset(seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<UInt8>) throws {
    try base.reset(seeds: seeds, mask: mask, into: buffers)
    for slot in 0..<base.count where mask?[slot] ?? true {
      episodes[slot] = Episode(
        seed: seeds[slot] ?? 0, frames: [UInt8](buffers.observation(slot)),
        facts: base.facts(of: slot))
    }
  }

  func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?, into buffers: BatchBuffers<UInt8>
  ) throws {
    try base.step(actions, active: active, into: buffers)
    guard case .indices(let indices) = actions else { return }
    for slot in 0..<base.count where active?[slot] ?? true {
      episodes[slot]?.actions.append(indices[slot])
      episodes[slot]?.rewards.append(buffers.rewards[slot])
      episodes[slot]?.frames.append(contentsOf: buffers.observation(slot))
      episodes[slot]?.facts.append(contentsOf: base.facts(of: slot))
      episodes[slot]?.terminated = buffers.terminated[slot]
      episodes[slot]?.truncated = buffers.truncated[slot]
    }
  }
}
