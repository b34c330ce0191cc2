import ArgumentParser
import Experiments
import Foundation

/// Moves the latents of a run by hand.
struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract: "Move the latents of a run by sliders, and see what they decode to.",
    discussion: """
      The latents that carry the most come first. Without a window each is swept through its range \
      in turn, 24 frames a latent.
      """)

  @Argument(
    help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var folder: String

  @Option(
    help: "Seed of the first frame and of the draws from the prior. Default: 1.",
    transform: seedNumber)
  var seed: UInt64 = 1

  @Flag(help: "Sweep the latents in the window too, from the start.")
  var sweep = false

  @OptionGroup var output: SceneOutput

  func run() throws {
    try output.check()
    let finished = try finishedRun(folder)
    let scene = ExploreScene(
      try finished.latentExplorer(seed: seed), sweeps: sweep || output.isFile)
    try output.show(
      scene, command: ["explore", folder],
      savePrefix: finished.folder.picture("explore").path)
  }
}
