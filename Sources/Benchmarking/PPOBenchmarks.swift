import Controllers
import EnvironmentKit
import Settings

extension Benchmark {
  /// Worlds that proximal policy optimisation is measured in, and what each is called.
  private static let learned = [
    ("empty", "MiniGrid-Empty-Random-5x5-v0"), ("doorKey", "MiniGrid-DoorKey-5x5-v0"),
    ("unlock", "MiniGrid-Unlock-v0"),
  ]

  /// Proximal policy optimisation as the preset `ppo` has it, but for its epochs: from acting to the optimiser's last step.
  ///
  /// - Parameter worlds: the catalogue.
  package static func ppo(in worlds: [CatalogEntry]) -> [Benchmark] {
    learned.compactMap { name, id in
      worlds.first { $0.id == id }.map { learning("ppo.\(name)", in: $0) }
    } + onPlanes(in: worlds) + explored(in: worlds) + [update]
  }

  /// In an arcade game, from its planes.
  private static func onPlanes(in worlds: [CatalogEntry]) -> [Benchmark] {
    worlds.first { $0.id == "MinAtar/Breakout-v1" }.map {
      [
        learning(
          "ppo.breakout", in: $0, by: .ppoPlanes,
          seeing: "bit planes, a convolution of 16, a layer of 128")
      ]
    } ?? []
  }

  /// With bonuses that count, and that learn.
  private static func explored(in worlds: [CatalogEntry]) -> [Benchmark] {
    guard let entry = worlds.first(where: { $0.id == learned[1].1 }) else { return [] }
    return [ExplorationKind.count, .rnd].map {
      learning("ppo.\($0.rawValue)", in: entry, exploring: $0)
    }
  }

  private static func learning(
    _ name: String, in entry: CatalogEntry, by preset: Preset = .ppo,
    seeing: String = "symbols, networks 64-64", exploring kind: ExplorationKind = .none
  ) -> Benchmark {
    let bonus = kind == .none ? "" : " and the bonus \(kind.rawValue)"
    return Benchmark(
      name, unit: "steps/s",
      summary: "PPO in \(entry.id) from \(seeing)\(bonus): act, step, learn"
    ) { _ in
      let learning = try PlainLearning(preset, in: entry, rootSeed: GoldenLoss.seed) { settings in
        // The same step size throughout, however long it is measured, and as many epochs as the peers have.
        (settings.annealsLearningRate, settings.environmentSteps) = (false, 1_000_000_000)
        settings.epochs = PPOSettings().epochs
        (settings.exploration.kind, settings.exploration.annealsWeight) = (kind, false)
      }
      return BenchmarkWork { Double(try learning.improve()) }
    }
  }

  /// The numbers of what is seen, rows of an update, and choices, for the update alone.
  private static let (inputs, rows, choices) = (148, 2_048, 7)

  private static var update: Benchmark {
    Benchmark(
      "ppo.update", unit: "rows/s",
      summary:
        "\(rows) rows of \(inputs) dense numbers, 4 epochs of minibatches of 256, networks 64-64: no world"
    ) { _ in
      var settings = PPOSettings()
      (settings.annealsLearningRate, settings.environments) = (false, 16)
      settings.horizon = rows / settings.environments
      settings.environmentSteps = 1_000_000_000
      let measured = try PPOUpdateWork(
        settings, inputs: inputs, actions: .discrete((0..<choices).map { "\($0)" }),
        rootSeed: GoldenLoss.seed)
      return BenchmarkWork {
        try measured.improve()
        return Double(rows * settings.epochs)
      }
    }
  }
}
