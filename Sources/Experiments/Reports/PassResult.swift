import Statistics

/// What the controller of one pass reached in the real world, on the seeds of the evaluation.
struct PassResult: Codable, Hashable {
  /// The number of the pass.
  var pass: Int
  /// Frames that had been collected.
  var frames: Int
  /// Steps of C's training in the real world.
  var controllerSteps: Int
  /// C's return.
  var trained: BootstrapInterval
}
