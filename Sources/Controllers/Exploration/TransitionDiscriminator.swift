import EnvironmentKit
import Files
import Foundation
import Randomness

/// Learns to tell what an action led to from what is seen elsewhere, and features of what is seen with that.
///
/// Binary cross-entropy on (tanh e, action, tanh e′): half of the pairs as they were, half with another row's outcome.
final class TransitionDiscriminator {
  /// Makes features of what is seen.
  let encoder: FeatureNetwork
  private let judge: FeatureNetwork
  private let before: FeatureBatch
  private let after: FeatureBatch
  private let pairs: FeatureBatch
  private let order: SampleOrder
  private let settings: ExplorationSettings
  private let size: Int
  private let actions: Int
  private let areRows: Bool
  /// `[pair, features + actions + features]`.
  private let inputs: OwnedBuffer<Float>
  /// The outcome of each pair.
  private let outcomes: OwnedBuffer<Int32>

  init(_ room: BonusRoom) {
    settings = room.settings
    (actions, areRows) = (room.actions, room.areRows)
    size = min(room.minibatch, room.rows)
    let (width, lanes) = (settings.features, room.microbatches)
    encoder = FeatureNetwork(
      inputs: room.width, widths: settings.hiddenSizes + [width], lanes: lanes, rows: size)
    judge = FeatureNetwork(
      inputs: 2 * width + actions, widths: [max(64, width), 1], lanes: lanes, rows: size)
    encoder.drawOrthogonal(
      RandomStream(root: room.rootSeed, name: "controller/exploration/weights"))
    judge.drawOrthogonal(
      RandomStream(root: room.rootSeed, name: "controller/exploration/discriminator"))
    before = FeatureBatch(encoder, rows: size)
    after = FeatureBatch(encoder, rows: size)
    pairs = FeatureBatch(judge, rows: size, wantsInputs: true)
    order = SampleOrder(rows: room.rows)
    inputs = OwnedBuffer(size * (2 * width + actions), zero: 0)
    outcomes = OwnedBuffer(size, zero: 0)
  }

  /// Learns from a segment; gives the share of pairs that were told right.
  func learn(from path: ExploredPath) -> Double {
    let name = "controller/exploration/\(path.number)"
    var others = RandomStream(root: path.rootSeed, name: "\(name)/others")
    var (right, all) = (0, 0)
    order.forEachBatch(
      of: size, among: path.count, share: settings.share,
      drawing: RandomStream(root: path.rootSeed, name: "\(name)/order")
    ) { rows in
      for (place, row) in rows.enumerated() {
        outcomes.elements[place] =
          isTrue(place) ? row : Int32(others.integers(in: 0..<path.count))
      }
      right += step(UnsafeBufferPointer(rows), path)
      all += rows.count
    }
    return Double(right) / Double(max(1, all))
  }

  /// Every other pair is as it was.
  private func isTrue(_ place: Int) -> Bool { place % 2 == 0 }

  /// One step of both networks along a minibatch; gives how many pairs were told right.
  private func step(_ rows: UnsafeBufferPointer<Int32>, _ path: ExploredPath) -> Int {
    let (count, width) = (rows.count, settings.features)
    let columns = 2 * width + actions
    before.forward(path.before, rows)
    after.forward(path.after, UnsafeBufferPointer(rebasing: outcomes.elements[..<count]))
    for (place, row) in rows.enumerated() {
      let pair = inputs.row(place, columns)
      for number in 0..<width {
        pair[number] = tanh(before.features.row(place, width)[number])
        pair[width + actions + number] = tanh(after.features.row(place, width)[number])
      }
      for number in 0..<actions {
        pair[width + number] =
          areRows
          ? path.drawn[Int(row) * actions + number]
          : Int(path.choices[Int(row)]) == number ? 1 : 0
      }
    }
    pairs.forward(
      UnsafeBufferPointer(rebasing: inputs.elements[..<(count * columns)]), count: count)
    var right = 0
    for place in 0..<count {
      let logit = pairs.features.elements[place]
      if (logit > 0) == isTrue(place) { right += 1 }
      let probability = 1 / (1 + exp(-logit))
      pairs.gradients.elements[place] = (probability - (isTrue(place) ? 1 : 0)) / Float(count)
    }
    judge.beginGradient()
    pairs.backward()
    encoder.beginGradient()
    takeBack(before, from: 0, count)
    takeBack(after, from: width + actions, count)
    judge.step(rate: settings.learningRate)
    encoder.step(rate: settings.learningRate)
    return right
  }

  /// Hands the gradient by one end of the pairs, which stand behind a tanh, to the encoder.
  private func takeBack(_ batch: FeatureBatch, from column: Int, _ count: Int) {
    let (width, columns) = (settings.features, 2 * settings.features + actions)
    for place in 0..<count {
      let (source, value) = (
        pairs.inputGradients.row(place, columns), inputs.row(place, columns)
      )
      let target = batch.gradients.row(place, width)
      for number in 0..<width {
        let output = value[column + number]
        target[number] = source[column + number] * (1 - output * output)
      }
    }
    batch.backward()
  }

  func save(in file: inout TensorFile) {
    encoder.save(as: "exploration/encoder", in: &file)
    judge.save(as: "exploration/discriminator", in: &file)
  }

  func restore(_ file: TensorFile) throws(FileError) {
    try encoder.restore("exploration/encoder", in: file)
    try judge.restore("exploration/discriminator", in: file)
  }
}
