import EnvironmentKit
import Environments
import Randomness
import Testing

/// TakeCover's facts as a linear controller is shown them.
@Suite struct FactsViewTests {
  /// Worlds under a view beside worlds of the same seeds and actions, until enough was seen.
  private func play(
    _ view: FactsView, _ check: (_ facts: [String: Float], _ numbers: [Float]) throws -> Void
  ) throws {
    let entry = try #require(Catalog.entry("TakeCover"))
    let (shown, plain) = (
      FactsEnvironments(entry.batch(.pixels64, count: 3, observes: false), as: view),
      entry.batch(.pixels64, count: 3)
    )
    let (buffers, plainBuffers) = (shown.makeBuffers(), plain.makeBuffers())
    let names = entry.specification(.pixels64).facts.map(\.name)
    #expect(shown.observationSpace.count == view.count)
    try shown.reset(seeds: [5, 6, 7], mask: nil, into: buffers)
    try plain.reset(seeds: [5, 6, 7], mask: nil, into: plainBuffers)
    var stream = RandomStream(seed: 3)
    var actions: [Int32] = [0, 0, 0]
    for step in 0..<400 {
      if step % 6 == 0 { actions = actions.map { _ in Int32(stream.integers(in: 0..<3)) } }
      try actions.withUnsafeBufferPointer {
        try shown.step(.indices($0), active: nil, into: buffers)
        try plain.step(.indices($0), active: nil, into: plainBuffers)
      }
      #expect(Array(buffers.rewards) == Array(plainBuffers.rewards))
      #expect(Array(buffers.terminated) == Array(plainBuffers.terminated))
      #expect(Array(buffers.truncated) == Array(plainBuffers.truncated))
      for slot in 0..<3 {
        let facts = Dictionary(uniqueKeysWithValues: zip(names, plain.facts(of: slot)))
        try check(facts, Array(buffers.observation(slot)))
        if buffers.terminated[slot] {
          #expect(Array(buffers.finalObservation(slot)) == Array(buffers.observation(slot)))
        }
      }
      let ended = Array(buffers.terminated)
      guard ended.contains(true) else { continue }
      try shown.reset(seeds: [nil, nil, nil], mask: ended, into: buffers)
      try plain.reset(seeds: [nil, nil, nil], mask: ended, into: plainBuffers)
    }
  }

  @Test(arguments: ["frame", "landing"])
  func everyFireballIsSharedOutAmongTheBinsAroundIt(name: String) throws {
    let entry = try #require(Catalog.entry("TakeCover"))
    let view = try #require(entry.factsViews.first { $0.name == name })
    let fact = name == "frame" ? "Position" : "Landing"
    var most: Float = 0
    try play(view) { facts, numbers in
      let player = try #require(facts["playerPosition"])
      let count = try #require(facts["fireballCount"])
      most = max(most, count)
      var (offsets, distances) = (Float(0), Float(0))
      for index in 0..<Int(count) {
        let place = try #require(facts["fireball\(index)\(fact)"])
        offsets += min(14, max(-14, place - player))
        distances += try #require(facts["fireball\(index)Distance"])
      }
      var (shares, seenOffsets, seenDistances) = (Float(0), Float(0), Float(0))
      for bin in 0..<60 {
        shares += numbers[bin]
        seenOffsets += numbers[bin] * (Float(bin / 4) * 2 - 14)
        seenDistances += numbers[bin] * Float(bin % 4) / 3
      }
      #expect(numbers.allSatisfy { $0 >= 0 })
      #expect(abs(shares - count) < 1e-4)
      #expect(abs(seenOffsets - offsets) < 1e-3)
      #expect(abs(seenDistances - distances) < 1e-4)
      let places = numbers[60...].enumerated().map { Float($0.offset) * 6.5 - 13 }
      #expect(abs(numbers[60...].reduce(0, +) - 1) < 1e-5)
      #expect(abs(zip(places, numbers[60...]).reduce(0) { $0 + $1.0 * $1.1 } - player) < 1e-3)
    }
    #expect(most >= 2, "too little was seen to tell anything")
  }

  @Test func aBranchGoesOnAsItsOriginDid() throws {
    let entry = try #require(Catalog.entry("TakeCover"))
    let view = try #require(entry.factsViews.first)
    let batch = FactsEnvironments(entry.batch(.pixels64, count: 2), as: view)
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [1, 2], mask: nil, into: buffers)
    let actions: [Int32] = [0, 0]
    func step() throws {
      try actions.withUnsafeBufferPointer {
        try batch.step(.indices($0), active: nil, into: buffers)
      }
    }
    for _ in 0..<30 { try step() }
    #expect(Array(buffers.observation(0)) != Array(buffers.observation(1)))
    try batch.setState(batch.state(of: 0), of: 1)
    while !buffers.terminated[0] {
      try step()
      #expect(Array(buffers.observation(0)) == Array(buffers.observation(1)))
      #expect(buffers.terminated[0] == buffers.terminated[1])
    }
  }
}
