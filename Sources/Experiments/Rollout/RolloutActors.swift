import Controllers
import EnvironmentKit
import WorldModels

/// Random play, each action held 1–10 steps: the `random` baseline.
final class RandomActor: RolloutActor {
  private let actionCount: Int
  private var episodes: [HeldRandomActions] = []

  init(actionCount: Int) {
    self.actionCount = actionCount
  }

  func begin(_ seeds: [UInt64]) {
    episodes = seeds.map { HeldRandomActions(actionCount: actionCount, seed: $0) }
  }

  func act(active: [Bool], into actions: inout [Int32]) {
    for slot in episodes.indices where active[slot] { actions[slot] = episodes[slot].next() }
  }
}

/// A run's controller, which sees worlds of its own through the run's V: the same seeds and actions
/// make them the recorded ones, whatever those are recorded as.
final class TrainedActor: RolloutActor {
  private let worlds: LatentEnvironments
  private let buffers: BatchBuffers<Float>
  private let policy: any Policy<Float>

  init(_ run: FinishedRun, slots: Int) throws {
    worlds = try run.latentEnvironments(count: slots)
    buffers = worlds.makeBuffers()
    policy = run.policy()
    policy.prepare(for: worlds)
  }

  func begin(_ seeds: [UInt64]) throws {
    let mask = (0..<worlds.count).map { $0 < seeds.count }
    let resets = mask.indices.map { mask[$0] ? seeds[$0] : UInt64?.none }
    try worlds.reset(seeds: resets, mask: mask, into: buffers)
    for (slot, seed) in seeds.enumerated() {
      policy.begin(EpisodeRequest(seed: seed), in: slot)
    }
  }

  func act(active: [Bool], into actions: inout [Int32]) throws {
    active.withUnsafeBufferPointer { mask in
      actions.withUnsafeMutableBufferPointer {
        policy.act(
          in: worlds, seeing: UnsafeBufferPointer(buffers.observations), active: mask, into: $0)
      }
    }
    try worlds.step(actions, active: active, into: buffers)
  }
}
