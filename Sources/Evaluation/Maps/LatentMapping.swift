import Foundation
import Statistics

/// A way to bring rows onto a plane.
package enum MapMethod: String, CaseIterable, Hashable, Sendable {
  /// The first two principal components: the baseline.
  case pca
  /// Neighbours stay neighbours; distances between groups say little.
  case tsne
  /// The same, with groups drawn closer together.
  case umap

  /// What people call it.
  package var title: String {
    switch self {
    case .pca: "PCA"
    case .tsne: "t-SNE"
    case .umap: "UMAP"
    }
  }
}

/// How maps are made.
package struct MapSettings: Sendable {
  /// Of t-SNE: about how many neighbours a row has.
  package var perplexity: Double
  /// Of UMAP: how many neighbours a row has.
  package var neighbours: Int
  /// Of UMAP: how close points may lie, the map's scale being 1.
  package var minimumDistance: Double
  /// Steps of t-SNE, epochs of UMAP; nil for as many as are usual.
  package var steps: Int?
  /// The root of all random streams.
  package var rootSeed: UInt64

  /// Rows that a map needs.
  package static let leastRows = 10

  /// The usual settings, with fewer neighbours where there are few rows.
  package init(rows: Int, rootSeed: UInt64) {
    perplexity = min(TSNE.usualPerplexity, Self.greatestPerplexity(rows: rows))
    neighbours = min(UMAP.usualNeighbours, max(1, rows - 1))
    (minimumDistance, steps, self.rootSeed) = (0.1, nil, rootSeed)
  }

  /// The greatest perplexity for which there are neighbours enough.
  package static func greatestPerplexity(rows: Int) -> Double { Double(max(1, (rows - 1) / 3)) }

  /// Steps of a method, or epochs.
  package func steps(of method: MapMethod, rows: Int) -> Int {
    switch method {
    case .pca: 1
    case .tsne: steps ?? TSNE.usualSteps
    case .umap: steps ?? UMAP.usualEpochs(rows: rows)
    }
  }

  /// All that a map hangs on but the rows, in words.
  package func words(of method: MapMethod, rows: Int) -> String {
    let steps = steps(of: method, rows: rows)
    return switch method {
    case .pca: "two components"
    case .tsne: "perplexity \(perplexity), \(steps) steps, seed \(rootSeed)"
    case .umap:
      "\(neighbours) neighbours, minimum distance \(minimumDistance), \(steps) epochs, seed \(rootSeed)"
    }
  }
}

/// Rows that are brought onto a plane in several ways; what all ways ask of them is found once.
package struct LatentMapping {
  /// The rows.
  package let set: SampleSet
  /// How maps are made.
  package let settings: MapSettings
  /// The neighbours of every row, as many as any of the methods asks for, or as `leastNeighbours` says.
  package let table: NeighbourTable
  private let components: [Float]

  private static let leastNeighbours = 15

  /// Finds neighbours and principal components.
  ///
  /// - Parameters:
  ///   - set: `MapSettings.leastRows` rows or more.
  ///   - methods: which maps are to be made.
  ///   - beat: called with the number of rows done; may throw to stop.
  package init(
    _ set: SampleSet, _ settings: MapSettings, methods: [MapMethod],
    beat: (Int) throws -> Void = { _ in }
  ) rethrows {
    (self.set, self.settings) = (set, settings)
    var wanted = Self.leastNeighbours
    if methods.contains(.tsne) { wanted = max(wanted, Perplexity.neighbours(settings.perplexity)) }
    if methods.contains(.umap) { wanted = max(wanted, settings.neighbours) }
    table = try NeighbourTable(set, count: min(set.count - 1, wanted), beat: beat)
    components = MapStart.components(set)
  }

  /// A map, `[row, 2]`, and of t-SNE the divergence that is left, in nats.
  ///
  /// - Parameter beat: called with the number of steps done; may throw to stop.
  package func map(
    _ method: MapMethod, beat: (Int) throws -> Void = { _ in }
  ) rethrows -> (points: [Float], divergence: Double?) {
    let steps = settings.steps(of: method, rows: set.count)
    switch method {
    case .pca: return (components, nil)
    case .tsne:
      let neighbours = min(table.count, Perplexity.neighbours(settings.perplexity))
      var map = TSNE(
        table.nearest(neighbours), components: components, perplexity: settings.perplexity,
        steps: steps, rootSeed: settings.rootSeed)
      try map.run(beat: beat)
      return (map.points, map.divergence())
    case .umap:
      var map = UMAP(
        table.nearest(settings.neighbours), components: components,
        curve: UMAPCurve(minimumDistance: settings.minimumDistance), epochs: steps,
        rootSeed: settings.rootSeed)
      try map.run(beat: beat)
      return (map.points, nil)
    }
  }

  /// −log of the distance to a row's fifteenth neighbour, or to its last one, of each row: greater where rows lie
  /// closer; NaN where so many are equal.
  package var densities: [Float] {
    let place = min(table.count, Self.leastNeighbours) - 1
    return (0..<set.count).map { row in
      let distance = table.distances[row * table.count + place]
      return distance > 0 ? -log(distance) : .nan
    }
  }
}
