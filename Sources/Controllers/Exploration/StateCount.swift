import EnvironmentKit
import Files

/// 1/√N of the state that a step led to, by the world's own facts: what a bonus could know at best.
///
/// A state is all facts, bit for bit. Where each episode is laid out anew, that mostly tells the states of one
/// episode from each other.
///
/// - SeeAlso: A. Strehl, M. Littman, "An analysis of model-based interval estimation for Markov decision
///   processes" (2008).
final class StateCount: ExplorationBonus {
  private var table = VisitTable()
  /// By row.
  private let keys: OwnedBuffer<UInt64>
  private let facts: OwnedBuffer<Float>
  private let slots: Int

  init(_ room: BonusRoom) {
    keys = OwnedBuffer(room.rows, zero: 0)
    facts = OwnedBuffer(room.facts, zero: 0)
    slots = room.slots
  }

  func note(_ first: Int, of batch: any EnvironmentBatch<Float>, _ reader: (any ModelReader)?) {
    for slot in 0..<slots {
      batch.facts(of: slot, into: facts.elements)
      var hash = KeyHash()
      hash.add(UnsafeBufferPointer(facts.elements))
      keys.elements[first + slot] = hash.value
    }
  }

  func judge(_ path: ExploredPath, into bonuses: UnsafeMutableBufferPointer<Float>) {
    for row in 0..<path.count {
      bonuses[row] = 1 / Float(table.visit(keys.elements[row])).squareRoot()
    }
  }

  var metrics: [Metric] { [Metric("controller/bonusStates", Double(table.count))] }
  func save(in file: inout TensorFile) { table.save(as: "exploration/visits", in: &file) }
  func restore(_ file: TensorFile) throws(FileError) {
    try table.restore("exploration/visits", in: file)
  }
}
