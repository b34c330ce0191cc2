import Datasets
import EnvironmentKit
import Experiments
import Files
import Foundation
import Pictures
import Settings

/// The episodes of a run, of a rollout or of any data set folder, as far as they fulfil conditions.
package final class BrowsedEpisodes {
  /// An episode that fulfils them.
  package struct Entry {
    /// Its number in the data set, from 0.
    package let number: Int
    /// Where it lies.
    package let span: EpisodeSpan
    /// The sum of its rewards.
    package let totalReward: Double
    /// Steps at which conditions of moments are fulfilled; empty where there are none of these.
    package let moments: [Int]
    /// How it ended: `terminated`, `truncated`, or `cut off` where the recording stops.
    package let end: String
  }

  /// The data.
  package let dataset: EpisodeDataset
  /// The episodes, in the order in which they were collected.
  package let entries: [Entry]
  /// What was asked, as written.
  package let conditions: [String]
  /// Where it was found.
  package let folder: URL
  /// What its frames are.
  private let format: FrameFormat

  /// Opens a data set and looks through it.
  ///
  /// - Parameters:
  ///   - path: of a run, a rollout, or a folder with `index.json`.
  ///   - conditions: as `EpisodeCondition` reads them; all are to be fulfilled, those of moments at one moment.
  ///   - toolkit: the kinds that a run may name.
  /// - Throws: where there is no data set, a condition cannot be read, or no episode fulfils them.
  package init(_ path: String, where conditions: [String], _ toolkit: Toolkit) throws {
    let url = URL(fileURLWithPath: path)
    let run = RunFolder(url)
    folder = run.holdsRun ? run.data : url
    self.conditions = conditions
    guard FileManager.default.fileExists(atPath: folder.appending(path: "index.json").path) else {
      throw ExperimentError(
        .usage, place: path,
        cause: run.holdsRun
          ? "the run has collected no episodes" : "is neither a run nor a rollout",
        remedy: "give a run's folder, or play episodes with: "
          + ShellCommand.text("rollout", "TakeCover", "--save", "episodes"))
    }
    let dataset = try EpisodeDataset(at: folder)
    let parsed = try conditions.map { try EpisodeCondition($0, in: dataset.index) }
    self.dataset = dataset
    format = Self.format(of: dataset, in: run, toolkit.kinds)
    entries = dataset.episodes.enumerated().compactMap {
      Self.entry($0.offset, $0.element, dataset, parsed)
    }
    guard !entries.isEmpty else {
      throw ExperimentError(
        .usage, place: conditions.map { "--where \($0)" }.joined(separator: " "),
        cause: "none of \(dataset.episodes.count) episodes is like that",
        remedy: "ask for less; without --where all are shown")
    }
  }

  /// Numbers or pictures where that is how the world was observed, pictures also where nothing says how and they
  /// have the shape of some; else cells.
  ///
  /// What stands beside a picture, such as a direction, is not drawn.
  private static func format(
    of dataset: EpisodeDataset, in folder: RunFolder, _ kinds: Kinds
  ) -> FrameFormat {
    let note = try? JSONValue(
      reading: readFile(folder.url.appending(path: RolloutFolder.noteName).path))
    let observation =
      (try? folder.configuration(kinds))?.agent.observation
      ?? note?["observation"]?.asString.flatMap(ObservationKind.init(rawValue:))
    let shape = dataset.frameShape
    if observation == .numbers, shape.count == 2, shape[1] == 4 {
      return FrameFormat(.vectors, shape: [shape[0]])
    }
    let format = dataset.frameFormat
    let isPicture =
      format.grid.count == 3
      && (observation?.isPicture ?? (shape.count == 3 && [1, 3, 4].contains(format.grid[2])))
    return isPicture ? format : format.asCells(classes: 256)
  }

  private static func entry(
    _ number: Int, _ span: EpisodeSpan, _ dataset: EpisodeDataset, _ conditions: [EpisodeCondition]
  ) -> Entry? {
    guard conditions.allSatisfy({ $0.holds(of: span, in: dataset) }) else { return nil }
    let ofMoments = conditions.filter(\.isOfMoments)
    let moments =
      ofMoments.isEmpty
      ? []
      : (0...span.steps.count).filter { step in
        ofMoments.allSatisfy { $0.holds(at: step, of: span, in: dataset) }
      }
    guard ofMoments.isEmpty || !moments.isEmpty else { return nil }
    let last = span.steps.isEmpty ? nil : span.steps.upperBound - 1
    let end =
      last.map(dataset.terminated) == true
      ? "terminated" : last.map(dataset.truncated) == true ? "truncated" : "cut off"
    return Entry(
      number: number, span: span,
      totalReward: span.steps.reduce(0) { $0 + Double(dataset.reward($1)) }, moments: moments,
      end: end)
  }

  /// What stands in the place of a fact's value where there is none; such facts come last.
  private static let absent = "–"

  /// What there is to see at a step of an episode.
  ///
  /// - Parameters:
  ///   - place: of the episode among `entries`.
  ///   - step: from 0 to its number of steps.
  package func panel(_ place: Int, step: Int) -> EpisodePanel {
    let entry = entries[place]
    let index = dataset.index
    let frame = entry.span.frames.lowerBound + step
    let taken = step < entry.span.steps.count ? entry.span.steps.lowerBound + step : nil
    let action = taken.map(dataset.action)
    var returns = [0.0]
    for step in entry.span.steps {
      returns.append(returns[returns.count - 1] + Double(dataset.reward(step)))
    }
    let known = zip(index.facts, dataset.facts(frame)).map {
      EpisodePanel.FactText(
        name: $0.name, text: $1.isNaN ? Self.absent : NumberText.short(Double($1)))
    }
    return EpisodePanel(
      header:
        "\(index.world): episode \(entry.number), \(place + 1) of \(entries.count), seed \(entry.span.seed)",
      picture: Frame(dataset.frame(frame), format: format), step: step,
      returns: returns, reward: taken.map { Double(dataset.reward($0)) },
      action: action.map { index.actions.name(of: $0) } ?? "–",
      components: ActionBar.all(of: action, in: index.actions),
      facts: known.filter { $0.text != Self.absent } + known.filter { $0.text == Self.absent },
      moments: entry.moments, end: entry.end,
      filter: conditions.joined(separator: ", "))
  }

  /// Writes an episode as a film and as a table of its steps, under the next free name.
  ///
  /// - Parameters:
  ///   - place: of the episode among `entries`.
  ///   - folder: where they go; made where there is none.
  /// - Returns: what was written, in words.
  package func export(_ place: Int, to folder: URL) throws -> String {
    let entry = entries[place]
    try DurableFile.createFolder(folder)
    let name = "episode-\(entry.number)"
    let film = folder.appending(path: "\(name).gif")
    let writer = try GIFWriter(path: film.path, framesPerSecond: 15)
    for step in 0...entry.span.steps.count {
      try writer.append(panel(place, step: step).frame(in: EpisodePanel.ownRoom))
    }
    try writer.finish()
    let table = folder.appending(path: "\(name).csv")
    try DurableFile.write(self.table(entry), to: table)
    return "saved \(film.relativePath), \(name).csv"
  }

  /// The steps of an episode, a line each: action, reward, flags and the facts of the frame before them.
  private func table(_ entry: Entry) -> String {
    let index = dataset.index
    let header = ["step", "action", "reward", "terminated", "truncated"] + index.facts.map(\.name)
    let rows = (0...entry.span.steps.count).map { step -> [String] in
      let taken = step < entry.span.steps.count ? entry.span.steps.lowerBound + step : nil
      let facts = dataset.facts(entry.span.frames.lowerBound + step)
      return [
        "\(step)", taken.map { "\"\(index.actions.name(of: dataset.action($0)))\"" } ?? "",
        taken.map { "\(dataset.reward($0))" } ?? "",
        taken.map { "\(dataset.terminated($0))" } ?? "",
        taken.map { "\(dataset.truncated($0))" } ?? "",
      ] + facts.map { $0.isNaN ? "" : "\($0)" }
    }
    return ([header] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
  }

  /// A line per episode, for terminals.
  package var lines: [String] {
    TextTable.lines(
      header: ["episode", "seed", "steps", "return", "end", "moments"],
      rows: entries.map { entry in
        let moments = entry.moments.prefix(8).map { "\($0)" }.joined(separator: " ")
        return [
          "\(entry.number)", "\(entry.span.seed)", "\(entry.span.steps.count)",
          NumberStyle.value(entry.totalReward), entry.end,
          moments + (entry.moments.count > 8 ? " … (\(entry.moments.count))" : ""),
        ]
      }, rightAligned: [0, 1, 2, 3])
  }

  /// The same for programs.
  package var json: JSONValue {
    [
      "world": .string(dataset.index.world), "episodes": .integer(dataset.episodes.count),
      "where": .array(conditions.map { .string($0) }),
      "found": .array(
        entries.map { entry in
          [
            "episode": .integer(entry.number), "seed": .integer(Int(clamping: entry.span.seed)),
            "steps": .integer(entry.span.steps.count), "return": .number(entry.totalReward),
            "end": .string(entry.end), "moments": .array(entry.moments.map { .integer($0) }),
          ]
        }),
    ]
  }
}
