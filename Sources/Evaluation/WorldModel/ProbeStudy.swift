import EnvironmentKit
import Randomness
import Threads

/// What is known of the world's facts in latents, in M's state, and in dreams.
package struct ProbeStudy: Sendable {
  /// One fact, read from every kind of features.
  package struct FactScores: Sendable {
    /// The fact's name.
    package let fact: String
    /// R² of a quantity, accuracy of a category.
    package let kind: Fact.Kind
    /// What is got without features.
    package let chance: Double
    /// By a linear probe, one a kind of features.
    package let linear: [Double]
    /// By a small network, one a kind of features.
    package let network: [Double]
  }

  /// The kinds of features.
  package let features: [String]
  /// The facts that vary and are there often enough.
  package let facts: [FactScores]
  /// Rows to learn from, and rows to judge by.
  package let rows: (fit: Int, test: Int)

  /// Fits every probe.
  ///
  /// - Parameters:
  ///   - features: of the same rows as the targets.
  ///   - targets: the facts.
  ///   - networkSteps: gradient steps of the small networks.
  ///   - rootSeed: root of the streams `model/probe/<features>`.
  package init(
    _ features: [ProbeFeatures], _ targets: ProbeTargets, networkSteps: Int = 1_000,
    rootSeed: UInt64
  ) {
    var guesses = [[Float]](repeating: [], count: 2 * features.count)
    if targets.columns > 0 {
      guesses.withUnsafeMutableBufferPointer { guesses in
        parallelFor(guesses.count) { index in
          let set = features[index / 2]
          if index.isMultiple(of: 2) {
            guesses[index] = LinearProbe.guesses(set, targets)
          } else {
            var stream = RandomStream(root: rootSeed, name: "model/probe/\(set.name)")
            guesses[index] = NetworkProbe.guesses(
              set, targets, steps: networkSteps, stream: &stream)
          }
        }
      }
    }
    self.features = features.map(\.name)
    rows = (targets.fitRows.count, targets.testRows.count)
    facts = targets.targets.map { target in
      FactScores(
        fact: target.name, kind: target.kind, chance: target.chance,
        linear: features.indices.map { targets.score(target, guesses[2 * $0]) },
        network: features.indices.map { targets.score(target, guesses[2 * $0 + 1]) })
    }
  }
}
