import Foundation
import Randomness
import Testing
import WorldModels

/// Memory of the process, which long training must leave as it was.
@Suite(.serialized) struct FlatMemoryTests {
  @Test(.onlyWhenSlowTestsAreWanted)
  func `The memory of a training of 100,000 steps is flat`() throws {
    let vision = VisionTrainer(.small, seed: 1)
    let frames = testFrames(2, seed: 1)
    let memory = MemoryTrainer(.small, seed: 1)
    let sequences = TestSequences(.small, count: 4, length: 3)
    let steps = { (count: Int) in
      for _ in 0..<count {
        frames.withUnsafeBufferPointer { _ = vision.step($0, count: 2) }
        _ = memory.step(sequences)
      }
    }
    steps(1000)
    // Other suites run beside this one: a leak grows in every stretch, they do not.
    let growths = try (0..<10).map { _ in
      let before = try residentBytes()
      steps(10_000)
      return try residentBytes() - before
    }
    // A leak of one object of 32 bytes a step would be 320 kB in each.
    #expect((growths.min() ?? .max) < 150_000, "\(growths)")
  }

  private func residentBytes() throws -> Int {
    let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(
      separator: " ")
    return try #require(Int(fields[1])) * 4096
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips a test of many seconds unless `UMWELT_SLOW=1` is set.
  static var onlyWhenSlowTestsAreWanted: Self {
    .enabled(
      if: ProcessInfo.processInfo.environment["UMWELT_SLOW"] == "1",
      "takes many seconds: set UMWELT_SLOW=1 to run it")
  }
}
