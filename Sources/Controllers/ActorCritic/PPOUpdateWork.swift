import EnvironmentKit
import Foundation
import Randomness

/// Updates of proximal policy optimisation by the same made-up segment: for measuring how fast they are.
package final class PPOUpdateWork {
  private let settings: PPOSettings
  private let update: PPOUpdate
  private let segment: Segment
  private let rootSeed: UInt64

  /// Makes up a segment of dense rows.
  ///
  /// - Parameters:
  ///   - inputs: numbers of what is seen.
  ///   - actions: what may be chosen.
  ///   - rootSeed: root of the streams that rows, choices and weights are drawn from.
  package init(
    _ settings: PPOSettings, inputs: Int, actions: ActionSpace, rootSeed: UInt64
  ) throws {
    (self.settings, self.rootSeed) = (settings, rootSeed)
    let room = LearnerRoom(
      observation: ObservationSpace([ObservationField("numbers", shape: [inputs])]),
      actions: actions, rootSeed: rootSeed)
    let network = settings.network(in: room, learns: true)
    let rows = settings.horizon * settings.environments
    update = PPOUpdate(settings, network, rows: rows)
    segment = Segment(
      steps: settings.horizon, slots: settings.environments, width: inputs,
      memoryWidth: network.memoryWidth, isWhole: network.needsWholeRows,
      hasBonus: network.heads.hasBonus)
    network.layout.drawWeights(
      network.heads, into: update.numbers,
      from: RandomStream(root: rootSeed, name: "benchmark/weights"))
    update.load()
    fill(inputs: inputs, choices: network.heads.actions)
  }

  private func fill(inputs: Int, choices: Int) {
    var stream = RandomStream(root: rootSeed, name: "benchmark/segment")
    // Rows without zeros are kept whole.
    var row = [Float](repeating: 1, count: inputs)
    row.withUnsafeBufferPointer { segment.observations.begin(like: $0) }
    segment.count = settings.horizon * settings.environments
    for place in 0..<segment.count {
      for number in row.indices { row[number] = Float(stream.standardNormal()) }
      row.withUnsafeBufferPointer { segment.observations.append($0) }
      segment.choices[place] = Int32(stream.integers(in: 0..<choices))
      segment.logProbabilities[place] = -log(Float(choices))
      segment.advantages[place] = Float(stream.standardNormal())
      segment.returns[place] = Float(stream.standardNormal())
    }
  }

  /// One update: all epochs.
  package func improve() throws {
    _ = try update.improve(
      by: segment, rate: Float(settings.learningRate),
      drawing: RandomStream(root: rootSeed, name: "benchmark/order"))
  }
}
