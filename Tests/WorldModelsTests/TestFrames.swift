import Randomness
import Threads

/// Frames of 64×64×3 bytes: a bright square at a random place on a dark ground.
func testFrames(_ count: Int, seed: UInt64) -> [UInt8] {
  var stream = RandomStream(root: seed, name: "frames")
  var bytes = [UInt8](repeating: 20, count: count * 64 * 64 * 3)
  for frame in 0..<count {
    let (left, top) = (stream.integers(in: 0..<48), stream.integers(in: 0..<48))
    for y in top..<top + 16 {
      for x in left..<left + 16 {
        for channel in 0..<3 { bytes[((frame * 64 + y) * 64 + x) * 3 + channel] = 200 }
      }
    }
  }
  return bytes
}

/// Runs `body` with a number of threads, then sets back the number before.
func withThreads<Result>(_ threads: Int, _ body: () -> Result) -> Result {
  let before = ThreadCount.current
  ThreadCount.current = threads
  defer { ThreadCount.current = before }
  return body()
}
