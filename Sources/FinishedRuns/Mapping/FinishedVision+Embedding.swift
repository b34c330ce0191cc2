import Datasets
import EnvironmentKit
import Evaluation
import Experiments
import Files
import Foundation
import LongWork
import Pictures
import Randomness
import Settings
import Statistics
import WorldModels

extension FinishedVision {
  /// Encodes frames and brings their latents onto a plane; writes `embedding.npy` and what belongs to it, a map's
  /// `.npy` and picture for each method, and `embed.json`.
  ///
  /// - Parameter request: which frames, which maps.
  package func embed(
    _ request: EmbeddingRequest, progress: ProgressReporter
  ) throws -> Embedding {
    try request.check()
    let hold = try folder.beginStudy()
    defer { hold.end() }
    let seed = request.seed ?? UInt64(configuration.seed)
    let (given, split) = try opened(request.frames, request.labels, progress)
    let source = reading.judged(given, rootSeed: UInt64(configuration.seed))
    let frames = Self.chosen(split.heldOut, request.limit, seed)
    let settings = try request.settings(rows: frames.count, seed: seed)
    // What was mistyped is told before anything slow is done.
    _ = try KnownFacts(source, [], densities: []).place(of: request.color)
    let listed = try listed(request.nearest, source, frames)
    var work = MapWork(progress: progress)
    var kept = KeptEmbedding(
      folder,
      .init(model: reading.frozen.identity, source: source.contentHash, frames: frames),
      rows: frames.count)
    let latents = try kept.latents(width: reading.latentSize) {
      try work.timed("encode", total: frames.count, unit: "frames") { beat in
        try self.latents(source, frames, beat: beat)
      }
    }
    var mapping = LazyMapping(latents, settings)
    mapping.find(request.methods, in: &kept)
    for line in kept.lines { progress.say(line) }
    let densities = try kept.densities(KnownFacts.density) ?? mapping.neighbours(&work).densities
    let facts = try KnownFacts(source, frames, densities: densities)
    let color = try facts.place(of: request.color)
    let column = facts.columns[color]
    let labels = column.fact.kind == .category ? column.values : []
    let maps = try mapping.maps(request.methods, labels, &kept, &work)
    let own = try labels.isEmpty ? nil : mapping.ownQuality(labels, &kept, &work).sameLabel
    let nearest = try listed.map { Self.nearest($0, try mapping.neighbours(&work).table) }
    kept.finish(facts: facts.rows)
    let embedding = Embedding(
      source: source, frames: frames, latents: latents, facts: facts, color: color,
      settings: settings, maps: maps, sameLabel: own, nearest: nearest,
      words: words(latents, source), kept: kept.notes, seconds: work.seconds)
    try write(embedding)
    return embedding
  }

  /// At most so many frames, a seeded choice of them in their order.
  private static func chosen(_ frames: [Int], _ limit: Int, _ seed: UInt64) -> [Int] {
    guard frames.count > limit else { return frames }
    var stream = RandomStream(root: seed, name: "embed/frames")
    return stream.choice(limit, of: frames.count).sorted().map { frames[$0] }
  }

  private func latents(
    _ source: any FrameSource, _ frames: [Int], beat: (Int) throws -> Void
  ) throws -> SampleSet {
    var values: [Float] = []
    for part in stride(from: 0, to: frames.count, by: 512) {
      let end = min(frames.count, part + 512)
      values += try reading.latents(of: source, Array(frames[part..<end])).means
      try beat(end)
    }
    return SampleSet(values, width: reading.latentSize)
  }

  /// The places of the frames whose nearest others are listed: those that are named; of documents some of all.
  private func listed(
    _ names: [String], _ source: any FrameSource, _ frames: [Int]
  ) throws -> [Int] {
    guard !names.isEmpty else {
      return reading.format.kind == .counts
        ? FrameSelection.spread(Array(frames.indices), Self.listedDocuments) : []
    }
    return try names.map { name in
      let place = frames.firstIndex {
        source.frameName($0) == name || Int(name) == $0
      }
      guard let place else {
        let known = frames.compactMap(source.frameName)
        throw ExperimentError(
          .usage, place: "--nearest \(name)",
          cause: "no frame that is mapped has this number or name",
          remedy: known.isEmpty
            ? "give a number such as \(frames.first ?? 0)"
            : NearestName.hint(name, among: known))
      }
      return place
    }
  }

  /// Documents whose nearest others are listed, where none are named.
  private static let listedDocuments = 5

  private static func nearest(_ place: Int, _ table: NeighbourTable) -> Embedding.Nearest {
    let start = place * table.count
    return .init(
      place: place,
      found: (start..<start + min(5, table.count)).map {
        (Int(table.indices[$0]), table.distances[$0])
      })
  }

  private func words(_ latents: SampleSet, _ source: any FrameSource) -> [LatentWords] {
    guard reading.format.kind == .counts, reading.frozen.form is GaussianForm else { return [] }
    return LatentWords.all(reading.frozen, latents: latents.values, names: source.countedWords)
  }

  private func write(_ embedding: Embedding) throws {
    try DurableFile.createFolder(folder.media)
    let rows = embedding.frames.count
    try NpyWriter.write(
      embedding.latents.values, shape: [rows, embedding.latents.width], to: folder.embedding)
    try NpyWriter.write(
      embedding.frames.map(Int64.init), shape: [rows], to: folder.embeddingFrames)
    let columns = embedding.facts.columns
    try NpyWriter.write(
      embedding.facts.rows, shape: [rows, columns.count], to: folder.embeddingFacts)
    for map in embedding.asked {
      try NpyWriter.write(map.points, shape: [rows, 2], to: folder.map(map.method.rawValue))
      let plot = embedding.plot(map, color: embedding.color, subject: configuration.subject)
      try PNG.write(
        plot.frame(), to: folder.picture("map-\(map.method.rawValue).png").path)
    }
    try DurableFile.write(embedding.json, to: folder.embeddingFile)
  }
}
