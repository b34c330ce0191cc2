import Datasets
import EnvironmentKit

/// Who acts in a rollout, several episodes at a time.
protocol RolloutActor {
  /// Begins an episode in each of the first slots.
  func begin(_ seeds: [UInt64]) throws

  /// Chooses the actions of the active slots; whoever sees a world of its own lets it follow.
  func act(active: [Bool], into actions: inout [Int32]) throws
}

/// Plays independent episodes to their ends and keeps what a batch shows of them.
struct RolloutRecorder {
  let batch: any EnvironmentBatch<UInt8>
  private let buffers: BatchBuffers<UInt8>

  /// Creates a recorder over a batch that leaves ended slots as they are.
  init(_ batch: any EnvironmentBatch<UInt8>) {
    self.batch = batch
    buffers = batch.makeBuffers()
  }

  /// Plays an episode a seed, at most as many as there are slots.
  func play(
    _ seeds: [UInt64], _ actor: some RolloutActor, eachStep: () throws -> Void
  ) throws -> [Episode] {
    var active = (0..<batch.count).map { $0 < seeds.count }
    let resets = active.indices.map { active[$0] ? seeds[$0] : UInt64?.none }
    try batch.reset(seeds: resets, mask: active, into: buffers)
    try actor.begin(seeds)
    var episodes = seeds.indices.map { Episode(first: seeds[$0], batch, buffers, slot: $0) }
    var actions = [Int32](repeating: 0, count: batch.count)
    while active.contains(true) {
      try eachStep()
      try actor.act(active: active, into: &actions)
      try batch.step(actions, active: active, into: buffers)
      for slot in seeds.indices where active[slot] {
        active[slot] = !episodes[slot].append(actions[slot], batch, buffers, slot: slot)
      }
    }
    return episodes
  }
}

extension Episode {
  /// An episode that has just begun in a slot.
  init(
    first seed: UInt64, _ batch: any EnvironmentBatch<UInt8>, _ buffers: BatchBuffers<UInt8>,
    slot: Int
  ) {
    self.init(seed: seed, frames: [UInt8](buffers.observation(slot)), facts: batch.facts(of: slot))
  }

  /// Adds a step; returns whether it was the last.
  mutating func append(
    _ action: Int32, _ batch: any EnvironmentBatch<UInt8>, _ buffers: BatchBuffers<UInt8>,
    slot: Int
  ) -> Bool {
    actions.append(action)
    rewards.append(buffers.rewards[slot])
    frames.append(contentsOf: buffers.observation(slot))
    facts.append(contentsOf: batch.facts(of: slot))
    (terminated, truncated) = (buffers.terminated[slot], buffers.truncated[slot])
    return terminated || truncated
  }
}
