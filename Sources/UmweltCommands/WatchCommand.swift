import ArgumentParser
import Experiments
import Foundation

/// Watches the trained agent of a run.
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Watch the trained agent play: observation, reconstruction, error, latents, return.")

  @Argument(help: ArgumentHelp("The run's folder.", valueName: "run"))
  var folder: String

  @Option(help: "Seed of the first episode.")
  var seed: UInt64 = 1

  @OptionGroup var output: SceneOutput

  func run() throws {
    let finished = try finishedRun(folder)
    try output.show(
      WatchScene(finished, seed: seed), title: "umwelt watch \(folder)", command: "watch \(folder)")
  }
}
