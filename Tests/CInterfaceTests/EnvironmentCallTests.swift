import CInterface
import EnvironmentKit
import Environments
import Randomness
import Testing

/// Environments stepped as a program in C steps them.
@Suite("Environments through C")
struct EnvironmentCallTests {
  /// Arrays that a caller binds: of a world whose observation is an image and a direction.
  private final class Arrays {
    let memory = OwnedMemory()
    let actions: UnsafeMutableBufferPointer<Int64>
    let rewards: UnsafeMutableBufferPointer<Float>
    let terminated, truncated, image, direction, lastImage,
      lastDirection: UnsafeMutableBufferPointer<UInt8>
    let counts: UnsafeMutableBufferPointer<Int64>

    init(slots: Int) {
      let room = memory
      func bytes(_ count: Int) -> UnsafeMutableBufferPointer<UInt8> { room.make(count, 0) }
      actions = memory.make(slots, 0)
      rewards = memory.make(slots, 0)
      (terminated, truncated) = (bytes(slots), bytes(slots))
      (image, direction) = (bytes(slots * 147), bytes(slots))
      (lastImage, lastDirection) = (bytes(slots * 147), bytes(slots))
      counts = memory.make(3, 0)
    }

    /// Addresses and lengths in the order in which they are bound.
    var table: (arrays: [UnsafeMutableRawPointer?], bytes: [Int64]) {
      let all: [UnsafeMutableRawBufferPointer?] = [
        .init(actions), .init(rewards), .init(terminated), .init(truncated), nil, .init(counts),
        .init(image), .init(direction), .init(lastImage), .init(lastDirection),
      ]
      return (all.map { $0?.baseAddress }, all.map { Int64($0?.count ?? 0) })
    }
  }

  private func make(_ slots: Int32, autoreset: Int32 = 0) throws -> Int64 {
    var handle: Int64 = 0
    try #require(
      makeEnvironments("MiniGrid-DoorKey-5x5-v0", "symbols", slots, 2, autoreset, &handle) == 0,
      "\(saidLast)")
    return handle
  }

  private func bind(_ handle: Int64, _ arrays: Arrays) -> Int32 {
    let (addresses, bytes) = arrays.table
    return bindEnvironments(handle, addresses, bytes, Int32(addresses.count))
  }

  /// What the last call that failed says.
  private var saidLast: String {
    var text = [CChar](repeating: 0, count: 1024)
    let length = Int(lastError(&text, 1024))
    return String(decoding: text[..<min(length, 1024)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  @Test("the same seeds and actions show the same bytes as a batch") func sameBytes() throws {
    let slots = 40
    let handle = try make(Int32(slots))
    let arrays = Arrays(slots: slots)
    try #require(bind(handle, arrays) == 0, "\(saidLast)")
    let entry = try #require(Catalog.entry("MiniGrid-DoorKey-5x5-v0"))
    let batch = entry.batch(.symbols, count: slots, autoreset: .sameStep)
    let buffers = batch.makeBuffers()
    let seeds = (0..<slots).map { UInt64($0) }
    try batch.reset(seeds: seeds, mask: nil, into: buffers)
    try #require(resetEnvironments(handle, seeds, nil, nil, Int32(slots)) == 0, "\(saidLast)")
    var stream = RandomStream(root: 1, name: "actions")
    var ended = 0
    for _ in 0..<300 {
      let actions = (0..<slots).map { _ in Int32(stream.integers(in: 0..<7)) }
      try batch.step(actions, active: .init(repeating: true, count: slots), into: buffers)
      for slot in 0..<slots { arrays.actions[slot] = Int64(actions[slot]) }
      try #require(stepEnvironments(handle) == 0, "\(saidLast)")
      for slot in 0..<slots {
        let seen = Array(buffers.observation(slot))
        #expect(Array(arrays.image[slot * 147..<(slot + 1) * 147]) == Array(seen[..<147]))
        #expect(arrays.direction[slot] == seen[147])
        #expect(arrays.rewards[slot] == buffers.rewards[slot])
        #expect((arrays.truncated[slot] == 1) == buffers.truncated[slot])
        guard buffers.terminated[slot] || buffers.truncated[slot] else { continue }
        ended += 1
        let last = Array(buffers.finalObservation(slot))
        #expect(Array(arrays.lastImage[slot * 147..<(slot + 1) * 147]) == Array(last[..<147]))
      }
    }
    #expect(ended > 0)
    #expect(close(handle) == 0)
  }

  @Test("a closed handle, and a number that was none, is told from a wrong argument")
  func handles() throws {
    let handle = try make(2)
    #expect(stepEnvironments(handle) == 1)
    #expect(saidLast == "no arrays are bound; bind them first")
    let arrays = Arrays(slots: 2)
    #expect(bind(handle, Arrays(slots: 3)) == 1)
    #expect(saidLast.contains("bytes of array 0: 24 given; give 16"))
    #expect(bind(handle, arrays) == 0)
    #expect(stepEnvironments(handle) == 1)
    #expect(saidLast.contains("reset it before the first step"))
    #expect(close(handle) == 0)
    #expect(close(handle) == 2)
    #expect(stepEnvironments(handle) == 2)
    #expect(stepEnvironments(-1) == 2)
    #expect(describeRun(handle, nil, 0, nil) == 2)
    let other = try make(1)
    #expect(describeRun(other, nil, 0, nil) == 1)
    #expect(saidLast.contains("of another kind"))
    #expect(close(other) == 0)
  }

  @Test("an action that is none moves nothing") func actions() throws {
    let handle = try make(2)
    let arrays = Arrays(slots: 2)
    try #require(bind(handle, arrays) == 0)
    try #require(resetEnvironments(handle, [1, 2], nil, nil, 2) == 0)
    let before = Array(arrays.image)
    (arrays.actions[0], arrays.actions[1]) = (2, 7)
    #expect(stepEnvironments(handle) == 1)
    #expect(saidLast.contains("slot 1: action 7 of 7; give 0 to 6 (left, right, forward"))
    arrays.actions[1] = 0
    #expect(stepEnvironments(handle) == 0)
    #expect(resetEnvironments(handle, [1, 2], nil, nil, 2) == 0)
    #expect(Array(arrays.image) == before)
    #expect(close(handle) == 0)
  }

  @Test("texts are cut where there is no room, and say how much they need") func texts() throws {
    var length: Int64 = 0
    #expect(worlds(nil, 0, &length) == 0)
    var text = [CChar](repeating: 7, count: Int(length) + 1)
    #expect(worlds(&text, 10, &length) == 0)
    #expect(text[9] != 7 && text[10] == 7)
    #expect(worlds(&text, length, &length) == 0)
    #expect(text[Int(length) - 1] == CChar(UInt8(ascii: "]")) && text[Int(length)] == 7)
  }
}
