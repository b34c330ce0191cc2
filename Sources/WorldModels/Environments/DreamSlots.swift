import EnvironmentKit
import Randomness

/// What the slots of a dream hold beside latents and M's states, allocated once.
final class DreamSlots {
  private let memory = OwnedMemory()
  /// Which start, and its sampling: `dream/start` of a slot's seed.
  var startStreams: [RandomStream]
  /// Whether a sampled end comes: `dream/end`.
  var endStreams: [RandomStream]
  /// What M's mixtures are sampled with: `dream/noise`.
  let noiseStreams: UnsafeMutableBufferPointer<RandomStream>
  /// Steps of the present episode.
  let steps: UnsafeMutableBufferPointer<Int>
  /// Whether the episode is over and no other has begun.
  let ended: UnsafeMutableBufferPointer<Bool>
  /// Whether the present step dreams on, in place of starting an episode or leaving the slot alone.
  let dreams: UnsafeMutableBufferPointer<Bool>
  /// The probability of an end at the last step.
  let endProbabilities: UnsafeMutableBufferPointer<Float>
  /// What M's reward head said.
  let rewards: UnsafeMutableBufferPointer<Float>
  /// What M's termination head said.
  let logits: UnsafeMutableBufferPointer<Float>

  init(_ count: Int) {
    startStreams = (0..<count).map { _ in RandomStream(root: 0, name: "dream/start") }
    endStreams = (0..<count).map { _ in RandomStream(root: 0, name: "dream/end") }
    noiseStreams = memory.make(count, RandomStream(root: 0, name: "dream/noise"))
    steps = memory.make(count, 0)
    ended = memory.make(count, true)
    dreams = memory.make(count, false)
    endProbabilities = memory.make(count, 0)
    rewards = memory.make(count, 0)
    logits = memory.make(count, 0)
  }

  func seed(_ slot: Int, _ seed: UInt64) {
    startStreams[slot] = RandomStream(root: seed, name: "dream/start")
    endStreams[slot] = RandomStream(root: seed, name: "dream/end")
    noiseStreams[slot] = RandomStream(root: seed, name: "dream/noise")
  }

  /// A slot's episode is at its first latent.
  func begin(_ slot: Int) {
    steps[slot] = 0
    ended[slot] = false
    endProbabilities[slot] = 0
  }
}
