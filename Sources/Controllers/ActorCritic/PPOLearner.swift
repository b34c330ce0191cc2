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
  let segment: Segment
  /// Updates made.
  var step = 0
  /// Environment steps taken so far.
  var environmentSteps = 0

  init(_ settings: PPOSettings, in room: LearnerRoom) {
    (self.settings, self.room) = (settings, room)
    let inputs = room.observation.count
    let network = settings.network(in: room, learns: true)
    update = PPOUpdate(settings, network, rows: settings.horizon * settings.environments)
    segment = Segment(
      steps: settings.horizon, slots: settings.environments, width: inputs,
      components: network.heads.areRows ? network.heads.actions : 0,
      memoryWidth: network.memoryWidth, isWhole: network.needsWholeRows,
      hasBonus: network.heads.hasBonus)
    collector = SegmentCollector(
      settings, network, numbers: update.flat, room.actions, inputs: inputs,
      rootSeed: room.rootSeed)
    network.layout.drawWeights(
      network.heads, into: update.numbers,
      from: RandomStream(root: room.rootSeed, name: "controller/weights"))
    update.load()
    if settings.exploration.isOn {
      collector.explorer = Explorer(
        settings.exploration, in: room, rows: settings.horizon * settings.environments,
        slots: settings.environments, minibatch: settings.minibatch,
        microbatches: settings.microbatches, isWhole: network.needsWholeRows)
    }
  }

  var parameterCount: Int { update.network.layout.learnedCount }
  var unit: String { "updates" }
  var learnsFromSteps: Bool { true }

  /// Episodes of other environments cannot go on.
  func environmentsChange() { collector.abandonEpisodes() }

  func improve(on runner: EpisodeRunner<Float>, isLast: Bool) throws -> [Metric] {
    let before = (collector.courses, Array(collector.memory.elements), collector.scales)
    do {
      let horizon = settings.horizon(ofUpdate: step)
      let ended = try collector.collect(
        horizon, on: runner, drawing: stream("actions"), into: segment)
      segment.estimateAdvantages(
        discount: Float(settings.discount), decay: Float(settings.advantageDecay))
      let explored = explore()
      update.ranks = runner.ranks
      let report = try update.improve(
        by: segment, rate: learningRate, drawing: stream("order"))
      step += 1
      environmentSteps += segment.count
      return metrics(report, ended) + metrics(report, explored)
    } catch {
      // What bonuses have learned of the segment stays learned: it is known, whatever the policy makes of it.
      (collector.courses, collector.scales) = (before.0, before.2)
      _ = collector.memory.elements.update(fromContentsOf: before.1)
      collector.detach()
      throw error
    }
  }

  /// Gives the segment's steps their bonuses, and adds what they are worth to its advantages.
  private func explore() -> Explorer.Report? {
    guard let explorer = collector.explorer, let bonus = segment.bonus else { return nil }
    let explored = explorer.judge(
      segment.observations,
      DonePath(ended: segment.ended, choices: segment.choices, drawn: segment.drawn),
      into: UnsafeMutableBufferPointer(start: bonus.rewards, count: segment.count))
    let exploration = settings.exploration
    let left = 1 - Double(step) / Double(settings.steps)
    segment.addBonusAdvantages(
      weight: Float(exploration.weight * (exploration.annealsWeight ? max(0, left) : 1)),
      discount: Float(exploration.discount), decay: Float(settings.advantageDecay),
      isEpisodic: exploration.endsWithEpisode)
    return explored
  }

  private func metrics(_ report: PPOUpdate.Report, _ explored: Explorer.Report?) -> [Metric] {
    guard let explored, let bonus = segment.bonus else { return [] }
    return [
      Metric("controller/bonus", explored.mean, title: "bonus"),
      Metric("controller/bonusDeviation", explored.deviation),
      Metric("controller/bonusValueError", report.sums.bonusValue / report.sums.rows),
      Metric("controller/bonusExplainedVariance", bonus.explainedVariance(segment.count)),
    ] + explored.metrics
  }

  private func stream(_ name: String) -> RandomStream {
    RandomStream(root: room.rootSeed, name: "controller/update/\(step)/\(name)")
  }

  /// The optimiser's step size of now.
  private var learningRate: Float {
    guard settings.annealsLearningRate else { return Float(settings.learningRate) }
    let left = max(0, 1 - Double(step) / Double(settings.steps))
    let falling = 1 - settings.annealingStart
    return Float(settings.learningRate * (left < falling ? left / falling : 1))
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
      settings.network(in: room, learns: false), numbers: update.numbers,
      scale: collector.scales.observation, room.observation, room.actions,
      readout: settings.readout)
  }
}
