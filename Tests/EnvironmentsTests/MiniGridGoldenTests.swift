import EnvironmentKit
import Environments
import MiniGridWorlds
import TestSupport
import Testing

@Suite("MiniGrid equals the library's recorded traces")
struct MiniGridGoldenTests {
  @Test("levels, views, directions, missions, rewards and ends are the library's")
  func traces() throws {
    var compared = 0
    for recording in try MiniGridRecording.ofTheCatalog() + MiniGridRecording.solved() {
      let found = MiniGridFamilies.listings.first { $0.entry.id == recording.id }
      let listing = try #require(found, "\(recording.id) is not listed")
      try compare(recording, listing.make(.symbols), &compared)
    }
    Golden.report(compared)
    #expect(compared > 0)
  }

  @Test("every family with a task is solved in one of the recorded episodes")
  func everyFamilyIsSolved() throws {
    let solved = try MiniGridRecording.solved()
    #expect(solved.allSatisfy { ($0.episodes.last?.rewards.last ?? 0) > 0 })
    let families = Set(solved.compactMap { Catalog.entry($0.id)?.family })
    let all = Set(MiniGridFamilies.listings.map(\.entry.family))
    #expect(all.subtracting(families) == ["MiniGrid-Playground"])
  }

  private func compare<W: InspectableMiniGrid>(
    _ recording: MiniGridRecording, _ world: W, _ compared: inout Int
  ) throws {
    var world = world
    #expect(world.specification.maximumSteps == recording.max_steps)
    for (number, episode) in recording.episodes.enumerated() {
      world.reset(seed: number == 0 ? recording.seed : nil)
      let place = "\(recording.id), seed \(recording.seed), episode \(number)"
      #expect(world.mission == episode.mission, "\(place)")
      #expect(world.level.grid.encoded() == [UInt8](episode.grid), "level of \(place)")
      #expect([world.level.agent.x, world.level.agent.y] == episode.agent_pos, "\(place)")
      let ended = try play(episode, &world, place)
      #expect(ended == (episode.terminated, episode.truncated), "\(place)")
      #expect(world.level.grid.encoded() == [UInt8](episode.final_grid), "end of \(place)")
      compared += 5 + 3 * episode.actions.count
    }
  }

  /// Plays the recorded actions; the rewards are the library's, rounded to single precision.
  private func play<W: InspectableMiniGrid>(
    _ episode: MiniGridRecording.Episode, _ world: inout W, _ place: String
  ) throws -> (Bool, Bool) {
    let size = 7 * 7 * 3
    let images = [UInt8](episode.images)
    try #require(images.count == (episode.actions.count + 1) * size)
    var last = Step(reward: 0)
    for step in 0...episode.actions.count {
      let want = images[step * size..<(step + 1) * size] + [episode.directions[step]]
      try #require(observation(of: world) == Array(want), "step \(step) of \(place)")
      guard step < episode.actions.count else { break }
      try #require(!last.ended, "ended before step \(step) of \(place)")
      last = world.step(try #require(W.Action(index: episode.actions[step])))
      #expect(last.reward == Float(episode.rewards[step]), "step \(step) of \(place)")
    }
    return (last.terminated, last.truncated)
  }

  @Test("the picture of the whole grid is the library's, pixel for pixel")
  func frames() throws {
    var compared = 0
    for recording in try MiniGridRecording.ofTheCatalog() {
      guard let picture = try recording.finalPicture() else { continue }
      let batch = try #require(Catalog.entry(recording.id)).batch(.symbols, count: 1)
      try replay(recording, batch)
      var frame = Frame(width: picture.width, height: picture.height, filledWith: .white)
      batch.draw(0, into: &frame)
      #expect(frame.pixels == picture.pixels, "\(recording.id)")
      compared += 1
    }
    Golden.report(compared)
    #expect(compared > 0)
  }

  private func replay(
    _ recording: MiniGridRecording, _ batch: any EnvironmentBatch<UInt8>
  ) throws {
    let buffers = batch.makeBuffers()
    for (number, episode) in recording.episodes.enumerated() {
      try batch.reset(seeds: [number == 0 ? recording.seed : nil], mask: nil, into: buffers)
      for action in episode.actions {
        try [action].withUnsafeBufferPointer {
          try batch.step(.indices($0), active: nil, into: buffers)
        }
      }
    }
  }
}

/// The bytes that a world gives to see.
func observation<W: World>(of world: W) -> [UInt8] {
  let size = world.specification.observation.count
  return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    buffer.initialize(repeating: 0)
    var writer = ObservationWriter(UnsafeMutableBufferPointer(rebasing: buffer[..<size]))
    world.observe(into: &writer)
    let isComplete = writer.isComplete
    #expect(isComplete)
    count = size
  }
}
