import EnvironmentKit
import Randomness

/// How far the episode of one slot is: where it began, and all that was done since.
///
/// A world cannot be saved; an episode is taken up again by doing the same from the same seed.
struct EpisodeCourse {
  /// Episodes that were begun in the slot, this one among them; 0 before the first.
  var episode = 0
  /// The world's seed; 0 where no episode goes on.
  var seed: UInt64 = 0
  /// Indices of what was done, where actions are choices.
  var choices: [Int32] = []
  /// Components of what was done, one row after the other, where actions are rows.
  var rows: [Float] = []
  /// Steps taken.
  var length = 0
  /// The sum of its rewards.
  var episodeReturn = 0.0
  /// Its rewards so far, each worth γ of the next.
  var discountedReturn = 0.0

  /// Begins the slot's next episode.
  mutating func begin(slot: Int, rootSeed: UInt64) {
    abandon()
    episode += 1
    var stream = RandomStream(root: rootSeed, name: "controller/slot/\(slot)/episode/\(episode)")
    seed = EpisodeRequest.drawSeed(&stream)
  }

  /// Leaves the episode where it is.
  mutating func abandon() {
    choices.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    (seed, length, episodeReturn, discountedReturn) = (0, 0, 0, 0)
  }

  /// Notes a step.
  mutating func note(_ actions: ActionStorage, of slot: Int, reward: Float, discount: Double) {
    if actions.rowWidth == 0 {
      choices.append(actions.indices[slot])
    } else {
      rows.append(contentsOf: actions.row(of: slot))
    }
    length += 1
    episodeReturn += Double(reward)
    discountedReturn = discount * discountedReturn + Double(reward)
  }

  /// Writes the action of a step that was taken.
  func write(_ step: Int, into actions: ActionStorage, of slot: Int) {
    let width = actions.rowWidth
    if width == 0 {
      actions.indices[slot] = choices[step]
    } else {
      _ = actions.row(of: slot).update(fromContentsOf: rows[step * width..<(step + 1) * width])
    }
  }
}
