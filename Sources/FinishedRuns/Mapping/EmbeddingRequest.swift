import Evaluation
import Files
import Settings

/// What is asked of `umwelt embed`.
package struct EmbeddingRequest: Sendable {
  /// Files or folders of frames; those that the run held out where none are given.
  package var frames: [String] = []
  /// A file of what is known of them.
  package var labels: String?
  /// Which maps are made.
  package var methods: [MapMethod] = [.tsne]
  /// Of t-SNE; nil for the usual.
  package var perplexity: Double?
  /// Of UMAP; nil for the usual.
  package var neighbours: Int?
  /// Of UMAP.
  package var minimumDistance = 0.1
  /// Steps of t-SNE, epochs of UMAP; nil for the usual.
  package var steps: Int?
  /// The fact that colours the maps; nil for the first.
  package var color: String?
  /// Frames at most.
  package var limit = 60_000
  /// The root of all random streams; nil for the run's.
  package var seed: UInt64?
  /// Frames, by number or name, whose nearest others are listed.
  package var nearest: [String] = []

  /// The usual.
  package init() {}

  /// Whether options lie in their ranges, whatever the frames.
  ///
  /// - Throws: naming the first that does not.
  package func check() throws {
    func refuse(_ option: String, _ value: String, _ remedy: String) -> ExperimentError {
      ExperimentError(
        .usage, place: "--\(option) \(value)", cause: "out of range", remedy: "give \(remedy)")
    }
    if let perplexity, !(perplexity >= 1 && perplexity <= 10_000) {
      throw refuse("perplexity", "\(perplexity)", "1 to 10000, such as 30")
    }
    if let neighbours, !(2...1_000).contains(neighbours) {
      throw refuse("neighbours", "\(neighbours)", "2 to 1000, such as 15")
    }
    guard minimumDistance >= 0, minimumDistance <= 1 else {
      throw refuse("minimum-distance", "\(minimumDistance)", "0 to 1, such as 0.1")
    }
    if let steps, !(1...100_000).contains(steps) {
      throw refuse("steps", "\(steps)", "1 to 100000")
    }
    guard (MapSettings.leastRows...1_000_000).contains(limit) else {
      throw refuse("limit", "\(limit)", "\(MapSettings.leastRows) to 1000000")
    }
  }

  /// The settings for so many frames.
  ///
  /// - Throws: where they are too few for what is asked.
  func settings(rows: Int, seed: UInt64) throws -> MapSettings {
    guard rows >= MapSettings.leastRows else {
      throw ExperimentError(
        .usage, place: frames.isEmpty ? "the held-out frames" : frames.joined(separator: ", "),
        cause: "there are \(rows) frames, too few for a map",
        remedy: "give \(MapSettings.leastRows) or more with --frames PATH")
    }
    var settings = MapSettings(rows: rows, rootSeed: seed)
    if let perplexity {
      let greatest = MapSettings.greatestPerplexity(rows: rows)
      guard perplexity <= greatest else {
        throw ExperimentError(
          .usage, place: "--perplexity \(perplexity)",
          cause: "too large for \(rows) frames: three times as many neighbours are looked at",
          remedy: "give at most \(Int(greatest)), or more frames")
      }
      settings.perplexity = perplexity
    }
    if let neighbours {
      guard neighbours < rows else {
        throw ExperimentError(
          .usage, place: "--neighbours \(neighbours)", cause: "there are only \(rows) frames",
          remedy: "give at most \(rows - 1), or more frames")
      }
      settings.neighbours = neighbours
    }
    (settings.minimumDistance, settings.steps) = (minimumDistance, steps)
    return settings
  }
}
