import EnvironmentKit
import Files
import Randomness
import Tensors

/// Learns by proximal policy optimisation, an update per improvement: some steps in all environments, then some
/// times through them.
final class PPOLearner: Learner {
  let settings: PPOSettings
  let room: LearnerRoom
  let update: PPOUpdate
  let collector: SegmentCollector
  private let segment: Segment
  /// Updates made.
  var step = 0
  /// Environment steps taken so far.
  var environmentSteps = 0

  init(_ settings: PPOSettings, in room: LearnerRoom) {
    (self.settings, self.room) = (settings, room)
    let inputs = room.observation.count
    let rows = settings.horizon * settings.environments
    let network = DenseNetwork(
      DenseShape(settings, in: room), rows: min(settings.minibatch, rows),
      microbatches: settings.microbatches)
    update = PPOUpdate(settings, network, rows: rows)
    segment = Segment(steps: settings.horizon, slots: settings.environments, width: inputs)
    collector = SegmentCollector(
      slots: settings.environments, steps: settings.horizon, inputs: inputs,
      outputs: network.heads.width, rootSeed: room.rootSeed, maximumSteps: settings.maximumSteps)
    network.shape.draw(
      into: update.numbers, from: RandomStream(root: room.rootSeed, name: "controller/weights"))
    update.load()
  }

  var parameterCount: Int { update.network.layout.learnedCount }
  var unit: String { "updates" }

  /// Episodes of other environments cannot go on.
  func environmentsChange() { collector.abandonEpisodes() }

  func improve(on runner: EpisodeRunner<Float>, isLast: Bool) throws -> [Metric] {
    let courses = collector.courses
    do {
      let horizon = settings.horizon(ofUpdate: step)
      let ended = try collector.collect(
        horizon, on: runner, by: update.network, drawing: stream("actions"), into: segment)
      segment.estimateAdvantages(
        discount: Float(settings.discount), decay: Float(settings.advantageDecay))
      let report = try update.improve(
        by: segment, rate: learningRate, drawing: stream("order"))
      step += 1
      environmentSteps += segment.count
      return metrics(report, ended)
    } catch {
      collector.courses = courses
      collector.detach()
      throw error
    }
  }

  private func stream(_ name: String) -> RandomStream {
    RandomStream(root: room.rootSeed, name: "controller/update/\(step)/\(name)")
  }

  /// The optimiser's step size of now.
  private var learningRate: Float {
    guard settings.annealsLearningRate else { return Float(settings.learningRate) }
    let left = 1 - Double(step) / Double(settings.steps)
    return Float(settings.learningRate * max(0, left))
  }

  private func metrics(_ report: PPOUpdate.Report, _ ended: SegmentCollector.Ended) -> [Metric] {
    let (sums, rows) = (report.sums, report.sums.rows)
    return [
      Metric("controller/mean", ended.meanReturn, title: "mean"),
      Metric("controller/length", ended.meanLength),
      Metric("controller/entropy", sums.entropy / rows, title: "entropy"),
      Metric("controller/divergence", sums.divergence / rows, title: "KL"),
      Metric("controller/clipShare", sums.clipped / rows),
      Metric("controller/explainedVariance", segment.explainedVariance),
      Metric("controller/valueError", sums.value / rows),
      Metric("controller/policyLoss", sums.policy / rows),
      Metric("controller/gradientNorm", report.gradientNorm),
      Metric("controller/firstRatioDistance", report.firstDistance),
      Metric("controller/epochs", Double(report.epochs)),
      Metric("controller/steps", Double(segment.count)),
    ]
  }

  func policy() -> any Policy<Float> {
    ActorCriticPolicy(
      DenseNetwork(DenseShape(settings, in: room), rows: 0, microbatches: 1),
      numbers: update.numbers, inputs: room.observation.count, readout: settings.readout)
  }
}

extension DenseShape {
  /// The networks that settings ask for.
  init(_ settings: PPOSettings, in room: LearnerRoom) {
    self.init(
      inputs: room.observation.count, hidden: settings.hiddenSizes, actions: room.actions.count,
      isShared: settings.sharesLayers)
  }

  /// Draws fresh weights: orthogonal with a gain of √2, of 0.01 for the choice and of 1 for the value; biases
  /// are 0.
  func draw(into numbers: UnsafeMutableBufferPointer<Float>, from stream: RandomStream) {
    var stream = stream
    for entry in layout.entries where entry.shape.count == 2 {
      let isLast = entry.name.hasSuffix(".\(levels.count - 1).weight")
      for block in isLast ? outputBlocks(entry) : [(columns: 0..<entry.columns, gain: 2.squareRoot())] {
        let values = OrthogonalMatrix.draw(
          rows: entry.rows, columns: block.columns.count, gain: block.gain, from: &stream)
        for (place, value) in values.enumerated() {
          let (row, column) = (place / block.columns.count, place % block.columns.count)
          numbers[entry.row(row).lowerBound + block.columns.lowerBound + column] = value
        }
      }
    }
  }

  private func outputBlocks(
    _ entry: ParameterLayout.Entry
  ) -> [(columns: Range<Int>, gain: Double)] {
    if entry.columns == heads.actions + 1 {
      return [(0..<heads.actions, 0.01), (heads.actions..<heads.actions + 1, 1)]
    }
    return [(0..<entry.columns, entry.name.hasPrefix("critic") ? 1 : 0.01)]
  }
}
