import ArgumentParser
import EnvironmentKit
import Environments
import Experiments

/// Lists the worlds.
struct EnvsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "envs", abstract: "List the worlds.")

  @Flag(help: "One JSON object, for programs.")
  var json = false

  func run() throws {
    guard !json else {
      print(WorldListing.json(Catalog.entries), terminator: "")
      return
    }
    for line in WorldListing.table(Catalog.entries) { print(line) }
  }
}
