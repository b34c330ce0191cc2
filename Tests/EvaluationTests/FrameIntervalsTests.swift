import Datasets
import Evaluation
import Testing

/// Frames of episodes of a given length.
private final class EpisodeFrames: FrameSource {
  let frameShape = [8, 8, 1]
  let frameCount: Int
  let frameGroups: [Range<Int>]
  let contentHash = "episodes"

  init(count: Int, perEpisode: Int?) {
    frameCount = count
    frameGroups =
      perEpisode.map { length in
        stride(from: 0, to: count, by: length).map { $0..<min(count, $0 + length) }
      } ?? []
  }

  func readFrame(_ frame: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) {
    bytes.update(repeating: 0)
  }
}

@Suite("Frames of episodes")
struct FrameIntervalsTests {
  private func intervals(perEpisode: Int?, frames: [Int]) -> FrameIntervals {
    FrameIntervals(
      EpisodeFrames(count: 400, perEpisode: perEpisode), frames: frames, rootSeed: 1)
  }

  @Test("two halves of frames have no episode in common", arguments: [7, 13, 20])
  func episodes(_ length: Int) {
    let frames = Array(stride(from: 0, to: 400, by: 3))
    let halves = intervals(perEpisode: length, frames: frames).halves(of: frames.count)
    let (first, second) = (
      Set(halves.first.map { frames[$0] / length }), Set(halves.second.map { frames[$0] / length })
    )
    #expect(first.isDisjoint(with: second))
    #expect(Set(halves.first + halves.second) == Set(frames.indices))
    #expect(abs(halves.first.count - halves.second.count) <= length)
  }

  @Test("where frames stand alone, or in a few episodes, every second one is of a half")
  func alone() {
    for length in [nil, 100] {
      let halves = intervals(perEpisode: length, frames: Array(0..<9)).halves(of: 9)
      #expect(halves.first == [0, 2, 4, 6, 8] && halves.second == [1, 3, 5, 7])
    }
  }

  @Test("a mean over few long episodes is less certain than one over as many single frames")
  func clusters() {
    let values = (0..<400).map { Double($0 / 40 % 2) }
    let frames = Array(0..<400)
    let width = { (length: Int?) -> Double in
      let mean = intervals(perEpisode: length, frames: frames).mean(values)
      #expect(mean.value == 0.5)
      return mean.high - mean.low
    }
    #expect(width(40) > 4 * width(nil))
  }
}
