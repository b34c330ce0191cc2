import Evaluation
import Experiments
import LongWork
import Statistics

/// Maps of latents, of which only those are made that do not lie there; neighbours are found once something asks for
/// them.
struct LazyMapping {
  private let latents: SampleSet
  private let settings: MapSettings
  private var found: [MapMethod: (points: [Float], divergence: Double?)] = [:]
  private var lacking: [MapMethod] = []
  private var made: LatentMapping?

  init(_ latents: SampleSet, _ settings: MapSettings) {
    (self.latents, self.settings) = (latents, settings)
  }

  /// Looks which maps lie there; the others are made when they are asked for.
  mutating func find(_ methods: [MapMethod], in kept: inout KeptEmbedding) {
    for method in methods where method != .pca {
      found[method] = kept.map(method, options: options(method))
    }
    lacking = methods.filter { found[$0] == nil }
  }

  private func options(_ method: MapMethod) -> String {
    settings.words(of: method, rows: latents.count)
  }

  /// What all maps that are to be made ask for.
  mutating func neighbours(_ work: inout MapWork) throws -> LatentMapping {
    if let made { return made }
    let mapping = try work.timed("neighbours", total: latents.count, unit: "frames") { beat in
      try LatentMapping(latents, settings, methods: lacking, beat: beat)
    }
    made = mapping
    return mapping
  }

  /// PCA, to compare with, and what was asked for, each with how far it keeps neighbours.
  mutating func maps(
    _ methods: [MapMethod], _ labels: [Float], _ kept: inout KeptEmbedding, _ work: inout MapWork
  ) throws -> [Embedding.Map] {
    var maps: [Embedding.Map] = []
    for method in MapMethod.allCases where method == .pca || methods.contains(method) {
      let map = try found[method] ?? make(method, &work)
      if method != .pca {
        kept.note(method, options: options(method), map.points, divergence: map.divergence)
      }
      let quality = try quality(
        method.rawValue, SampleSet(map.points, width: 2), labels, &kept, &work)
      maps.append(
        .init(
          method: method, points: map.points, quality: quality, divergence: map.divergence,
          isAsked: methods.contains(method)))
    }
    return maps
  }

  private mutating func make(
    _ method: MapMethod, _ work: inout MapWork
  ) throws -> (points: [Float], divergence: Double?) {
    guard method != .pca else { return (MapStart.components(latents), nil) }
    let mapping = try neighbours(&work)
    return try work.timed(
      method.rawValue, total: settings.steps(of: method, rows: latents.count),
      unit: method == .umap ? "epochs" : "steps"
    ) { beat in try mapping.map(method, beat: beat) }
  }

  /// The latents' own neighbours, judged as a map's are.
  func ownQuality(
    _ labels: [Float], _ kept: inout KeptEmbedding, _ work: inout MapWork
  ) throws -> MapQuality {
    try quality("latents", latents, labels, &kept, &work)
  }

  private func quality(
    _ name: String, _ map: SampleSet, _ labels: [Float], _ kept: inout KeptEmbedding,
    _ work: inout MapWork
  ) throws -> MapQuality {
    try kept.quality(name, map.values, labels: labels, seed: settings.rootSeed) {
      let total = min(latents.count, MapQuality.mostRows)
      return try work.timed("judge \(name)", total: total, unit: "frames") { beat in
        try MapQuality(of: latents, map: map, labels: labels, rootSeed: settings.rootSeed) {
          try beat(Int($0 * Double(total)))
        }
      }
    }
  }
}

/// The parts of the work, each with its progress and its time.
struct MapWork {
  let progress: ProgressReporter
  private(set) var seconds: [(part: String, value: Double)] = []

  init(progress: ProgressReporter) { self.progress = progress }

  mutating func timed<Result>(
    _ part: String, total: Int, unit: String, _ work: ((Int) throws -> Void) throws -> Result
  ) throws -> Result {
    let phase = progress.phase(part, total: total, done: 0, unit: unit)
    let clock = ContinuousClock()
    let start = clock.now
    let result = try work { done in
      phase.update(done: done, terms: [])
      try ModelEvaluationStage.stopIfInterrupted()
    }
    seconds.append((part, (clock.now - start) / .seconds(1)))
    phase.finish(done: total)
    return result
  }
}
