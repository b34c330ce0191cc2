import Controllers
import EnvironmentKit
import Foundation
import Randomness
import Testing
import Threads

@Suite("Training a controller", .serialized)
struct ControllerTrainerTests {
  private var configuration: ControllerConfiguration {
    var configuration = ControllerConfiguration()
    configuration.populationSize = 12
    configuration.generations = 30
    configuration.episodesPerCandidate = 6
    configuration.evaluationInterval = 10
    configuration.evaluationEpisodes = 20
    return configuration
  }

  private func trainer(_ batch: any EnvironmentBatch<Float>, seed: UInt64 = 1) throws
    -> ControllerTrainer
  {
    let shape = try ControllerShape(
      configuration, observation: batch.observationSpace, actions: batch.actionSpace)
    return ControllerTrainer(configuration, shape: shape, rootSeed: seed)
  }

  /// Compares without printing hundreds of numbers where it fails.
  private func isSame(_ a: ControllerTrainer, _ b: ControllerTrainer) -> Bool { a == b }

  /// Trains to the end with a number of slots and threads.
  private func train(slots: Int, threads: Int) throws -> (ControllerTrainer, [GenerationReport]) {
    let before = ThreadCount.current
    ThreadCount.current = threads
    defer { ThreadCount.current = before }
    let runner = EpisodeRunner(FloatView(reachBatch(slots)))
    var trainer = try trainer(runner.batch)
    var reports: [GenerationReport] = []
    while !trainer.isFinished { reports.append(try trainer.trainGeneration(on: runner)) }
    #expect(trainer.environmentSteps == runner.environmentSteps)
    return (trainer, reports)
  }

  @Test("learns to reach the target, with the same bytes whatever the threads and slots")
  func learns() throws {
    let (trainer, reports) = try train(slots: 72, threads: 1)
    let runner = EpisodeRunner(FloatView(reachBatch(32)))
    let seeds = (1_000..<1_200).map(UInt64.init)
    let trained = try runner.evaluate(trainer.policy(), seeds: seeds)
    let random = try runner.evaluate(HeldRandomPolicy(), seeds: seeds)
    let reached = trained.filter(\.terminated).count
    #expect(reached >= 195)
    #expect(trained.reduce(0) { $0 + $1.length } * 2 < random.reduce(0) { $0 + $1.length })
    for (slots, threads) in [(72, 2), (5, 2), (100, 1)] {
      let (other, otherReports) = try train(slots: slots, threads: threads)
      #expect(isSame(other, trainer))
      #expect(otherReports == reports)
    }
  }

  @Test("goes on bit for bit after it was saved in the middle and restored")
  func resumed() throws {
    let (straight, reports) = try train(slots: 24, threads: 1)
    let runner = EpisodeRunner(FloatView(reachBatch(24)))
    var first = try trainer(runner.batch)
    for _ in 0..<7 { _ = try first.trainGeneration(on: runner) }
    let bytes = try JSONEncoder().encode(first.savedState)
    let fresh = EpisodeRunner(FloatView(reachBatch(24)))
    var second = try ControllerTrainer(
      configuration, shape: first.shape,
      restoring: JSONDecoder().decode(SavedState.self, from: bytes))
    #expect(isSame(second, first))
    var rest: [GenerationReport] = []
    while !second.isFinished { rest.append(try second.trainGeneration(on: fresh)) }
    #expect(isSame(second, straight))
    #expect(rest == Array(reports.suffix(23)))
  }

  @Test("evaluates the mean every so many generations and chooses the best of them")
  func evaluations() throws {
    let (trainer, reports) = try train(slots: 24, threads: 1)
    let evaluations = reports.compactMap(\.evaluation)
    #expect(evaluations.map(\.generation) == [10, 20, 30])
    let best = evaluations.map(\.meanReturn).max()
    #expect(trainer.bestEvaluated?.meanReturn == best)
    #expect(evaluations.last { $0.isBest }?.meanReturn == best)
    #expect(trainer.chosen == trainer.bestEvaluated?.parameters)
    #expect(reports.map(\.steps).reduce(0, +) == trainer.environmentSteps)
  }

  @Test("refuses the state of another configuration")
  func foreignState() throws {
    let runner = EpisodeRunner(FloatView(reachBatch(2)))
    let trainer = try trainer(runner.batch)
    var other = configuration
    other.populationSize = 13
    #expect(throws: ControllerError.self) {
      try ControllerTrainer(other, shape: trainer.shape, restoring: trainer.savedState)
    }
    other.populationSize = 12
    other.hiddenUnits = 2
    let shape = try ControllerShape(
      other, observation: runner.batch.observationSpace, actions: runner.batch.actionSpace)
    #expect(throws: ControllerError.self) {
      try ControllerTrainer(other, shape: shape, restoring: trainer.savedState)
    }
  }

  @Test("keeps its state when an episode fails")
  func failure() throws {
    let batch = FailingView(reachBatch(4), after: 100)
    let runner = EpisodeRunner(batch)
    var trainer = try trainer(batch)
    let before = trainer
    #expect(throws: EnvironmentError.self) { try trainer.trainGeneration(on: runner) }
    #expect(isSame(trainer, before))
    batch.stepsLeft = .max
    let report = try trainer.trainGeneration(on: runner)
    var clean = try self.trainer(batch)
    #expect(try clean.trainGeneration(on: EpisodeRunner(FloatView(reachBatch(4)))) == report)
    #expect(isSame(trainer, clean))
  }
}

/// A batch that fails after some steps.
private final class FailingView: EnvironmentBatch {
  typealias Element = Float
  private let inner: FloatView
  var stepsLeft: Int

  init(_ world: any EnvironmentBatch<UInt8>, after steps: Int) {
    inner = FloatView(world)
    stepsLeft = steps
  }

  var count: Int { inner.count }
  var observationSpace: ObservationSpace { inner.observationSpace }
  var actionSpace: ActionSpace { inner.actionSpace }
  var specification: WorldSpecification { inner.specification }
  var autoreset: AutoresetMode { inner.autoreset }
  func reset(seeds: [UInt64?], mask: [Bool]?, into buffers: BatchBuffers<Float>) throws {
    try inner.reset(seeds: seeds, mask: mask, into: buffers)
  }
  func step(
    _ actions: ActionBuffer, active: UnsafeBufferPointer<Bool>?, into buffers: BatchBuffers<Float>
  ) throws {
    stepsLeft -= 1
    if stepsLeft < 0 {
      throw EnvironmentError(
        operation: "step", place: "Reach", cause: "it fails", remedy: "none")
    }
    try inner.step(actions, active: active, into: buffers)
  }
  func state(of slot: Int) -> any Sendable { inner.state(of: slot) }
  func setState(_ state: any Sendable, of slot: Int) throws {
    try inner.setState(state, of: slot)
  }
  func draw(_ slot: Int, into frame: inout Frame) {}
  func facts(of slot: Int, into values: UnsafeMutableBufferPointer<Float>) {}
  func mission(of slot: Int) -> String { "" }
}
