import EnvironmentKit
import Foundation

/// Which variants a sweep compares.
extension Sweep.Kind {
  /// Those that were asked for.
  func variants(in world: CatalogEntry) -> [ControllerVariant] {
    switch self {
    case .temperature(let values): values.map(ControllerVariant.temperature)
    case .agents(let names, _):
      ControllerVariant.agents(of: world).filter { names.contains($0.name) }
    case .exploration(let names):
      ControllerVariant.bonuses.filter { names.contains($0.title) }
    }
  }

  /// All that there are, or whose folders some runs hold.
  func allVariants(in world: CatalogEntry, folders: [RunFolder]) -> [ControllerVariant] {
    switch self {
    case .agents: return ControllerVariant.agents(of: world)
    case .exploration: return ControllerVariant.bonuses
    case .temperature:
      guard let first = folders.first else { return [] }
      let names =
        (try? FileManager.default.contentsOfDirectory(atPath: first.variants.path)) ?? []
      let prefix = "temperature-"
      return names.filter { $0.hasPrefix(prefix) }
        .compactMap { Double($0.dropFirst(prefix.count)) }.sorted()
        .map(ControllerVariant.temperature)
    }
  }

  /// Variants in the order of the report.
  func ordered(_ variants: [ControllerVariant], in world: CatalogEntry) -> [ControllerVariant] {
    switch self {
    case .temperature:
      return variants.sorted { ($0.temperature ?? 0) < ($1.temperature ?? 0) }
    case .agents:
      return ControllerVariant.agents(of: world).filter { known in
        variants.contains { $0.name == known.name }
      }
    case .exploration:
      return ControllerVariant.bonuses.filter { known in
        variants.contains { $0.name == known.name }
      }
    }
  }

  /// The same kind, of given variants.
  func containing(_ variants: [ControllerVariant]) -> Sweep.Kind {
    switch self {
    case .temperature: .temperature(variants.compactMap(\.temperature))
    case .agents(_, let steps): .agents(variants.map(\.name), steps: steps)
    case .exploration: .exploration(variants.map(\.title))
    }
  }
}

extension RunFolder {
  /// What a sweep trained on the run's model, a folder a variant.
  var variants: URL { url.appendingPathComponent("variants") }
}
