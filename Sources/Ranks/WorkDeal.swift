import Foundation

/// Deals numbered pieces of work to ranks, each as many as it has room for, until none are left.
///
/// The leader counts; the others ask it for more while they work on. Whoever deals calls `attend` now and then, also
/// while it is busy, until `isOver`; who did what must then be told by other means.
public struct WorkDeal {
  private let ranks: any Communicator
  private let count: Int
  /// Those that are this rank's to begin; of the leader all that are left.
  private var waiting: Range<Int>
  private var hasAsked = false
  private var isDealtOut = false
  private var leaves = false
  /// Ranks that ask no more, the leader among them; the leader's.
  private var gone = 1

  /// Begins to deal pieces 0, 1, 2 and so on.
  public init(_ count: Int, in ranks: any Communicator) {
    (self.ranks, self.count) = (ranks, count)
    waiting = ranks.isLeader ? 0..<count : 0..<0
  }

  /// Whether this rank has nothing more to begin, nor to deal.
  public var isOver: Bool {
    waiting.isEmpty && (ranks.isLeader ? gone == ranks.count : isDealtOut)
  }

  /// Answers who has asked, or asks for more.
  ///
  /// - Parameter room: how many pieces this rank could begin now.
  public mutating func attend(room: Int) {
    guard ranks.isShared else { return }
    ranks.isLeader ? answer() : ask(room)
  }

  /// The next piece that this rank is to begin; nil where there is none for now.
  public mutating func next() -> Int? { waiting.popFirst() }

  /// Begins nothing more: of the leader, nobody does.
  public mutating func leave() {
    (waiting, leaves) = (count..<count, true)
  }

  /// Waits a moment, where there is nothing to do but to be asked or answered.
  public func pause() { usleep(50) }

  /// Tells who has asked the range that is theirs; an empty one where none are left.
  private mutating func answer() {
    while let (sender, bytes) = ranks.arrived() {
      var reader = ByteReader(bytes)
      let room: Int = reader.read()
      let given = waiting.prefix(room)
      waiting = given.endIndex..<count
      if given.isEmpty { gone += 1 }
      guard room > 0 else { continue }
      var writer = ByteWriter()
      writer.write((given.startIndex, given.endIndex))
      ranks.send(writer.bytes, to: sender)
    }
  }

  private mutating func ask(_ room: Int) {
    guard waiting.isEmpty, !isDealtOut else { return }
    if hasAsked {
      guard let (_, bytes) = ranks.arrived() else { return }
      hasAsked = false
      var reader = ByteReader(bytes)
      let (first, end) = reader.read((Int, Int).self)
      isDealtOut = first == end
      if !leaves { waiting = first..<end }
    } else if room > 0 || leaves {
      var writer = ByteWriter()
      writer.write(leaves ? 0 : room)
      ranks.send(writer.bytes, to: 0)
      (hasAsked, isDealtOut) = (!leaves, leaves)
    }
  }
}
