import EnvironmentKit
import Files

/// NovelD: how much newer what a step led to is than half of what it came from, the first time in an episode.
///
/// max(n(s′) − ½ n(s), 0) where s′ is new to the episode, else 0; n is the norm of a distillation's error. Only the
/// edge of what is known is worth anything, and going back and forth over it is not.
///
/// - SeeAlso: T. Zhang et al., "NovelD: A Simple yet Effective Exploration Criterion" (2021), equations 3 and 4.
final class NoveltyDifference: ExplorationBonus {
  private let distillation: Distillation
  private let errorsBefore: OwnedBuffer<Float>
  /// By slot: the hashes of all that its episode has shown.
  private var met: [[UInt64]]
  private let row: OwnedBuffer<Float>

  /// What counts of the novelty that a step came from.
  private static let share: Float = 0.5

  init(_ room: BonusRoom) {
    distillation = Distillation(room)
    errorsBefore = OwnedBuffer(room.rows, zero: 0)
    met = [[UInt64]](repeating: [], count: room.slots)
    row = OwnedBuffer(room.width, zero: 0)
  }

  func judge(_ path: ExploredPath, into bonuses: UnsafeMutableBufferPointer<Float>) {
    distillation.writeErrors(of: path.before, rows: path.count, into: errorsBefore.elements)
    distillation.writeErrors(of: path.after, rows: path.count, into: bonuses)
    for number in 0..<path.count {
      let slot = number % path.slots
      if met[slot].isEmpty { _ = isNew(path.before.hash(of: number, row.elements), slot) }
      let isNew = isNew(path.after.hash(of: number, row.elements), slot)
      let difference =
        bonuses[number].squareRoot() - Self.share * errorsBefore.elements[number].squareRoot()
      bonuses[number] = isNew ? max(0, difference) : 0
      if path.ended[number] { met[slot].removeAll(keepingCapacity: true) }
    }
    distillation.learn(from: path)
  }

  /// Whether a slot's episode has not shown it; from now on it has.
  private func isNew(_ key: UInt64, _ slot: Int) -> Bool {
    guard !met[slot].contains(key) else { return false }
    met[slot].append(key)
    return true
  }

  func abandonEpisodes() { for slot in met.indices { met[slot] = [] } }

  func save(in file: inout TensorFile) {
    distillation.save(in: &file)
    file.entries["exploration/met"] = TensorEntry(met.flatMap { $0 })
    file.entries["exploration/lengths"] = TensorEntry(met.map { Int64($0.count) })
  }

  func restore(_ file: TensorFile) throws(FileError) {
    try distillation.restore(file)
    let lengths = try file.values("exploration/lengths", as: Int64.self, shape: [met.count])
    let keys = try file.values("exploration/met", as: UInt64.self)
    met = try EpisodeMemory.parts(keys, lengths, width: 1)
  }
}

extension ObservationStore {
  /// A hash of a row, bit for bit.
  ///
  /// - Parameter room: as wide as a row.
  func hash(of row: Int, _ room: UnsafeMutableBufferPointer<Float>) -> UInt64 {
    read(row, into: room)
    var hash = KeyHash()
    hash.add(UnsafeBufferPointer(room))
    return hash.value
  }
}
