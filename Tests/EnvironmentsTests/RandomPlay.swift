import EnvironmentKit
import Environments
import Randomness

/// Steps 64 copies of a world with random actions; returns the mean return of the episodes that ended.
func randomPlay(_ id: String, steps: Int) throws -> Float {
  guard let entry = try Catalog.find(id) else { return .nan }
  let worlds = entry.batch(.symbols, count: 64, autoreset: .sameStep)
  let buffers = worlds.makeBuffers()
  try worlds.reset(seeds: (0..<64).map { UInt64($0) }, mask: nil, into: buffers)
  var stream = RandomStream(root: 1, name: "play")
  var actions = [Int32](repeating: 0, count: 64)
  var (open, total, ended) = ([Float](repeating: 0, count: 64), Float(0), 0)
  for _ in 0..<steps {
    for slot in 0..<64 {
      actions[slot] = Int32(stream.integers(in: 0..<worlds.actionSpace.count))
    }
    try actions.withUnsafeBufferPointer {
      try worlds.step(.indices($0), active: nil, into: buffers)
    }
    for slot in 0..<64 {
      open[slot] += buffers.rewards[slot]
      guard buffers.terminated[slot] || buffers.truncated[slot] else { continue }
      // buffers.finalObservation(slot) is the last one; buffers.observation(slot) begins the next episode.
      (total, ended, open[slot]) = (total + open[slot], ended + 1, 0)
    }
  }
  return total / Float(ended)
}
