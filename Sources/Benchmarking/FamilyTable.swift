import Controllers
import EnvironmentKit
import Evaluation
import Files
import Foundation
import Pictures
import Threads

/// The catalogue's families as a table in Markdown, a row each: picture, actions, reward, source, speed, and
/// what random play and proximal policy optimisation reach.
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

  /// How figures are measured.
  public struct Effort: Hashable, Sendable {
    /// Episodes of random play and of trained policies, 2 or more.
    public var episodes = 500
    /// Steps of each training by proximal policy optimisation, by the preset `ppo` with the seed 1.
    public var ppoSteps = 100_000

    /// The usual effort.
    public init() {}
  }

  /// The seed of trainings, and of the first episode that their policies play: none that they were trained on.
  private static let (trainingSeed, firstSeed): (UInt64, UInt64) = (1, 10_000)

  /// Measures some figures of every family anew.
  ///
  /// - Parameters:
  ///   - wanted: what is measured; speed on one thread.
  ///   - figures: changed; all that is not measured stays.
  ///   - place: what an error calls the figures.
  public func measure(
    _ wanted: Set<FamilyFigures.Figure>, _ effort: Effort, into figures: inout FamilyFigures,
    place: String, progress: BenchmarkProgress
  ) throws {
    if wanted.contains(.ppo) {
      try figures.check(
        ppoSteps: effort.ppoSteps, measuring: families.map(\.first.family), place: place)
      figures.ppoSteps = effort.ppoSteps
    }
    for family in families {
      let entry = family.first
      var row = figures[entry.family, entry.id]
      if wanted.contains(.random) {
        let random = try Baselines(entry, seeds: (0..<UInt64(effort.episodes)).map { $0 }).random()
        row.random = random.reduce(0) { $0 + $1.episodeReturn } / Double(random.count)
      }
      if wanted.contains(.speed) {
        row.symbols = try speed(entry, .symbols, progress)
        row.pixels64 = try speed(entry, .pixels64, progress)
      }
      if wanted.contains(.ppo) { row.ppo = try learned(entry, effort, progress) }
      figures[entry.family, entry.id] = row
    }
  }

  /// What a policy reaches that was trained in a world.
  private func learned(
    _ entry: CatalogEntry, _ effort: Effort, _ progress: BenchmarkProgress
  ) throws -> Double {
    progress.begin("ppo in \(entry.id)")
    let learning = try PlainLearning(in: entry, rootSeed: Self.trainingSeed) { settings in
      settings.environmentSteps = effort.ppoSteps
    }
    try learning.learn { steps in progress.beat("\(steps) of \(effort.ppoSteps) steps") }
    return try learning.meanReturn(
      seeds: (0..<UInt64(effort.episodes)).map { Self.firstSeed + $0 })
  }

  /// Writes the table.
  ///
  /// - Parameter pictures: the folder of the pictures as the text shall name it; nil leaves them out.
  public func markdown(_ figures: FamilyFigures, pictures: String?) -> [String] {
    let learned = figures.ppoSteps.map { ["PPO, \(NumberStyle.count($0)) steps, 1 seed"] } ?? []
    let texts = ["family", "actions", "reward", "source"]
    let numbers = ["symbols/s", "pixels64/s", "random"] + learned
    let first = pictures == nil ? [] : [""]
    let alignment =
      (first + texts).map { _ in "---" } + numbers.map { _ in "---:" }
    let rows = families.map { family in
      let row = figures[family.first.family, family.first.id]
      return (pictures.map { [Self.picture(family, in: $0)] } ?? []) + cells(family)
        + [Self.rate(row.symbols), Self.rate(row.pixels64), Self.mean(row.random)]
        + (learned.isEmpty ? [] : [Self.mean(row.ppo)])
    }
    return ([first + texts + numbers, alignment] + rows).map {
      "| \($0.joined(separator: " | ")) |"
    }
  }

  private static func picture(_ family: Family, in folder: String) -> String {
    "<img src=\"\(folder)/\(family.first.family).png\" height=\"64\" alt=\"\(family.first.family)\">"
  }

  private func cells(_ family: Family) -> [String] {
    let entry = family.first
    let specification = entry.specification(entry.observations[0])
    let range = specification.rewardRange
    let count = family.count > 1 ? ", \(family.count) worlds" : ""
    return [
      "`\(entry.id)`\(count)", Self.actions(entry.actions),
      Self.short(range),
      "[\(entry.source == .native ? "Swift" : "YAML")](\(entry.file))",
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

  /// Steps a second on one thread; nil where the world has no such observation.
  private func speed(
    _ entry: CatalogEntry, _ kind: ObservationKind, _ progress: BenchmarkProgress
  ) throws -> Double? {
    guard entry.observations.contains(kind) else { return nil }
    let threads = ThreadCount.current
    ThreadCount.current = 1
    defer { ThreadCount.current = threads }
    let suite = BenchmarkSuite(worlds: [entry])
    var rate: Double?
    try suite.run(["world.\(entry.id).\(kind.rawValue)"], progress: progress) { rate = $0.median }
    return rate
  }

  /// Thousands or millions, to three digits at most.
  private static func rate(_ value: Double?) -> String {
    guard let value else { return "–" }
    guard value >= 1e6 else { return NumberText.fixed(value / 1e3, 0) + " k" }
    return NumberText.fixed(value / 1e6, value >= 1e7 ? 1 : 2) + " M"
  }

  private static func mean(_ value: Double?) -> String {
    value.map { NumberText.fixed($0, abs($0) < 10 ? 2 : 0) } ?? "–"
  }
}
