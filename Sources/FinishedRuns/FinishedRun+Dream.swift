import Experiments
import WorldModels

extension FinishedRun {
  /// The run's dream beside its world, to be played by its agent or by a person.
  ///
  /// - Throws: where the run has a model that imagines nothing, or its data set cannot be read.
  public func dreamSession() throws -> DreamSession {
    guard model.imagination != nil else {
      throw DreamSession.noDream(folder.url.relativePath, world: entry.id)
    }
    let session = try DreamSession(
      real: latentEnvironments(count: 1), dream: dreamEnvironments(count: 1),
      policy: policy(), worldID: entry.id)
    if !entry.canBePlayed { session.recording = try folder.dataset(of: identity, configuration) }
    return session
  }
}
