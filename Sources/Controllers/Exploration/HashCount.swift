import EnvironmentKit
import Files
import Randomness

/// 1/√N of a hash of what a step led to: the signs of random projections, so that what is alike has the same.
///
/// - SeeAlso: H. Tang et al., "#Exploration: A Study of Count-Based Exploration for Deep Reinforcement Learning"
///   (2017), SimHash.
final class HashCount: ExplorationBonus {
  private var table = VisitTable()
  private let projection: FeatureNetwork
  /// `[row, bits]`.
  private let signs: OwnedBuffer<Float>
  private let bits: Int

  init(_ room: BonusRoom) {
    bits = room.settings.hashBits
    projection = FeatureNetwork(
      inputs: room.width, widths: [bits], lanes: room.microbatches, rows: 0)
    projection.drawNormal(RandomStream(root: room.rootSeed, name: "controller/exploration/hash"))
    signs = OwnedBuffer(room.rows * bits, zero: 0)
  }

  func judge(_ path: ExploredPath, into bonuses: UnsafeMutableBufferPointer<Float>) {
    projection.features(of: path.after, rows: path.count, into: signs.elements)
    for row in 0..<path.count {
      var key: UInt64 = 0
      for bit in 0..<bits { key = key << 1 | (signs.elements[row * bits + bit] > 0 ? 1 : 0) }
      bonuses[row] = 1 / Float(table.visit(key)).squareRoot()
    }
  }

  var metrics: [Metric] { [Metric("controller/bonusStates", Double(table.count))] }
  func save(in file: inout TensorFile) { table.save(as: "exploration/visits", in: &file) }
  func restore(_ file: TensorFile) throws(FileError) {
    try table.restore("exploration/visits", in: file)
  }
}
