import ArgumentParser
import Benchmarking
import EnvironmentKit
import Experiments
import Foundation

/// Lists the worlds.
struct EnvsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "envs", abstract: "List the worlds.")

  @Flag(help: "One JSON object, for programs.")
  var json = false

  @Flag(help: "A table of families in Markdown instead, with measured speeds and random's return.")
  var families = false

  @Option(help: ArgumentHelp("With --families: draw a picture of each here.", valueName: "dir"))
  var pictures: String?

  @Option(help: "With --families: episodes of random play.")
  var episodes = 500

  func run() throws {
    guard !families else { return try printFamilies() }
    guard pictures == nil else { throw ValidationError("--pictures goes with --families") }
    guard !json else {
      print(WorldListing.json(Toolkit.current.worlds.entries), terminator: "")
      return
    }
    for line in WorldListing.table(Toolkit.current.worlds.entries) { print(line) }
  }

  private func printFamilies() throws {
    guard !json, (2...1_000_000).contains(episodes) else {
      throw ValidationError("--families takes --episodes 2 to 1000000, and no --json")
    }
    let table = FamilyTable(Toolkit.current.worlds.entries)
    if let pictures { try table.drawPictures(into: URL(fileURLWithPath: pictures)) }
    let lines = try table.markdown(
      pictures: pictures, episodes: episodes, progress: .standardError())
    for line in lines { print(line) }
  }
}
