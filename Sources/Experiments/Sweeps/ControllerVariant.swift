import Controllers
import EnvironmentKit
import Settings
import WorldModels

/// One way to train a controller on a world model that stands: what differs from the sweep's configuration.
struct ControllerVariant: Sendable {
  /// Its folder's name, such as `temperature-1.15`.
  let name: String
  /// What tables call it.
  let title: String
  /// Whether M is left as it was before training.
  var hasUntrainedMemory = false
  /// The view of the world's facts that C is shown in the place of latents; nil for latents.
  var factsView: FactsView?
  /// The temperature of its dream, where that is what is varied.
  var temperature: Double?
  /// Changes what differs.
  let change: @Sendable (inout RunConfiguration) -> Void

  /// C in the dream at a temperature.
  static func temperature(_ value: Double) -> ControllerVariant {
    ControllerVariant(name: "temperature-\(value)", title: "τ \(value)", temperature: value) {
      $0.learner.place = .dream
      $0.dream.temperature = Float(value)
    }
  }

  /// What C sees and where it trains: V's latents and M's state, then every view of the world's facts.
  static func agents(of world: CatalogEntry) -> [ControllerVariant] {
    onLatents
      + world.factsViews.map { view in
        ControllerVariant(
          name: "facts-\(view.name)", title: "real world, \(view.title)", factsView: view
        ) {
          $0.learner.place = .world
          $0.agent.input = ["latent"]
          $0.changeEvolution { $0.controller.inputs = [] }
        }
      }
  }

  /// C on V's latents and M's state.
  private static let onLatents: [ControllerVariant] = [
    ControllerVariant(name: "dream-zh", title: "dream, [z, h]") {
      $0.learner.place = .dream
      $0.agent.input = ["latent", "hidden"]
    },
    ControllerVariant(name: "dream-z", title: "dream, z alone") {
      $0.learner.place = .dream
      $0.agent.input = ["latent"]
    },
    ControllerVariant(
      name: "dream-untrained", title: "dream, untrained M, [z, h]", hasUntrainedMemory: true
    ) {
      $0.learner.place = .dream
      $0.agent.input = ["latent", "hidden"]
    },
    ControllerVariant(name: "real-zh", title: "real world, [z, h]") {
      $0.learner.place = .world
      $0.agent.input = ["latent", "hidden"]
    },
    ControllerVariant(
      name: "real-untrained", title: "real world, untrained M, [z, h]",
      hasUntrainedMemory: true
    ) {
      $0.learner.place = .world
      $0.agent.input = ["latent", "hidden"]
    },
    ControllerVariant(name: "real-z", title: "real world, z alone") {
      $0.learner.place = .world
      $0.agent.input = ["latent"]
    },
  ]
}

/// What a variant reached with one seed.
struct VariantResult: Codable, Hashable, Sendable {
  /// Returns in the dream that it was trained in, one an episode; none where it was trained in the world.
  var dream: [Double]
  /// Returns in the real world, one an episode.
  var real: [Double]
  /// Real steps of its training.
  var realSteps: Int
  /// Dreamt steps of its training.
  var dreamSteps: Int
  /// How returns rose while it was trained in the world; nil where that was not kept.
  var curve: ReturnCurve?
}
