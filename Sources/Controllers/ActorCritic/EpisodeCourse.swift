import EnvironmentKit
import Randomness

/// How far the episode of one slot is: where it began, and all that was done since.
///
/// A world cannot be saved; an episode is taken up again by doing the same from the same seed.
struct EpisodeCourse {
  /// Episodes that were begun in the slot, this one among them; 0 before the first.
  var episode = 0
  /// The world's seed.
  var seed: UInt64 = 0
  /// Indices of what was done, where actions are choices.
  var choices: [Int32] = []
  /// The sum of its rewards.
  var episodeReturn = 0.0

  /// Steps taken.
  var length: Int { choices.count }

  /// Begins the slot's next episode.
  mutating func begin(slot: Int, rootSeed: UInt64) {
    episode += 1
    var stream = RandomStream(root: rootSeed, name: "controller/slot/\(slot)/episode/\(episode)")
    seed = EpisodeRequest.drawSeed(&stream)
    choices.removeAll(keepingCapacity: true)
    episodeReturn = 0
  }

  /// Notes a step.
  mutating func note(_ actions: ActionStorage, of slot: Int, reward: Float) {
    choices.append(actions.indices[slot])
    episodeReturn += Double(reward)
  }

  /// Writes the action of a step that was taken.
  func write(_ step: Int, into actions: ActionStorage, of slot: Int) {
    actions.indices[slot] = choices[step]
  }
}
