import Controllers
import Settings

extension RunSnapshot {
  /// The snapshot of a run that begins.
  public init(_ configuration: RunConfiguration) {
    self.init()
    phases = Self.phases(parts: ["train the model"], hasPolicy: !configuration.isOfFrames)
    isDream = !configuration.isOfFrames && configuration.learner.place == .dream
  }
}
