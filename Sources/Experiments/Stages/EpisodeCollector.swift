import Controllers
import Datasets
import EnvironmentKit
import Randomness

/// Plays whole episodes with the varied random policy, several at a time.
///
/// Episode `e` draws from stream `collect/episode/e` only: it is the same whichever slot plays it and
/// whatever is played beside it.
package struct EpisodeCollector {
  package let batch: any EnvironmentBatch<UInt8>
  package let rootSeed: UInt64
  package let holdMaximum: Int

  package init(batch: any EnvironmentBatch<UInt8>, rootSeed: UInt64, holdMaximum: Int) {
    (self.batch, self.rootSeed, self.holdMaximum) = (batch, rootSeed, holdMaximum)
  }

  /// Plays episodes `first..<first + batch.count`.
  package func play(from first: Int) throws -> [Episode] {
    let buffers = batch.makeBuffers()
    var policies: [VariedRandomPolicy] = []
    var seeds: [UInt64] = []
    for episode in first..<first + batch.count {
      var stream = RandomStream(root: rootSeed, name: "collect/episode/\(episode)")
      seeds.append(Self.drawSeed(&stream))
      policies.append(
        VariedRandomPolicy(
          actions: batch.actionSpace.count, holdMaximum: holdMaximum, stream: stream))
    }
    try batch.reset(seeds: seeds, mask: nil, into: buffers)
    var episodes = seeds.indices.map { slot in
      Episode(
        seed: seeds[slot], frames: [UInt8](buffers.observation(slot)),
        facts: batch.facts(of: slot))
    }
    var active = [Bool](repeating: true, count: batch.count)
    while active.contains(true) {
      try step(&episodes, &policies, &active, buffers)
    }
    return episodes
  }

  private func step(
    _ episodes: inout [Episode], _ policies: inout [VariedRandomPolicy],
    _ active: inout [Bool], _ buffers: BatchBuffers<UInt8>
  ) throws {
    let actions = active.indices.map { active[$0] ? policies[$0].next() : 0 }
    try actions.withUnsafeBufferPointer { indices in
      try active.withUnsafeBufferPointer { mask in
        try batch.step(.indices(indices), active: mask, into: buffers)
      }
    }
    for slot in active.indices where active[slot] {
      episodes[slot].actions.append(actions[slot])
      episodes[slot].rewards.append(buffers.rewards[slot])
      episodes[slot].frames.append(contentsOf: buffers.observation(slot))
      episodes[slot].facts.append(contentsOf: batch.facts(of: slot))
      episodes[slot].terminated = buffers.terminated[slot]
      episodes[slot].truncated = buffers.truncated[slot]
      active[slot] = !(buffers.terminated[slot] || buffers.truncated[slot])
    }
  }

  /// A world's seed in training: at least 2³², so never one of an evaluation.
  package static func drawSeed(_ stream: inout RandomStream) -> UInt64 {
    (stream.nextUInt64() >> 1) | (1 << 32)
  }
}
