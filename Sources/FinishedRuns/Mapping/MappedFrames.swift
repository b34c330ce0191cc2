import EnvironmentKit
import Evaluation
import Experiments
import Files
import Foundation
import Pictures
import WorldModels

/// Maps of frames to be looked at: each dot's frame, and what V decodes from its latent.
package struct MappedFrames {
  /// The frames and their maps.
  package let embedding: Embedding
  private let vision: FrozenVision
  private let folder: RunFolder
  private let subject: String

  /// Frames on the sheet of an export, at most.
  private static let mostExported = 400
  /// Words of a document that are shown.
  private static let shownWords = 8

  init(_ embedding: Embedding, _ vision: FrozenVision, _ folder: RunFolder, subject: String) {
    (self.embedding, self.vision, self.folder, self.subject) = (embedding, vision, folder, subject)
  }

  /// A map in the colours of a fact.
  package func plot(map: Int, color: Int) -> MapPlot {
    embedding.plot(embedding.asked[map], color: color, subject: subject)
  }

  /// What there is to be seen of a dot.
  ///
  /// - Throws: where the frame can no longer be read.
  package func pointed(_ place: Int) throws -> MapPanel.Pointed {
    let bytes = try embedding.source.frames([embedding.frames[place]])
    let width = embedding.latents.width
    let latent = embedding.latents.values[place * width..<(place + 1) * width]
    var lines = [
      embedding.facts.columns.prefix(6).filter { $0.values[place].isFinite }
        .map { "\($0.fact.name) \(NumberText.short(Double($0.values[place])))" }
        .joined(separator: "  ")
    ]
    if vision.format.kind == .counts { lines.append(words(bytes)) }
    return .init(
      point: place, title: embedding.name(place), lines: lines,
      frame: Frame(bytes, format: vision.format),
      decoded: Frame(vision.decode(Array(latent)), format: vision.format))
  }

  /// The most frequent words of a document.
  private func words(_ bytes: [UInt8]) -> String {
    let counts = vision.format.numbers(bytes)
    let names = embedding.source.countedWords
    let order = counts.indices.sorted { (counts[$0], $1) > (counts[$1], $0) }
    return order.prefix(Self.shownWords).filter { counts[$0] > 0 }
      .map { names.isEmpty ? "kind \($0)" : names[$0] }.joined(separator: " ")
  }

  /// The pictures of some dots.
  ///
  /// - Throws: where a frame can no longer be read.
  package func pictures(_ places: some Collection<Int>) throws -> [Frame] {
    try places.map {
      Frame(try embedding.source.frames([embedding.frames[$0]]), format: vision.format)
    }
  }

  /// Writes the numbers of the frames of some dots, `[frame]`, and a sheet of them, under the next free name.
  ///
  /// - Returns: what was written, in words.
  package func export(_ places: [Int]) throws -> String {
    var number = 1
    func file(_ number: Int) -> URL { folder.url.appending(path: "selection-\(number).npy") }
    while FileManager.default.fileExists(atPath: file(number).path) { number += 1 }
    let frames = places.map { embedding.frames[$0] }
    let shown = Array(places.prefix(Self.mostExported))
    let sheet = SampleSheet(
      title: "\(subject): \(frames.count) selected frames", pictures: try pictures(shown),
      columns: 20)
    try DurableFile.createFolder(folder.media)
    try PNG.write(
      sheet.frame(zoom: 1, scale: 1), to: folder.picture("selection-\(number).png").path)
    try NpyWriter.write(frames.map(Int64.init), shape: [frames.count], to: file(number))
    return "saved selection-\(number).npy, media/selection-\(number).png"
  }
}

extension FinishedVision {
  /// Maps to be looked at.
  package func mapped(_ embedding: Embedding) -> MappedFrames {
    MappedFrames(embedding, reading.frozen, folder, subject: configuration.subject)
  }
}
