import Threads

/// How much memory a network takes while it is trained.
struct TrainingMemory {
  /// Numbers that are learned.
  var parameters: Double
  /// Copies of them beside those of the microbatches' gradients: weights, moments, packed and frozen ones.
  var copies: Double
  /// Copies of the gradients that a microbatch makes.
  var gradientCopies: Double
  /// Numbers that an example of a batch leaves for its gradient, with what operations keep beside them.
  var activations: Double
  /// Examples of a batch, and into how many microbatches they are cut.
  var examples: Int, microbatches: Int

  /// All of it.
  var bytes: Double {
    let parts = Double(min(microbatches, examples))
    let atOnce = min(1, Double(ThreadCount.current) / parts)
    return 4 * (parameters * (copies + gradientCopies * parts))
      + 4 * activations * Double(examples) * atOnce
  }
}
