import Controllers
import EnvironmentKit
import Evaluation
import Files
import Foundation
import Pictures
import Threads

/// The catalogue's families as a table in Markdown, a row each: picture, actions, reward, source, speed, and
/// what random play reaches.
public struct FamilyTable {
  private let families: [Family]

  /// Worlds of one family, of which the first is measured.
  private struct Family {
    var first: CatalogEntry
    var count = 1
  }

  /// Gathers the families of a catalogue, in its order.
  public init(_ entries: [CatalogEntry]) {
    var families: [Family] = []
    for entry in entries {
      if let place = families.firstIndex(where: { $0.first.family == entry.family }) {
        families[place].count += 1
      } else {
        families.append(Family(first: entry))
      }
    }
    self.families = families
  }

  /// Draws the first world of each family as a person sees it.
  ///
  /// - Parameters:
  ///   - folder: where `<family>.png` goes.
  ///   - side: pixels of the longer side.
  public func drawPictures(into folder: URL, side: Int = 96) throws {
    try DurableFile.createFolder(folder)
    for family in families {
      let entry = family.first
      let batch = entry.batch(entry.observations[0], count: 1)
      try Self.begin(batch, entry)
      let ratio = batch.specification.aspectRatio
      var frame = Frame(
        width: Int((Double(side) * min(1, ratio)).rounded()),
        height: Int((Double(side) * min(1, 1 / ratio)).rounded()))
      batch.draw(0, into: &frame)
      try PNG.write(frame, to: folder.appendingPathComponent("\(entry.family).png").path)
    }
  }

  /// Starts an episode; a world that moves by itself is let go on for a moment.
  private static func begin(_ batch: any EnvironmentBatch<UInt8>, _ entry: CatalogEntry) throws {
    let buffers = batch.makeBuffers()
    try batch.reset(seeds: [1], mask: nil, into: buffers)
    guard let idle = entry.idleAction else { return }
    let actions = batch.makeActions()
    actions.set(idle, of: 0)
    for _ in 0..<5 where !buffers.terminated[0] && !buffers.truncated[0] {
      try batch.step(actions.buffer, active: nil, into: buffers)
    }
  }

  /// Measures every family, on one thread, and writes the table.
  ///
  /// - Parameters:
  ///   - pictures: the folder of the pictures as the text shall name it; nil leaves them out.
  ///   - episodes: episodes of random play, 2 or more.
  public func markdown(
    pictures: String?, episodes: Int = 500, progress: BenchmarkProgress
  ) throws -> [String] {
    let threads = ThreadCount.current
    ThreadCount.current = 1
    defer { ThreadCount.current = threads }
    let header = [
      "", "family", "actions", "reward", "source", "symbols/s", "pixels64/s", "random",
    ].dropFirst(pictures == nil ? 1 : 0)
    let alignment = header.map { $0.hasSuffix("/s") || $0 == "random" ? "---:" : "---" }
    let rows = try families.map { family in
      try (pictures.map { [Self.picture(family, in: $0)] } ?? [])
        + cells(family, episodes: episodes, progress)
    }
    return ([Array(header), alignment] + rows).map { "| \($0.joined(separator: " | ")) |" }
  }

  private static func picture(_ family: Family, in folder: String) -> String {
    "<img src=\"\(folder)/\(family.first.family).png\" height=\"64\" alt=\"\(family.first.family)\">"
  }

  private func cells(
    _ family: Family, episodes: Int, _ progress: BenchmarkProgress
  ) throws -> [String] {
    let entry = family.first
    let specification = entry.specification(entry.observations[0])
    let range = specification.rewardRange
    let random = try Baselines(entry, seeds: (0..<UInt64(episodes)).map { $0 }).random()
    let mean = random.reduce(0) { $0 + $1.episodeReturn } / Double(random.count)
    let count = family.count > 1 ? ", \(family.count) worlds" : ""
    return [
      "`\(entry.id)`\(count)", Self.actions(entry.actions),
      Self.short(range),
      "[\(entry.source == .native ? "Swift" : "YAML")](\(entry.file))",
      try speed(entry, .symbols, progress), try speed(entry, .pixels64, progress),
      NumberText.fixed(mean, abs(mean) < 10 ? 2 : 0),
    ]
  }

  /// The rewards of a step.
  private static func short(_ range: ClosedRange<Float>) -> String {
    let (low, high) = (short(range.lowerBound), short(range.upperBound))
    return low == high ? low : "\(low)…\(high)"
  }

  private static func short(_ value: Float) -> String {
    value == value.rounded() ? String(Int(value)) : String(value)
  }

  private static func actions(_ space: ActionSpace) -> String {
    switch space {
    case .discrete(let names):
      names.count > 4
        ? "\(names.count): \(names.prefix(3).joined(separator: ", ")) …"
        : names.joined(separator: ", ")
    case .continuous(let bounds): "\(bounds.count) numbers"
    }
  }

  /// Thousands or millions a second; a dash where the world has no such observation.
  private func speed(
    _ entry: CatalogEntry, _ kind: ObservationKind, _ progress: BenchmarkProgress
  ) throws -> String {
    guard entry.observations.contains(kind) else { return "–" }
    let suite = BenchmarkSuite(worlds: [entry])
    var rate = 0.0
    try suite.run(["world.\(entry.id).\(kind.rawValue)"], progress: progress) { rate = $0.median }
    return rate >= 1e6
      ? NumberText.fixed(rate / 1e6, 2) + " M" : NumberText.fixed(rate / 1e3, 0) + " k"
  }
}
