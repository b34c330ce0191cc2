import Controllers
import EnvironmentKit
import Settings
import WorldModels

// Proximal policy optimisation in the world, at equal numbers of real steps.
extension ControllerVariant {
  /// On V's latents, on these and M's state, on pictures, on the facts.
  static func actorCritics(of world: CatalogEntry) -> [ControllerVariant] {
    [
      actorCritic("ppo-z", "PPO, z alone", in: world) { $0.agent.input = ["latent"] },
      actorCritic("ppo-zh", "PPO, [z, h]", in: world) { $0.agent.input = ["latent", "hidden"] },
      actorCritic("ppo-pixels", "PPO, pixels", in: world, seeing: .none, preset: .ppoPixels) {
        $0.seeFrames(of: world)
      },
      onFacts(of: world),
    ]
  }

  private static func onFacts(of world: CatalogEntry) -> ControllerVariant {
    let view = FactsView.all(of: world)
    var variant = actorCritic("ppo-facts", "PPO, facts", in: world, seeing: .none) {
      $0.model = NoModelSettings()
      $0.agent.input = ["frame"]
      // The facts as they are may be of any size.
      if world.factsViews.isEmpty { $0.changePPO { $0.normalisesObservations = true } }
    }
    variant.factsView = view
    return variant
  }

  /// Learns as a preset does, or as the sweep's own configuration where its learner is of this kind.
  private static func actorCritic(
    _ name: String, _ title: String, in world: CatalogEntry, seeing model: ModelUse = .trained,
    preset: Preset = .ppo, _ change: @escaping @Sendable (inout RunConfiguration) -> Void
  ) -> ControllerVariant {
    ControllerVariant(name: name, title: title, model: model, hasBudget: true) {
      let usual = preset.configuration(for: world).learner
      if !($0.learner is PPOSettings) { $0.learner = usual }
      let seesPictures = preset == .ppoPixels
      $0.changePPO {
        $0.place = .world
        if !seesPictures {
          $0.convolutions = []
        } else if $0.convolutions.isEmpty, let usual = usual as? PPOSettings {
          ($0.convolutions, $0.hiddenSizes) = (usual.convolutions, usual.hiddenSizes)
        }
      }
      change(&$0)
    }
  }

  /// Refuses what a world does not show.
  func check(in world: CatalogEntry) throws {
    let lacks: String? =
      switch name {
      case "ppo-pixels" where !world.observations.contains(where: \.isPicture): "no pictures"
      case "ppo-facts" where factsView == nil: "no facts"
      default: nil
      }
    guard let lacks else { return }
    throw ExperimentError(
      .usage, place: "--variants \(name)", cause: "\(world.id) shows \(lacks)",
      remedy: "leave it out")
  }

  /// The configuration that it trains with.
  ///
  /// - Parameters:
  ///   - steps: real steps of a training with a budget.
  ///   - collected: how many of them the world model was trained on.
  func changed(
    _ configuration: RunConfiguration, steps: Int?, collected: Int
  ) -> RunConfiguration {
    var changed = configuration
    change(&changed)
    guard hasBudget, let steps else { return changed }
    let left = steps - (countsCollected ? collected : 0)
    changed.changePPO { $0.environmentSteps = max($0.environments, left) }
    return changed
  }

  /// Refuses a budget that is spent before the policy has taken a step.
  func check(steps: Int, of configuration: RunConfiguration, in world: CatalogEntry) throws {
    let loop = configuration.loop
    let frames = loop.frames(afterPass: loop.passes)
    let changed = changed(configuration, steps: steps, collected: 0)
    // The last episode that is collected is kept whole.
    let episode = world.specification(configuration.agent.observation).maximumSteps
    let needed = (countsCollected ? frames + episode : 0) + changed.learner.slots
    guard hasBudget, steps < needed else { return }
    throw ExperimentError(
      .usage, place: "--steps \(steps)",
      cause: countsCollected
        ? "\(name) begins after \(frames) frames that the world model is trained on, which count among them"
        : "\(name) steps \(changed.learner.slots) environments together",
      remedy: "give \(needed) or more" + (countsCollected ? ", or lower loop.frames" : ""))
  }
}

extension RunConfiguration {
  /// Shows the world's pictures as they are: the run's own, where it sees some.
  fileprivate mutating func seeFrames(of world: CatalogEntry) {
    model = NoModelSettings()
    agent.input = ["frame"]
    data.kind = .pictures
    guard !agent.observation.isPicture else { return }
    agent.observation =
      world.observations.contains(.pixels64)
      ? .pixels64 : world.observations.first(where: \.isPicture) ?? .pixels64
  }
}
