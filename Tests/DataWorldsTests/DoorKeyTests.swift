import DataWorlds
import EnvironmentKit
import Environments
import Randomness
import Testing

/// The file's DoorKey beside the one written in Swift.
@Suite struct DoorKeyTests {
  private static let sizes = [5, 6, 8, 16]

  @Test(arguments: sizes)
  func `the same seed and actions bring the same symbols, rewards, ends and facts`(_ size: Int)
    throws
  {
    try compare(size, .symbols, seeds: 0..<60)
  }

  @Test(arguments: sizes)
  func `the same seed and actions bring the same pictures`(_ size: Int) throws {
    try compare(size, .pixels64, seeds: 0..<20)
  }

  @Test(arguments: [
    ObservationKind.oneHot, .grid, .view(size: 3), .view(size: 9), .partial(),
    .partial(tileSize: 5),
    .full(), .full(tileSize: 12),
  ])
  func `however it is observed, it is observed alike`(_ kind: ObservationKind) throws {
    for size in [5, 8] { try compare(size, kind, seeds: 0..<8) }
  }

  /// Plays random actions in both, several episodes a seed, and compares every byte.
  private func compare(_ size: Int, _ kind: ObservationKind, seeds: Range<UInt64>) throws {
    let data = try #require(Catalog.entry("DoorKey-\(size)x\(size)"))
    let native = try #require(Catalog.entry("MiniGrid-DoorKey-\(size)x\(size)-v0"))
    #expect(data.actions == native.actions)
    #expect(data.specification(kind).observation == native.specification(kind).observation)
    #expect(data.specification(kind).facts == native.specification(kind).facts)
    #expect(data.specification(kind).maximumSteps == native.specification(kind).maximumSteps)
    let batches = [data, native].map { $0.batch(kind, count: seeds.count, autoreset: .sameStep) }
    let buffers = batches.map { $0.makeBuffers() }
    for (batch, buffers) in zip(batches, buffers) {
      try batch.reset(seeds: Array(seeds), mask: nil, into: buffers)
    }
    var stream = RandomStream(seed: UInt64(size))
    for step in 0...400 {
      #expect(Array(buffers[0].observations) == Array(buffers[1].observations), "step \(step)")
      #expect(Array(buffers[0].rewards) == Array(buffers[1].rewards), "step \(step)")
      #expect(Array(buffers[0].terminated) == Array(buffers[1].terminated), "step \(step)")
      #expect(Array(buffers[0].truncated) == Array(buffers[1].truncated), "step \(step)")
      for slot in 0..<seeds.count {
        let facts = batches.map { $0.facts(of: slot).map(\.bitPattern) }
        try #require(facts[0] == facts[1], "step \(step), slot \(slot)")
      }
      // Forward and the useful ones more often than chance, so that doors are opened and passed.
      let choices: [Int32] = [0, 1, 2, 2, 2, 3, 3, 4, 5, 5, 6]
      let actions = seeds.map { _ in stream.choice(choices) }
      try actions.withUnsafeBufferPointer { actions in
        for (batch, buffers) in zip(batches, buffers) {
          try batch.step(.indices(actions), active: nil, into: buffers)
        }
      }
    }
  }
}
