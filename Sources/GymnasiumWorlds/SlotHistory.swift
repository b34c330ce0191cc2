import EnvironmentKit

/// What brought a slot to where it is: the seed and all that was done since, and a fingerprint of what came of it.
///
/// An environment cannot be copied; it can be brought to the same place again by doing the same.
struct SlotHistory: Hashable, Sendable {
  /// What was done: the index of a choice, 0 for a row of numbers, or a reset without a seed.
  private(set) var events: [Int32] = []
  /// The rows, one after the other.
  private(set) var rows: [Float] = []
  /// What the random stream was started from.
  private(set) var seed: UInt64
  /// Of rewards, ends and observations.
  private(set) var fingerprint: UInt64 = 0xcbf2_9ce4_8422_2325
  /// Whether all since the seed is there.
  private(set) var isWhole = true
  /// Whether the episode has ended.
  var hasEnded = false

  static let reset: Int32 = -1
  /// Steps since a seed that are kept.
  private static let most = 8 << 20
  /// Bytes of an observation that the fingerprint looks at.
  private static let looks = 64

  /// Begins with a seed.
  init(seed: UInt64) { self.seed = seed }

  /// Keeps what is done next.
  mutating func append(_ event: Int32, row: UnsafeBufferPointer<Float>? = nil) {
    guard isWhole else { return }
    guard events.count < Self.most else {
      (events, rows, isWhole) = ([], [], false)
      return
    }
    events.append(event)
    if let row { rows.append(contentsOf: row) }
  }

  /// Without what was done last, of which nothing came yet.
  ///
  /// - Parameter rowWidth: components of a row of actions; 0 for choices.
  func withoutLast(rowWidth: Int) -> SlotHistory {
    var shorter = self
    guard let last = shorter.events.popLast() else { return shorter }
    if last != Self.reset { shorter.rows.removeLast(rowWidth) }
    return shorter
  }

  /// Takes note of what came of it.
  mutating func note(_ member: CrewMember, _ slot: Int, observes: Bool) {
    mix(UInt64(member.rewards[slot].bitPattern))
    mix((member.terminated[slot] ? 2 : 0) | (member.truncated[slot] ? 1 : 0))
    for fact in member.facts(slot) { mix(UInt64(fact.bitPattern)) }
    guard observes else { return }
    let bytes = member.observation(slot)
    let stride = max(1, bytes.count / Self.looks)
    var place = 0
    while place < bytes.count {
      mix(UInt64(bytes[place]))
      place += stride
    }
  }

  private mutating func mix(_ value: UInt64) {
    fingerprint = (fingerprint ^ value) &* 0x0000_0100_0000_01b3
  }
}
