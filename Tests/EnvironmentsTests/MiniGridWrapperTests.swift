import EnvironmentKit
import Environments
import Foundation
import MiniGridWorlds
import Testing
import WorldChecking

/// What the Python library's `NoDeath` wrapper gave for some actions.
private struct NoDeathRecording: Decodable {
  let id: String
  let seed: UInt64
  let dangers: [String]
  let cost: Float
  let actions: [Int32]
  let rewards: [Double]
  let terminated: Bool
}

@Suite("MiniGrid in wrappers")
struct MiniGridWrapperTests {
  /// Plays actions in slot 0 of a batch of one and returns the rewards and the last flag.
  private func play(
    _ entry: CatalogEntry, _ kind: ObservationKind, seed: UInt64, _ actions: [Int32]
  ) throws -> (rewards: [Float], terminated: Bool, observation: [UInt8]) {
    let batch = entry.batch(kind, count: 1)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [seed], mask: nil, into: buffers)
    var rewards: [Float] = []
    for action in actions {
      try [action].withUnsafeBufferPointer {
        try batch.step(.indices($0), active: nil, into: buffers)
      }
      rewards.append(buffers.rewards[0])
    }
    return (rewards, buffers.terminated[0], [UInt8](buffers.observation(0)))
  }

  @Test("without death, lava and balls cost as in the library's wrapper, and the episode goes on")
  func noDeath() throws {
    let url = Bundle.module.bundleURL.appendingPathComponent("Fixtures/minigrid-no-death.json")
    let recordings = try JSONDecoder().decode(
      [NoDeathRecording].self, from: Data(contentsOf: url))
    for recording in recordings {
      let dangers = recording.dangers.compactMap(MiniGridDanger.init)
      let entry = try #require(
        Catalog.withoutDeath(recording.id, in: dangers, cost: recording.cost))
      let played = try play(entry, .symbols, seed: recording.seed, recording.actions)
      #expect(played.rewards == recording.rewards.map { Float($0) }, "\(recording.id)")
      #expect(played.terminated == recording.terminated)
    }
    #expect(recordings.count == 9)
  }

  @Test("worlds without death keep the contract; those without dangers have no such form")
  func noDeathContract() throws {
    for id in ["MiniGrid-DistShift1-v0", "MiniGrid-Dynamic-Obstacles-5x5-v0"] {
      let report = try #require(Catalog.withoutDeath(id)).check(.symbols, with: ContractChecker())
      #expect(report.passed, "\(report.findings.filter { $0.problem != nil })")
    }
    #expect(Catalog.withoutDeath("MiniGrid-Empty-5x5-v0") == nil)
    #expect(Catalog.withoutDeath("TakeCover") == nil)
  }

  @Test("a world of the catalogue can be wrapped, as deep as one likes")
  func catalog() throws {
    let plain = try #require(Catalog.entry("MiniGrid-Empty-Random-6x6-v0"))
    let wrapped = plain.wrapped(by: [
      .actionRepeat(2), .imageOnly, .grayscale, .resize(width: 16, height: 20), .frameStack(4),
      .timeLimit(5),
    ])
    let specification = wrapped.specification(.partial())
    #expect(specification.observation.fields == [ObservationField("image", shape: [4, 20, 16, 1])])
    #expect(specification.maximumSteps == 5)
    #expect(plain.regions != nil && wrapped.regions == nil)
    #expect(plain.wrapped(by: [.timeLimit(3)]).regions != nil)
    let report = wrapped.check(.partial(), with: ContractChecker())
    #expect(report.passed, "\(report.findings.filter { $0.problem != nil })")
  }

  @Test("the one-hot wrapper gives the bytes of the one-hot kind of observation")
  func oneHot() throws {
    let entry = try #require(Catalog.entry("MiniGrid-DoorKey-6x6-v0"))
    let wrapped = entry.wrapped(by: [.oneHot([11, 6, 3])])
    let actions: [Int32] = [2, 1, 2, 3, 0, 5, 2]
    let bytes = try play(wrapped, .symbols, seed: 8, actions).observation
    #expect(bytes == (try play(entry, .oneHot, seed: 8, actions).observation))
  }
}
