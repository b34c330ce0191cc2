import ArgumentParser
import Benchmarking
import EnvironmentKit
import Experiments
import Files
import Foundation
import GymnasiumWorlds
import Settings

/// Lists the worlds.
struct EnvsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "envs", abstract: "List the worlds, or those with a word in their name.",
    discussion: """
      On a terminal each world takes a line as wide as that; in a file nothing is cut. A few worlds are \
      shown in full.
      """)

  @Argument(
    help: "Show only worlds with this in their id or family, such as door; or the world gym:ID.")
  var filter: String?

  @Flag(help: "One JSON object, for programs.")
  var json = false

  @Flag(help: "A table of families in Markdown instead, with speeds and returns.")
  var families = false

  @Option(help: ArgumentHelp("With --families: draw a picture of each here.", valueName: "dir"))
  var pictures: String?

  @Option(
    help: ArgumentHelp(
      """
      With --families: a file of figures, from which those are taken that are not measured now, and which \
      keeps those that are.
      """, valueName: "file"), completion: .file())
  var figures: String?

  @Option(
    help: ArgumentHelp(
      "With --families: what to measure now, with commas: speed, random, ppo, or none. Default: speed,random.",
      valueName: "list"))
  var measure: String?

  @Option(help: "With --families: episodes of random play and of trained policies. Default: 500.")
  var episodes: Int?

  @Option(
    name: .customLong("ppo-steps"),
    help: "With --families: steps of each training by the preset ppo, seed 1. Default: 100000.")
  var ppoSteps: Int?

  @OptionGroup var gymnasium: GymnasiumOptions

  func run() throws {
    let worlds = try chosen()
    guard !families else { return try printFamilies(worlds) }
    for (option, isGiven) in [
      ("--pictures", pictures != nil), ("--figures", figures != nil),
      ("--measure", measure != nil), ("--episodes", episodes != nil),
      ("--ppo-steps", ppoSteps != nil),
    ] where isGiven {
      throw ValidationError("\(option) goes with --families")
    }
    guard !json else {
      print(WorldListing.json(worlds), terminator: "")
      return
    }
    let lines =
      filter != nil && worlds.count <= Self.shownInFull
      ? WorldListing.details(worlds)
      : WorldListing.table(worlds, columns: StandardStream.output.columns)
    for line in lines { print(line) }
  }

  private static let shownInFull = 3

  private func chosen() throws -> [CatalogEntry] {
    let all = Toolkit.current.worlds.entries
    guard let filter else { return all }
    if GymnasiumName(filter) != nil { return [try catalogEntry(filter)] }
    let found = all.filter {
      $0.id.localizedCaseInsensitiveContains(filter)
        || $0.family.localizedCaseInsensitiveContains(filter)
    }
    guard found.isEmpty else { return found }
    throw ExperimentError(
      .usage, place: "envs \(filter)", cause: "no world has that in its id or family",
      remedy: NearestName.hint(filter, among: all.map(\.id) + all.map(\.family)))
  }

  private func printFamilies(_ worlds: [CatalogEntry]) throws {
    var effort = FamilyTable.Effort()
    effort.episodes = episodes ?? effort.episodes
    effort.ppoSteps = ppoSteps ?? effort.ppoSteps
    guard !json, (2...1_000_000).contains(effort.episodes) else {
      throw ValidationError("--families takes --episodes 2 to 1000000, and no --json")
    }
    guard (16...1_000_000_000).contains(effort.ppoSteps) else {
      throw ValidationError("--ppo-steps \(effort.ppoSteps) is out of range: give 16 to 1000000000")
    }
    let wanted = try measured()
    let file = figures.map { URL(fileURLWithPath: $0) }
    var known = try file.map { try FamilyFigures(at: $0) } ?? FamilyFigures()
    let table = FamilyTable(worlds)
    try table.measure(
      wanted, effort, into: &known, place: figures ?? "--ppo-steps", progress: .standardError())
    if let pictures { try table.drawPictures(into: URL(fileURLWithPath: pictures)) }
    if let file, !wanted.isEmpty { try known.write(to: file) }
    for line in table.markdown(known, pictures: pictures) { print(line) }
  }

  /// What is measured now.
  private func measured() throws -> Set<FamilyFigures.Figure> {
    guard let measure else { return [.speed, .random] }
    guard measure != "none" else { return [] }
    return Set(
      try measure.split(separator: ",", omittingEmptySubsequences: false).map { name in
        guard let figure = FamilyFigures.Figure(rawValue: String(name)) else {
          throw ExperimentError(
            .usage, place: "--measure \(measure)", cause: "there is no figure '\(name)'",
            remedy: NearestName.hint(
              String(name), among: FamilyFigures.Figure.allCases.map(\.rawValue)))
        }
        return figure
      })
  }
}
