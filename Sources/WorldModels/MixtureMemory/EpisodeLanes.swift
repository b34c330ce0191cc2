import Datasets
import Randomness

/// One step of an episode, as M is trained on it.
package struct LaneStep: Hashable {
  /// Global index of the frame that was seen.
  package var frame: Int
  /// Global index of the step taken upon it; the frame after it is `frame + 1`.
  package var step: Int
  /// Whether the episode begins with it.
  package var isFirst: Bool
}

/// Endless lanes of whole episodes, one after the other, read in segments of equal length.
///
/// M's state is carried from segment to segment of a lane and set to zero where an episode begins:
/// truncated back-propagation through whole episodes without padding. Every lane goes through all
/// episodes, in orders drawn from the stream `memory/pass/<pass>/lane/<number>`.
package struct EpisodeLanes {
  fileprivate struct Lane {
    var stream: RandomStream
    var order: [Int]
    var place = 0
    var offset = 0
  }

  private let spans: [EpisodeSpan]
  private var lanes: [Lane]

  /// Lays out lanes.
  ///
  /// - Parameters:
  ///   - spans: the episodes to learn from, at least one of at least one step.
  ///   - count: number of lanes.
  ///   - pass: the pass of the run that the lanes serve.
  package init(_ spans: [EpisodeSpan], count: Int, rootSeed: UInt64, pass: Int = 1) {
    let spans = spans.filter { !$0.steps.isEmpty }
    precondition(!spans.isEmpty, "EpisodeLanes: no episode has a step; collect more")
    self.spans = spans
    lanes = (0..<count).map { number in
      var stream = RandomStream(root: rootSeed, name: "memory/pass/\(pass)/lane/\(number)")
      let order = stream.permutation(spans.count)
      return Lane(stream: stream, order: order)
    }
  }

  /// The next `length` steps of a lane, in turn.
  package mutating func next(lane number: Int, length: Int, _ body: (Int, LaneStep) -> Void) {
    var lane = lanes[number]
    for time in 0..<length {
      let span = spans[lane.order[lane.place]]
      body(
        time,
        LaneStep(
          frame: span.frames.lowerBound + lane.offset, step: span.steps.lowerBound + lane.offset,
          isFirst: lane.offset == 0))
      lane.offset += 1
      if lane.offset == span.steps.count { lane.beginNext(spans.count) }
    }
    lanes[number] = lane
  }

  /// Moves every lane on by so many steps, as a run that is resumed must.
  package mutating func skip(_ steps: Int) {
    for number in lanes.indices {
      var rest = steps
      while rest > 0 {
        let span = spans[lanes[number].order[lanes[number].place]]
        let taken = min(rest, span.steps.count - lanes[number].offset)
        rest -= taken
        lanes[number].offset += taken
        if lanes[number].offset == span.steps.count { lanes[number].beginNext(spans.count) }
      }
    }
  }
}

extension EpisodeLanes.Lane {
  fileprivate mutating func beginNext(_ count: Int) {
    (offset, place) = (0, place + 1)
    if place == count {
      order = stream.permutation(count)
      place = 0
    }
  }
}
