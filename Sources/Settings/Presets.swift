import Controllers
import Datasets
import EnvironmentKit
import Files
import WorldModels

/// The named starting points of a configuration.
public enum Preset: String, CaseIterable, Sendable {
  /// Minutes on a laptop, with a result worth looking at.
  case quick
  /// Seconds: every stage once, to try the plumbing.
  case tiny
  /// World Models' sizes and budgets for CarRacing (Ha & Schmidhuber 2018): days.
  case paperCar = "paper-car"
  /// World Models' sizes and budgets for DoomTakeCover: days.
  case paperTakeCover = "paper-takecover"
  /// The autoencoder of "Importance Weighted Autoencoders" for binarised MNIST (Burda et al. 2016): a minute.
  case mnist
  /// An autoencoder that keeps what stands in each cell of a grid: minutes.
  case grid
  /// Proximal policy optimisation in the world itself, on symbols, without a model: seconds to minutes.
  case ppo
  /// The same on bit planes of a board, with a convolution of its own, as MinAtar's agents have it: minutes.
  case ppoPlanes = "ppo-planes"
  /// The same on pictures, with convolutions of its own: minutes to hours.
  case ppoPixels = "ppo-pixels"
  /// The same on the latents of `quick`'s world model, in the world or in the dream.
  case ppoLatent = "ppo-latent"
  /// The same on symbols with a memory, for worlds that do not show all that matters at once.
  case ppoRecurrent = "ppo-recurrent"

  /// Whether its agent is rewarded for what is new to the episode where only success is rewarded.
  var looksForNewThings: Bool { self == .ppo || self == .ppoRecurrent }

  /// Whether frames can be learned from with it.
  package var hasAutoencoder: Bool { !(configuration.model is NoModelSettings) }

  /// All names, in the order in which they are shown.
  public static var names: [String] { allCases.map(\.rawValue) }

  /// The preset of a name, or an error naming the nearest.
  public static func named(_ name: String) throws -> Preset {
    guard let preset = Preset(rawValue: name) else {
      throw ExperimentError(
        .usage, place: "--preset \(name)", cause: "there is no such preset",
        remedy: NearestName.hint(name, among: names))
    }
    return preset
  }

  /// The preset's values for `TakeCover`.
  public var configuration: RunConfiguration {
    var value = RunConfiguration()
    value.preset = rawValue
    switch self {
    case .quick: value.tune()
    case .tiny: value.shrink()
    case .paperCar: value.growAsForCar()
    case .paperTakeCover: value.growAsForTakeCover()
    case .mnist: value.growAsForDigits()
    case .grid:
      value.tune()
      value.seeGrids()
    case .ppo: value.learnFromSymbols()
    case .ppoPlanes: value.learnFromPlanes()
    case .ppoPixels: value.learnFromPictures()
    case .ppoLatent: value.learnFromLatents()
    case .ppoRecurrent: value.learnWithMemory()
    }
    return value
  }

  /// The actions that the preset's sizes are stated for, where no world of the catalogue has them.
  public var statedActions: ActionSpace? {
    self == .paperCar ? .continuous([-1...1, 0...1, 0...1]) : nil
  }

  /// The preset's values for a world.
  ///
  /// Where only success is rewarded, actions are drawn, so that the first generations find some, more
  /// episodes are played, since most say little, and `quick` learns in the world itself. Where actions lie
  /// on a line and it learns in the dream, one output cut into parts chooses: a third of the parameters.
  /// Where actions are numbers, C of `quick` reads few numbers, as CMA-ES has to find how much, not only what.
  public func configuration(for world: CatalogEntry) -> RunConfiguration {
    var value = configuration
    value.world = world.id
    if world.countsSuccess {
      value.seekRareRewards()
      if looksForNewThings { value.lookForNewThings() }
    }
    value.changeEvolution {
      guard $0.place == .dream, !world.actionLine.isEmpty else { return }
      $0.controller.readout = .parts
      $0.controller.partActions = world.actionLine.map(Int.init)
    }
    if case .continuous = world.actions {
      value.steerByNumbers()
      value.drawNumbers()
    }
    value.see(world)
    return value
  }
}

extension Preset {
  /// The preset's values for recorded episodes: a model that dreams, and one pass of the loop, in the dream.
  ///
  /// - Parameters:
  ///   - recorded: the episodes as a world.
  ///   - frames: how many they have; all are taken.
  public func configuration(forEpisodes recorded: CatalogEntry, frames: Int) -> RunConfiguration {
    var value = configuration(for: recorded)
    value.world = ""
    value.dreamCapable()
    (value.loop.passes, value.loop.frames) = (1, max(16, frames))
    value.agent.observation = recorded.defaultObservation
    value.learner.place = .dream
    return value
  }
}

extension Preset {
  /// The preset's values for training V alone on frames.
  ///
  /// What is no picture has fully connected layers and the likelihood that is usual for it.
  ///
  /// - Parameters:
  ///   - world: the world that frames are collected from; nil where they lie in files.
  ///   - kind: what a frame is; nil for what the preset is made for.
  public func configuration(
    forFramesOf world: CatalogEntry?, _ kind: FrameKind? = nil
  ) -> RunConfiguration {
    var value = world.map { configuration(for: $0) } ?? configuration
    let kind = kind ?? value.data.kind
    value.world = world?.id ?? ""
    value.data.kind = kind
    if let both = value.model as? MixtureMemorySettings { value.model = both.autoencoder }
    if self == .grid {
      value.collectManyLevels()
      if kind == .pictures { value.seeGridsAsPictures() }
    }
    let fits = self == .grid && kind == .cells
    if kind != .pictures, !fits, var seeing = value.model as? AutoencoderSettings {
      seeing.vision.network = .dense
      seeing.vision.likelihood = VisionLikelihood.fitting(kind)[0]
      seeing.vision.binarises = false
      value.model = seeing
      if kind == .cells, world != nil { value.agent.observation = .symbols }
    }
    value.agent.input = ["latent"]
    value.changeEvolution { $0.place = .world }
    return value
  }
}
