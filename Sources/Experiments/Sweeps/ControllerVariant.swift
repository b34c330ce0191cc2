import Controllers
import EnvironmentKit
import Settings
import WorldModels

/// One way to train a controller on a world model that stands, or without one: what differs from the sweep's
/// configuration.
struct ControllerVariant: Sendable {
  /// What of the sweep's world model it looks through.
  enum ModelUse: Hashable, Sendable {
    /// V and M as they were trained.
    case trained
    /// V, and M as it was before training.
    case untrainedMemory
    /// Neither: none need be trained for it.
    case none
  }

  /// Its folder's name, such as `temperature-1.15`.
  let name: String
  /// What tables call it.
  let title: String
  /// What of the world model it looks through.
  var model = ModelUse.trained
  /// Whether its training takes as many real steps as all others of which this is true: `--steps`.
  var hasBudget = false
  /// The view of the world's facts that C is shown in the place of latents; nil for latents.
  var factsView: FactsView?
  /// The temperature of its dream, where that is what is varied.
  var temperature: Double?
  /// Changes what differs.
  let change: @Sendable (inout RunConfiguration) -> Void

  /// Whether frames that the world model was trained on are real steps of its own too.
  var countsCollected: Bool { model != .none && factsView == nil }

  /// C in the dream at a temperature.
  static func temperature(_ value: Double) -> ControllerVariant {
    ControllerVariant(name: "temperature-\(value)", title: "τ \(value)", temperature: value) {
      $0.learner.place = .dream
      $0.dream.temperature = Float(value)
    }
  }

  /// What C sees and where it trains: V's latents and M's state, then every view of the world's facts; then proximal
  /// policy optimisation.
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
      } + actorCritics(of: world)
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
      name: "dream-untrained", title: "dream, untrained M, [z, h]", model: .untrainedMemory
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
      model: .untrainedMemory
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
  /// Real steps that the world model it looks through was trained on; absent in results from before they were kept.
  var collectedSteps: Int?
  /// Real steps that were asked for, those of the world model among them; nil where it has a budget of its own.
  var askedSteps: Int?
  /// How returns rose over the steps of its training in the world; nil where that was not kept.
  var curve: ReturnCurve?

  /// Real steps of all kinds.
  var allRealSteps: Int { realSteps + (collectedSteps ?? 0) }
}
