import Controllers
import EnvironmentKit
import Settings

// Which bonus a learner gives itself.
extension ControllerVariant {
  /// What a bonus's folder is called, before the bonus's own name.
  private static let prefix = "bonus-"

  /// The learner of the configuration with a bonus.
  static func bonus(_ kind: ExplorationKind) -> ControllerVariant {
    ControllerVariant(name: prefix + kind.rawValue, title: kind.rawValue) {
      $0.changePPO { $0.exploration.kind = kind }
    }
  }

  /// All bonuses, and none.
  static let bonuses = ExplorationKind.allCases.map(bonus)
}

extension Sweep.Kind {
  /// The bonuses that a configuration can learn with in a world, and none.
  ///
  /// - Throws: where its learner knows no bonuses, or it does not fit the world even without one.
  public static func explorationNames(
    of configuration: RunConfiguration, in world: CatalogEntry
  ) throws -> [String] {
    guard configuration.learner is PPOSettings else {
      throw ExperimentError(
        .usage, place: "learner.kind=\(configuration.learner.kind)",
        cause: "the learner knows no bonuses for what is new",
        remedy: "give --preset ppo, or --set learner.kind=ppo")
    }
    var plain = configuration
    ControllerVariant.bonus(.none).change(&plain)
    try plain.check(in: world)
    return ExplorationKind.allCases.map(\.rawValue).filter { name in
      guard let kind = ExplorationKind(rawValue: name) else { return false }
      var changed = configuration
      ControllerVariant.bonus(kind).change(&changed)
      return (try? changed.check(in: world)) != nil
    }
  }
}
