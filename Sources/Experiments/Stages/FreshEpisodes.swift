import Controllers
import Datasets
import EnvironmentKit
import Randomness

/// Plays episodes that no stage has seen, with the policy that collects, into a data set.
struct FreshEpisodes {
  private static let slots = 8
  /// Steps after which no more episodes begin: M's state before every step is held in memory.
  private static let mostSteps = 30_000

  let entry: CatalogEntry
  let rootSeed: UInt64
  let holdMaximum: Int

  /// Plays one episode a seed, until there are steps enough.
  ///
  /// - Parameters:
  ///   - seeds: of the world, below 2³², as no stage that learns draws them.
  ///   - writer: where the episodes go, in the order of the seeds.
  ///   - beat: called after every few episodes with their number; may throw to stop.
  func play(_ seeds: [UInt64], into writer: DatasetWriter, beat: (Int) throws -> Void) throws {
    var steps = 0
    for first in stride(from: 0, to: seeds.count, by: Self.slots) where steps < Self.mostSteps {
      let part = Array(seeds[first..<min(seeds.count, first + Self.slots)])
      for episode in try play(part) {
        try writer.append(episode)
        steps += episode.steps
      }
      try beat(first + part.count)
    }
    try writer.close()
  }

  private func play(_ seeds: [UInt64]) throws -> [Episode] {
    let batch = entry.batch(.pixels64, count: seeds.count)
    let buffers = batch.makeBuffers()
    var policies = seeds.map {
      VariedRandomPolicy(
        actions: batch.actionSpace.count, holdMaximum: holdMaximum,
        stream: RandomStream(root: rootSeed, name: "model/episode/\($0)"))
    }
    try batch.reset(seeds: seeds, mask: nil, into: buffers)
    var episodes = seeds.indices.map {
      Episode(
        seed: seeds[$0], frames: [UInt8](buffers.observation($0)), facts: batch.facts(of: $0))
    }
    var active = [Bool](repeating: true, count: seeds.count)
    while active.contains(true) {
      let actions = active.indices.map { active[$0] ? policies[$0].next() : 0 }
      try actions.withUnsafeBufferPointer { indices in
        try active.withUnsafeBufferPointer {
          try batch.step(.indices(indices), active: $0, into: buffers)
        }
      }
      for slot in active.indices where active[slot] {
        episodes[slot].append(actions[slot], buffers, slot, facts: batch.facts(of: slot))
        active[slot] = !(buffers.terminated[slot] || buffers.truncated[slot])
      }
    }
    return episodes
  }
}

extension Episode {
  /// Takes in the step that a slot has just taken.
  fileprivate mutating func append(
    _ action: Int32, _ buffers: BatchBuffers<UInt8>, _ slot: Int, facts: [Float]
  ) {
    actions.append(action)
    rewards.append(buffers.rewards[slot])
    frames.append(contentsOf: buffers.observation(slot))
    self.facts.append(contentsOf: facts)
    terminated = buffers.terminated[slot]
    truncated = buffers.truncated[slot]
  }
}
