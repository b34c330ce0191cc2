import EnvironmentKit
import Ranks

/// What became of one episode.
public struct EpisodeResult: Hashable, Sendable, Codable {
  /// The seed it started from.
  public var seed: UInt64
  /// The candidate that played.
  public var candidate: Int
  /// The sum of its rewards.
  public var episodeReturn: Double
  /// Steps taken.
  public var length: Int
  /// The task itself ended.
  public var terminated: Bool
  /// The episode was cut off, by the world or by the runner's limit.
  public var truncated: Bool
}

/// With so many episodes stepped together each costs hardly more than with many.
private let fewTogether = 16

/// Plays any number of episodes through the slots of one batch.
///
/// A slot whose episode ends takes the next one waiting; with none left it becomes inactive, so that
/// ended episodes cost nothing. The result of an episode depends on the policy and on its seed
/// alone: not on slots, neighbours, threads or the batch's autoreset mode (`.disabled` is the
/// cheapest). Nothing is allocated in a step.
///
/// Several processes may share what is to be played: then all make the same calls, and all have the same results.
public final class EpisodeRunner<Element: BitwiseCopyable & Sendable> {
  /// The environments.
  public let batch: any EnvironmentBatch<Element>
  /// What the batch wrote last.
  public let buffers: BatchBuffers<Element>
  /// The last action of each slot.
  public let actions: ActionStorage
  /// Which slots are playing.
  public let active: UnsafeMutableBufferPointer<Bool>
  /// Steps taken since the runner was made, over all slots, in all processes that share what is played.
  public private(set) var environmentSteps = 0
  /// The processes that share what is to be played.
  public var ranks: any Communicator = SoleProcess()
  /// Called after every step of the batch: a window's or a recorder's look at the buffers; what it throws
  /// ends the play.
  public var onStep: ((EpisodeRunner) throws -> Void)?

  private var seeds: [UInt64?]
  private var mask: [Bool]
  /// Which of the waiting episodes a slot plays.
  private var playing: [Int]
  private var results: [EpisodeResult] = []

  /// Creates a runner over a batch.
  ///
  /// - Parameters:
  ///   - batch: the environments.
  ///   - zero: what observations hold at first.
  public init(_ batch: any EnvironmentBatch<Element>, zero: Element) {
    self.batch = batch
    buffers = BatchBuffers(
      slots: batch.count, observationCount: batch.observationSpace.count, zero: zero)
    actions = batch.makeActions()
    active = .allocate(capacity: batch.count)
    active.initialize(repeating: false)
    seeds = [UInt64?](repeating: nil, count: batch.count)
    mask = [Bool](repeating: false, count: batch.count)
    playing = [Int](repeating: 0, count: batch.count)
  }

  deinit { active.deallocate() }

  /// Plays episodes.
  ///
  /// - Parameters:
  ///   - episodes: what to play, in the order in which slots take them.
  ///   - policy: who acts.
  ///   - maximumSteps: length at which an episode is truncated; nil leaves it to the world.
  /// - Returns: the results in the order of `episodes`.
  public func run(
    _ episodes: [EpisodeRequest], policy: some Policy<Element>, maximumSteps: Int? = nil
  ) throws -> [EpisodeResult] {
    precondition(maximumSteps ?? 1 >= 1, "EpisodeRunner.run: maximumSteps \(maximumSteps ?? 0)")
    policy.prepare(for: batch)
    active.update(repeating: false)
    results = episodes.map {
      EpisodeResult(
        seed: $0.seed, candidate: $0.candidate, episodeReturn: 0, length: 0, terminated: false,
        truncated: false)
    }
    var deal = WorkDeal(episodes.count, in: ranks)
    let most = mostUnderWay(of: episodes.count)
    while true {
      guard try fill(episodes, &deal, most, policy) else {
        if deal.isOver { break }
        deal.pause()
        continue
      }
      policy.act(
        in: batch, seeing: UnsafeBufferPointer(buffers.observations),
        active: UnsafeBufferPointer(active), into: actions)
      try batch.step(
        actions.buffer, active: UnsafeBufferPointer(active), into: buffers)
      collect(maximumSteps ?? .max)
      try onStep?(self)
    }
    if ranks.isShared { exchange() }
    return results
  }

  /// Starts waiting episodes in idle slots; false where nothing is left to play.
  private func fill(
    _ episodes: [EpisodeRequest], _ deal: inout WorkDeal, _ most: Int,
    _ policy: some Policy<Element>
  ) throws -> Bool {
    var starts = false
    var room = most - active.count(where: { $0 })
    deal.attend(room: room)
    for slot in active.indices {
      mask[slot] = false
      guard !active[slot], room > 0, let next = deal.next() else { continue }
      (starts, mask[slot], active[slot]) = (true, true, true)
      room -= 1
      seeds[slot] = episodes[next].seed
      playing[slot] = next
      policy.begin(episodes[next], in: slot)
    }
    if starts { try batch.reset(seeds: seeds, mask: mask, into: buffers) }
    return active.contains(true)
  }

  /// Episodes that this process plays at a time: where others share them, no more than an eighth of its share, so that
  /// what is left over at the end is little, also where one rank is slower for a while; but a few, which are stepped
  /// together faster than one by one, where that is less than half of the share.
  private func mostUnderWay(of count: Int) -> Int {
    guard ranks.isShared else { return active.count }
    let share = (count + ranks.count - 1) / ranks.count
    let most = min((share + 1) / 2, max((share + 7) / 8, fewTogether))
    return max(1, min(active.count, most))
  }

  /// Tells the other ranks what was played here, and takes what was played there.
  private func exchange() {
    let own = results.enumerated().filter { $0.element.length > 0 }.map { place, result in
      PlayedEpisode(
        place: place, episodeReturn: result.episodeReturn, length: result.length,
        terminated: result.terminated, truncated: result.truncated)
    }
    for (sender, episodes) in ranks.gather(of: own).enumerated() where sender != ranks.rank {
      for episode in episodes {
        environmentSteps += episode.length
        results[episode.place].episodeReturn = episode.episodeReturn
        results[episode.place].length = episode.length
        results[episode.place].terminated = episode.terminated
        results[episode.place].truncated = episode.truncated
      }
    }
  }

  private func collect(_ maximumSteps: Int) {
    for slot in active.indices where active[slot] {
      let index = playing[slot]
      environmentSteps += 1
      results[index].episodeReturn += Double(buffers.rewards[slot])
      results[index].length += 1
      results[index].terminated = buffers.terminated[slot]
      results[index].truncated =
        buffers.truncated[slot]
        || (!buffers.terminated[slot] && results[index].length >= maximumSteps)
      if results[index].terminated || results[index].truncated { active[slot] = false }
    }
  }
}

extension EpisodeRunner where Element: ExpressibleByIntegerLiteral {
  /// Creates a runner over a batch.
  public convenience init(_ batch: any EnvironmentBatch<Element>) {
    self.init(batch, zero: 0)
  }

  /// Plays one episode a seed with a policy of one candidate.
  public func evaluate(
    _ policy: some Policy<Element>, seeds: [UInt64], maximumSteps: Int? = nil
  ) throws -> [EpisodeResult] {
    try run(seeds.map { EpisodeRequest(seed: $0) }, policy: policy, maximumSteps: maximumSteps)
  }

  /// Plays the same seeds with every candidate of a policy: common random numbers.
  ///
  /// - Returns: `[candidate][seed]`, results in the order of `seeds`.
  public func evaluate(
    candidates: Int, of policy: some Policy<Element>, seeds: [UInt64], maximumSteps: Int? = nil
  ) throws -> [[EpisodeResult]] {
    let episodes = (0..<candidates).flatMap { candidate in
      seeds.map { EpisodeRequest(seed: $0, candidate: candidate) }
    }
    let results = try run(episodes, policy: policy, maximumSteps: maximumSteps)
    return (0..<candidates).map {
      Array(results[$0 * seeds.count..<($0 + 1) * seeds.count])
    }
  }
}

/// What became of an episode, and which it was.
private struct PlayedEpisode: BitwiseCopyable {
  /// Its place among those that were to be played.
  let place: Int
  let episodeReturn: Double
  let length: Int
  let terminated: Bool
  let truncated: Bool
}
