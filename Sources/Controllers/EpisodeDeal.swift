import Foundation
import Ranks

/// Deals the episodes of one play to ranks, each as many as it has room for, until none are left.
///
/// The leader counts; the others ask it for more while they play on. No rank has more than half of its share under
/// way at once, so that what is left over at the end is little.
struct EpisodeDeal {
  private let ranks: any Communicator
  private let count: Int
  /// Episodes that a rank may have under way.
  let most: Int
  /// Those that are this rank's to begin; of the leader all that are left.
  private var waiting: Range<Int>
  private var hasAsked = false
  private var isDealtOut = false
  /// Ranks that know that none are left; the leader's.
  private var told = 1

  /// Begins a play.
  ///
  /// - Parameter slots: of this rank's batch.
  init(_ count: Int, slots: Int, in ranks: any Communicator) {
    (self.ranks, self.count) = (ranks, count)
    most =
      ranks.isShared ? max(1, min(slots, (count + 2 * ranks.count - 1) / (2 * ranks.count))) : slots
    waiting = ranks.isLeader ? 0..<count : 0..<0
  }

  /// Whether this rank has nothing more to begin, nor to deal.
  var isOver: Bool {
    ranks.isLeader ? waiting.isEmpty && told == ranks.count : isDealtOut && waiting.isEmpty
  }

  /// Answers who has asked, or asks for more; to be called before every step.
  ///
  /// - Parameter room: how many episodes this rank could begin.
  mutating func attend(room: Int) {
    guard ranks.isShared else { return }
    ranks.isLeader ? answer() : ask(room)
  }

  /// The next episode that this rank is to begin; nil where there is none for now.
  mutating func next() -> Int? { waiting.popFirst() }

  /// Answers those who have asked: with the range that is theirs, or an empty one.
  private mutating func answer() {
    while let (sender, bytes) = ranks.arrived() {
      var reader = ByteReader(bytes)
      let given = waiting.prefix(reader.read(Int.self))
      waiting = given.endIndex..<count
      var writer = ByteWriter()
      writer.write((given.startIndex, given.endIndex))
      if given.isEmpty { told += 1 }
      ranks.send(writer.bytes, to: sender)
    }
  }

  private mutating func ask(_ room: Int) {
    guard waiting.isEmpty, !isDealtOut, hasAsked || room > 0 else { return }
    if !hasAsked {
      var writer = ByteWriter()
      writer.write(room)
      ranks.send(writer.bytes, to: 0)
      hasAsked = true
    }
    guard let (_, bytes) = ranks.arrived() else { return }
    hasAsked = false
    var reader = ByteReader(bytes)
    let (first, end) = reader.read((Int, Int).self)
    (waiting, isDealtOut) = (first..<end, first == end)
  }

  /// Waits a moment, where there is nothing to do but to be asked or answered.
  func pause() { usleep(50) }
}

/// What became of an episode, and which it was.
struct PlayedEpisode: BitwiseCopyable {
  /// Its place among those that were to be played.
  let place: Int
  let episodeReturn: Double
  let length: Int
  let terminated: Bool
  let truncated: Bool
}
