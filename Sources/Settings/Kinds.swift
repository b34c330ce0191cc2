import Controllers
import Files
import WorldModels

/// The kinds of world models and learners that configurations may name: the registry.
///
/// A new kind is new files and one line here, or one line in a user's own program.
public struct Kinds: Sendable {
  /// Kinds of world models: `model.kind`.
  public var models: [any WorldModelSettings.Type]
  /// Kinds of learners: `learner.kind`.
  public var learners: [any LearnerSettings.Type]

  /// The kinds of this library.
  public static let standard = Kinds(
    models: [AutoencoderSettings.self, MixtureMemorySettings.self, NoModelSettings.self],
    learners: [EvolutionSettings.self, PPOSettings.self])

  /// Names kinds.
  public init(
    models: [any WorldModelSettings.Type] = [], learners: [any LearnerSettings.Type] = []
  ) {
    (self.models, self.learners) = (models, learners)
  }

  /// These kinds and some more; of two with one name the later one counts.
  public func adding(
    models: [any WorldModelSettings.Type] = [], learners: [any LearnerSettings.Type] = []
  ) -> Kinds {
    Kinds(
      models: self.models.filter { old in !models.contains { $0.kindName == old.kindName } }
        + models,
      learners: self.learners.filter { old in !learners.contains { $0.kindName == old.kindName } }
        + learners)
  }

  func model(_ name: String) -> (any WorldModelSettings.Type)? {
    models.first { $0.kindName == name }
  }

  func learner(_ name: String) -> (any LearnerSettings.Type)? {
    learners.first { $0.kindName == name }
  }

  /// The names of the kinds of a group, `model` or `learner`.
  func names(of group: String) -> [String] {
    group == "model" ? models.map { $0.kindName } : learners.map { $0.kindName }
  }
}
