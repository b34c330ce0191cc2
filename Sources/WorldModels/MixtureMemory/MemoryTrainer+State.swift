import Layers
import Tensors

extension MemoryTrainer {
  /// Everything that is needed to go on, bit for bit; the states of carried sequences are their owner's.
  public func state() -> TrainerState { progress.state }

  /// Takes up a state that `state()` gave for the same configuration.
  ///
  /// - Throws: `TrainerStateError` where an entry is missing or has another shape; the trainer is then
  ///   as it was.
  public func restore(_ state: TrainerState) throws(TrainerStateError) {
    let restored = try progress.restored(from: state)
    (model, optimiser, watch) = (restored.model, restored.optimiser, restored.watch)
    (step, skipped) = (restored.step, restored.skipped)
  }

  private var progress: TrainerProgress<Memory> {
    TrainerProgress(
      model: model, optimiser: optimiser, watch: watch, step: step, skipped: skipped)
  }
}
