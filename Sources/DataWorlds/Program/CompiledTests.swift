/// What a file says about itself, to be held against the program.
struct CompiledTests: Sendable {
  /// A recorded game: actions from a seed, and what they bring.
  struct Replay: Sendable {
    var seed: UInt64
    var actions: [Int32]
    var expectedReturn: Double
    /// Whether the episode must be over after the last action, and how.
    var outcome: Outcome?
    var place: SourcePlace
  }
  /// What random play brings on the mean of some seeds.
  struct RandomPlay: Sendable {
    var episodes: Int
    var range: ClosedRange<Double>
    var place: SourcePlace
  }
  var replays: [Replay] = []
  var randomPlays: [RandomPlay] = []
  /// Keys for people, by action.
  var keys: [[String]] = []
  /// The action of a person's world when no key is held; nil waits.
  var idle: Int32?
}

/// What can be reached when an episode is won, for the checker.
struct Goal: Sendable {
  var kinds: KindSet
  /// Whether all must be reached, rather than one.
  var needsAll: Bool
  var place: SourcePlace
}
