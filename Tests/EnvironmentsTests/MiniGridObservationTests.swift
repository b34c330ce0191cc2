import EnvironmentKit
import Environments
import Foundation
import MiniGridWorlds
import TestSupport
import Testing

/// What the Python library's wrappers show after some actions; bytes are base64.
private struct ObservationRecording: Decodable {
  struct Image: Decodable {
    let shape: [Int]
    let bytes: Data
  }

  let id: String
  let seed: UInt64
  let actions: [Int32]
  let direction: UInt8
  /// By the raw value of the observation's kind.
  let images: [String: Image]

  static func all() throws -> [ObservationRecording] {
    let fixtures = Bundle.module.bundleURL.appendingPathComponent("Fixtures")
    let path = fixtures.appendingPathComponent("minigrid-observations.jsonl.gz").path
    return try Gzip.lines(of: path).map {
      try JSONDecoder().decode(ObservationRecording.self, from: Data($0))
    }
  }
}

@Suite("MiniGrid's kinds of observation")
struct MiniGridObservationTests {
  @Test(
    "views of any size, grids, one-hot symbols and pictures are those of the library's wrappers")
  func wrappers() throws {
    var compared = 0
    for recording in try ObservationRecording.all() {
      for (name, image) in recording.images.sorted(by: { $0.key < $1.key }) {
        let kind = try #require(ObservationKind(rawValue: name))
        let seen = try observe(recording, kind)
        let want = [UInt8](image.bytes) + [recording.direction]
        #expect(seen.shape == image.shape, "\(recording.id), \(name)")
        #expect(seen.bytes == want, "\(recording.id), seed \(recording.seed), \(name)")
        compared += 1
      }
    }
    #expect(compared == 200)
  }

  private func observe(
    _ recording: ObservationRecording, _ kind: ObservationKind
  ) throws -> (shape: [Int], bytes: [UInt8]) {
    let batch = try #require(Catalog.entry(recording.id)).batch(kind, count: 1)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [recording.seed], mask: nil, into: buffers)
    for action in recording.actions {
      try [action].withUnsafeBufferPointer {
        try batch.step(.indices($0), active: nil, into: buffers)
      }
    }
    let image = try #require(batch.observationSpace.image)
    return (image.shape, [UInt8](buffers.observation(0)))
  }

  @Test("a kind has one name, and names of no kind are refused")
  func names() {
    let kinds: [ObservationKind] = [
      .symbols, .pixels64, .grid, .oneHot, .oneHotMission, .view(size: 9), .partial(),
      .partial(tileSize: 12), .full(), .full(tileSize: 1),
    ]
    for kind in kinds { #expect(ObservationKind(rawValue: kind.rawValue) == kind) }
    #expect(Set(kinds.map(\.rawValue)).count == kinds.count)
    for name in ["", "view", "view8", "view1", "view33", "partial0", "full-1", "pixels32"] {
      #expect(ObservationKind(rawValue: name) == nil, "\(name)")
    }
  }

  @Test("a view of size 7 is the view of symbols, whichever way it is made", arguments: [5, 11])
  func sevenIsSeven(seed: UInt64) throws {
    for id in ["MiniGrid-ObstructedMaze-Full-v1", "MiniGrid-Fetch-8x8-N3-v0"] {
      let listing = try #require(MiniGridFamilies.listings.first { $0.entry.id == id })
      var bytes: [[UInt8]] = []
      for kind in [ObservationKind.symbols, .view(size: 7)] {
        bytes.append(afterSomeSteps(listing.make(kind), seed: seed))
      }
      #expect(bytes[0] == bytes[1])
    }
  }

  private func afterSomeSteps<W: InspectableMiniGrid>(_ world: W, seed: UInt64) -> [UInt8] {
    var world = world
    world.reset(seed: seed)
    for action in [MiniGridAction.forward, .left, .forward, .pickup, .right] {
      _ = world.step(action)
    }
    return observation(of: world)
  }
}
