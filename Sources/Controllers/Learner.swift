import EnvironmentKit
import Files

/// Improves a policy on any batch: in a world, in the world seen through a model, or in a dream.
///
/// It cannot tell which. Whoever runs it says how often it improves, keeps the numbers that it reports,
/// and saves it.
public protocol Learner: AnyObject {
  /// Improvements made: generations, updates.
  var step: Int { get }
  /// Environment steps taken so far.
  var environmentSteps: Int { get }
  /// Numbers that it learns.
  var parameterCount: Int { get }
  /// Whether it learns from the single steps of its environments; where not, it is told what whole episodes came
  /// to. Processes that train together then share steps, or episodes.
  var learnsFromSteps: Bool { get }
  /// What one improvement is called in the plural, such as `generations`.
  var unit: String { get }

  /// Tells that the environments are others from now on: what was reached before does not compare.
  ///
  /// Called before the first improvement of a further pass of the loop.
  func environmentsChange()

  /// Makes one improvement and says what came of it.
  ///
  /// - Parameters:
  ///   - runner: the environments, of as many slots as its settings say.
  ///   - isLast: whether it is the last of this training.
  /// - Throws: what the environments throw, or a training gone wrong; the learner is then as before.
  func improve(on runner: EpisodeRunner<Float>, isLast: Bool) throws -> [Metric]

  /// The policy of now: the one to be used.
  func policy() -> any Policy<Float>

  /// Everything that is needed to go on as if it had never stopped.
  func save() -> TensorFile

  /// Takes up what `save` gave for the same settings.
  ///
  /// - Parameter place: the file, for messages.
  func restore(_ file: TensorFile, place: String) throws
}

extension Learner {
  /// It does not.
  public var learnsFromSteps: Bool { false }
  /// Nothing.
  public func environmentsChange() {}
}
