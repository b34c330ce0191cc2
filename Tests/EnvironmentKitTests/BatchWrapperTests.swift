import EnvironmentKit
import Testing

@Suite("Wrappers of batches")
struct BatchWrapperTests {
  /// Steps a batch so many times with the first action.
  private func play(
    _ batch: any EnvironmentBatch<UInt8>, steps: Int, active: [Bool]? = nil
  ) throws {
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: (0..<batch.count).map { UInt64($0) }, mask: nil, into: buffers)
    let actions = [Int32](repeating: 0, count: batch.count)
    for _ in 0..<steps {
      try actions.withUnsafeBufferPointer { indices in
        guard let active else {
          return try batch.step(.indices(indices), active: nil, into: buffers)
        }
        try active.withUnsafeBufferPointer {
          try batch.step(.indices(indices), active: $0, into: buffers)
        }
      }
    }
  }

  @Test(
    "episodes are counted with their returns and lengths in every mode that starts anew",
    arguments: [AutoresetMode.sameStep, .nextStep])
  func statistics(mode: AutoresetMode) throws {
    let base = WorldBatch(ScriptedWorld(), count: 2, autoreset: mode)
    let batch = EpisodeStatistics(base, autoreset: mode)
    #expect(batch.recent.isEmpty && batch.meanReturn.isNaN)
    try play(batch, steps: mode == .sameStep ? 13 : 14)
    let record = { EpisodeRecord(slot: $0, totalReward: 7.5, length: 6) }
    #expect(batch.recent == [record(0), record(1), record(0), record(1)])
    #expect(batch.finished == 4 && batch.meanReturn == 7.5)
  }

  @Test("only the last episodes are kept, slots that rest and episodes broken off are not counted")
  func keeping() throws {
    let base = WorldBatch(ScriptedWorld(rewards: [1, 2]), count: 2)
    let batch = EpisodeStatistics(base, autoreset: .sameStep, keeping: 3)
    try play(batch, steps: 11, active: [false, true])
    #expect(batch.finished == 5 && batch.recent.map(\.slot) == [1, 1, 1])
    try play(batch, steps: 1)
    #expect(batch.finished == 5)
  }

  @Test("the pictures of chosen episodes are handed out in order, and the batch gives what it gave")
  func frames() throws {
    var pictures: [Int: [UInt8]] = [:]
    let base = WorldBatch(ScriptedWorld(rewards: [1, 2, 3]), count: 2, autoreset: .disabled)
    let batch = EpisodeFrames(
      base, autoreset: .disabled, slot: 1, width: 4, height: 3, recording: { $0 != 1 }
    ) { episode, frame in pictures[episode, default: []].append(frame[3, 2].red) }
    for _ in 0..<3 { try play(batch, steps: 3) }
    #expect(pictures == [0: [0, 1, 2, 3], 2: [0, 1, 2, 3]])
  }

  @Test("where episodes start anew at once, each begins with its first picture")
  func framesSameStep() throws {
    for (mode, want) in [
      (AutoresetMode.sameStep, [[0, 1, 2], [0, 1, 2], [0]]),
      (.nextStep, [[0, 1, 2, 3], [0, 1, 2]]),
    ] {
      var pictures: [[Int]] = []
      let base = WorldBatch(ScriptedWorld(rewards: [1, 2, 3]), count: 1, autoreset: mode)
      let batch = EpisodeFrames(
        base, autoreset: mode, width: 2, height: 2, recording: { _ in true }
      ) { episode, frame in
        if pictures.count == episode { pictures.append([]) }
        pictures[episode].append(Int(frame[0, 0].red))
      }
      try play(batch, steps: 6)
      #expect(pictures == want, "\(mode)")
    }
  }

  @Test("the usual schedule is the cubes, then every thousandth")
  func schedule() {
    let chosen = (0..<3001).filter(EpisodeFrames<UInt8>.cubes)
    #expect(chosen == [0, 1, 8, 27, 64, 125, 216, 343, 512, 729, 1000, 2000, 3000])
  }
}
