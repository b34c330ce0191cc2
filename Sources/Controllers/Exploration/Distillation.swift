import EnvironmentKit
import Files
import Randomness

/// How far a network is from having learned what another one, drawn at random, makes of what is seen.
///
/// The error falls where the network was trained: what is like that is known.
///
/// - SeeAlso: Y. Burda et al., "Exploration by Random Network Distillation" (2019).
final class Distillation {
  private let target: FeatureNetwork
  private let learner: FeatureNetwork
  private let batch: FeatureBatch
  private let order: SampleOrder
  private let settings: ExplorationSettings
  private let size: Int
  /// `[row, features]`.
  private let wanted: OwnedBuffer<Float>
  private let found: OwnedBuffer<Float>

  init(_ room: BonusRoom) {
    settings = room.settings
    size = min(room.minibatch, room.rows)
    let widths = settings.hiddenSizes + [settings.features]
    target = FeatureNetwork(inputs: room.width, widths: widths, lanes: room.microbatches, rows: 0)
    learner = FeatureNetwork(
      inputs: room.width, widths: settings.hiddenSizes + [settings.features, settings.features],
      lanes: room.microbatches, rows: size)
    target.drawOrthogonal(
      RandomStream(root: room.rootSeed, name: "controller/exploration/target"))
    learner.drawOrthogonal(
      RandomStream(root: room.rootSeed, name: "controller/exploration/weights"))
    batch = FeatureBatch(learner, rows: size)
    order = SampleOrder(rows: room.rows)
    wanted = OwnedBuffer(room.rows * settings.features, zero: 0)
    found = OwnedBuffer(room.rows * settings.features, zero: 0)
  }

  /// Writes Σ (found − wanted)² of each of a store's first rows.
  func writeErrors(
    of store: ObservationStore, rows: Int, into errors: UnsafeMutableBufferPointer<Float>
  ) {
    target.features(of: store, rows: rows, into: wanted.elements)
    learner.features(of: store, rows: rows, into: found.elements)
    let width = settings.features
    for row in 0..<rows {
      var sum: Float = 0
      for place in row * width..<(row + 1) * width {
        let error = found.elements[place] - wanted.elements[place]
        sum += error * error
      }
      errors[row] = sum
    }
  }

  /// Learns from what a segment's steps led to, whose errors were written last.
  func learn(from path: ExploredPath) {
    let width = settings.features
    let stream = RandomStream(
      root: path.rootSeed, name: "controller/exploration/\(path.number)/order")
    order.forEachBatch(of: size, among: path.count, share: settings.share, drawing: stream) {
      path.after.group($0)
      let rows = UnsafeBufferPointer($0)
      batch.forward(path.after, rows)
      let scale = 2 / Float(rows.count * width)
      for (place, row) in rows.enumerated() {
        let (features, gradient) = (
          batch.features.row(place, width), batch.gradients.row(place, width)
        )
        let wanted = wanted.row(Int(row), width)
        for number in 0..<width { gradient[number] = scale * (features[number] - wanted[number]) }
      }
      learner.beginGradient()
      batch.backward()
      learner.step(rate: settings.learningRate)
    }
  }

  func save(in file: inout TensorFile) { learner.save(as: "exploration/distillation", in: &file) }
  func restore(_ file: TensorFile) throws(FileError) {
    try learner.restore("exploration/distillation", in: file)
  }
}

/// The mean squared error of a distillation, of what each step led to.
final class DistillationBonus: ExplorationBonus {
  private let distillation: Distillation
  private let features: Float

  init(_ room: BonusRoom) {
    distillation = Distillation(room)
    features = Float(room.settings.features)
  }

  func judge(_ path: ExploredPath, into bonuses: UnsafeMutableBufferPointer<Float>) {
    distillation.writeErrors(of: path.after, rows: path.count, into: bonuses)
    for row in bonuses.indices { bonuses[row] /= features }
    distillation.learn(from: path)
  }

  func save(in file: inout TensorFile) { distillation.save(in: &file) }
  func restore(_ file: TensorFile) throws(FileError) { try distillation.restore(file) }
}
