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
    let latents = try work.timed("encode", total: frames.count, unit: "frames") { beat in
      try self.latents(source, frames, beat: beat)
    }
    let mapping = try work.timed("neighbours", total: frames.count, unit: "frames") { beat in
      try LatentMapping(latents, settings, methods: request.methods, beat: beat)
    }
    let facts = try KnownFacts(source, frames, densities: mapping.densities)
    let color = try facts.place(of: request.color)
    let column = facts.columns[color]
    let labels = column.fact.kind == .category ? column.values : []
    let maps = try Self.maps(mapping, request.methods, labels, &work)
    let own =
      labels.isEmpty
      ? nil
      : try work.timed("judge latents", total: Self.judged(mapping), unit: "frames") { beat in
        try Self.quality(mapping, latents, labels, beat).sameLabel
      }
    let embedding = Embedding(
      source: source, frames: frames, latents: latents, facts: facts, color: color,
      settings: settings, maps: maps, sameLabel: own,
      nearest: listed.map { Self.nearest($0, mapping.table) }, words: words(latents, source),
      seconds: work.seconds)
    try write(embedding)
    return embedding
  }

  private static func maps(
    _ mapping: LatentMapping, _ methods: [MapMethod], _ labels: [Float], _ work: inout MapWork
  ) throws -> [Embedding.Map] {
    try MapMethod.allCases.filter { $0 == .pca || methods.contains($0) }.map { method in
      let steps = mapping.settings.steps(of: method, rows: mapping.set.count)
      let made = try work.timed(
        method.rawValue, total: steps, unit: method == .umap ? "epochs" : "steps"
      ) { beat in try mapping.map(method, beat: beat) }
      let quality = try work.timed(
        "judge \(method.rawValue)", total: judged(mapping), unit: "frames"
      ) { beat in
        try self.quality(mapping, SampleSet(made.points, width: 2), labels, beat)
      }
      return .init(
        method: method, points: made.points, quality: quality, divergence: made.divergence,
        isAsked: methods.contains(method))
    }
  }

  private static func quality(
    _ mapping: LatentMapping, _ map: SampleSet, _ labels: [Float], _ beat: (Int) throws -> Void
  ) throws -> MapQuality {
    try MapQuality(
      of: mapping.set, map: map, labels: labels, rootSeed: mapping.settings.rootSeed
    ) { try beat(Int($0 * Double(judged(mapping)))) }
  }

  private static func judged(_ mapping: LatentMapping) -> Int {
    min(mapping.set.count, MapQuality.mostRows)
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
      (0..<rows).flatMap { row in columns.map { $0.values[row] } }, shape: [rows, columns.count],
      to: folder.embeddingFacts)
    for map in embedding.asked {
      try NpyWriter.write(map.points, shape: [rows, 2], to: folder.map(map.method.rawValue))
      let plot = embedding.plot(map, color: embedding.color, subject: configuration.subject)
      try PNG.write(
        plot.frame(), to: folder.picture("map-\(map.method.rawValue).png").path)
    }
    try DurableFile.write(embedding.json, to: folder.embeddingFile)
  }
}

/// The parts of the work, each with its progress and its time.
private struct MapWork {
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
