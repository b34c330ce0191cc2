import Foundation

/// The passes of a run: collect, V, M, C, and again with what C collects.
///
/// - SeeAlso: D. Ha, J. Schmidhuber, "World Models" (2018), section 5, iterative training procedure.
struct PassSequence {
  private let context: RunContext
  private let clock: StageClock
  private var count: Int { context.configuration.iterations }

  init(_ context: RunContext, _ clock: StageClock) { (self.context, self.clock) = (context, clock) }

  /// V and M of the last pass, after all passes before it.
  ///
  /// V and M of a pass are gone once the next one trains on; but then the next has all its frames.
  func lastModel() throws -> TrainedWorldModel {
    var collector: (AgentBatches, TrainedController)?
    for number in 1..<max(1, count) where !isBehind(number) {
      let pass = TrainingPass(number, of: context.configuration, collector: collector)
      let model = try TrainedWorldModel(context, pass: pass, clock: clock)
      let controller = try controller(model, number)
      try clock.time("evaluate") { try PassStage(context, number).run(model, controller) }
      collector = (model.batches, controller)
    }
    let pass = TrainingPass(count, of: context.configuration, collector: collector)
    return try TrainedWorldModel(context, pass: pass, clock: clock)
  }

  /// The controller of the last pass.
  func lastController(_ model: TrainedWorldModel) throws -> TrainedController {
    try controller(model, count)
  }

  private func controller(
    _ model: TrainedWorldModel, _ number: Int
  ) throws -> TrainedController {
    try clock.time("controller") {
      try ControllerStage(
        context, model.batches, model.dataset, model.latents,
        file: number == count ? nil : context.folder.controllerFile(pass: number),
        title: count == 1 ? "train C" : "train C, pass \(number)"
      ).run()
    }
  }

  /// Whether a pass and the collecting that follows it are done.
  private func isBehind(_ number: Int) -> Bool {
    FileManager.default.fileExists(atPath: PassStage(context, number).file.path)
      && CollectStage.isDone(context, TrainingPass(number + 1, of: context.configuration))
  }
}
