import Controllers
import EnvironmentKit
import Settings
import WorldModels

// What learners may ask of a run's world model, for bonuses.
extension RunConfiguration {
  /// The model that the configuration describes, as far as it can be asked; nil where there is nothing to ask.
  func learnerModel(in entry: CatalogEntry) -> LearnerModel? {
    let features = model.features(in: modelRoom(in: entry))
    guard let latent = features.first(where: { $0.name == "latent" }) else { return nil }
    var readings: Set<ModelReading> = [.latent]
    let both = model as? MixtureMemorySettings
    if let vision = both?.autoencoder.vision ?? (model as? AutoencoderSettings)?.vision {
      readings.insert(.bound)
      if vision.latent.kind == .gaussian { readings.insert(.divergence) }
    }
    if both != nil { readings.insert(.surprise) }
    return LearnerModel(readings: readings, latentSize: latent.shape.reduce(1, *)) { batch in
      switch batch {
      case let seen as LatentEnvironments: return SeenModelReader(seen)
      case let dream as DreamEnvironments: return DreamtModelReader(dream)
      default:
        throw ExperimentError(
          place: batch.specification.id, cause: "these environments are not seen through the model",
          remedy: "set learner.exploration.kind=none, or one that asks no model: count, rnd")
      }
    }
  }

  /// What a learner is made for.
  ///
  /// - Parameters:
  ///   - observation: what it sees.
  ///   - samples: what it would have seen in collected episodes.
  func learnerRoom(
    in entry: CatalogEntry, seeing observation: ObservationSpace, _ actions: ActionSpace,
    samples: @escaping () throws -> [Float] = { [] }
  ) -> LearnerRoom {
    LearnerRoom(
      observation: observation, actions: actions, rootSeed: UInt64(seed),
      facts: entry.specification(agent.observation).facts.count, model: learnerModel(in: entry),
      samples: samples)
  }
}

extension AgentEnvironments {
  /// What a learner in these environments is made for.
  package func learnerRoom(samples: @escaping () throws -> [Float] = { [] }) throws -> LearnerRoom {
    let seen = try seen(count: 1)
    return configuration.learnerRoom(
      in: entry, seeing: seen.observationSpace, seen.actionSpace, samples: samples)
  }
}

/// Reads the model of worlds that are seen through it.
private final class SeenModelReader: ModelReader {
  private let environments: LatentEnvironments

  init(_ environments: LatentEnvironments) { self.environments = environments }

  func read(_ reading: ModelReading, into numbers: UnsafeMutableBufferPointer<Float>) {
    switch reading {
    case .latent:
      copyLatents(slots: environments.count, into: numbers) {
        environments.feature("latent", of: $0)
      }
    case .divergence: environments.writeDivergences(into: numbers)
    case .bound: environments.writeNegativeBounds(into: numbers)
    case .surprise: environments.writeSurprises(into: numbers)
    }
  }
}

/// Reads the model of its dream: no frame comes, and so there are latents alone.
private final class DreamtModelReader: ModelReader {
  private let environments: DreamEnvironments

  init(_ environments: DreamEnvironments) { self.environments = environments }

  func read(_ reading: ModelReading, into numbers: UnsafeMutableBufferPointer<Float>) {
    precondition(reading == .latent, "a dream has no \(reading.rawValue)")
    copyLatents(slots: environments.count, into: numbers) {
      environments.feature("latent", of: $0)
    }
  }
}

/// Writes the latents of all slots one after the other.
private func copyLatents(
  slots: Int, into numbers: UnsafeMutableBufferPointer<Float>,
  _ latent: (Int) -> UnsafeBufferPointer<Float>?
) {
  let width = numbers.count / max(1, slots)
  for slot in 0..<slots {
    guard let source = latent(slot) else { continue }
    _ = UnsafeMutableBufferPointer(rebasing: numbers[slot * width..<(slot + 1) * width])
      .update(fromContentsOf: source)
  }
}
