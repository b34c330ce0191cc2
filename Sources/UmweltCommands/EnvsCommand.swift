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

  @Flag(help: "A table of families in Markdown instead, with measured speeds and random's return.")
  var families = false

  @Option(help: ArgumentHelp("With --families: draw a picture of each here.", valueName: "dir"))
  var pictures: String?

  @Option(help: "With --families: episodes of random play.")
  var episodes = 500

  @OptionGroup var gymnasium: GymnasiumOptions

  func run() throws {
    let worlds = try chosen()
    guard !families else { return try printFamilies(worlds) }
    guard pictures == nil else { throw ValidationError("--pictures goes with --families") }
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
    guard !json, (2...1_000_000).contains(episodes) else {
      throw ValidationError("--families takes --episodes 2 to 1000000, and no --json")
    }
    let table = FamilyTable(worlds)
    if let pictures { try table.drawPictures(into: URL(fileURLWithPath: pictures)) }
    let lines = try table.markdown(
      pictures: pictures, episodes: episodes, progress: .standardError())
    for line in lines { print(line) }
  }
}
