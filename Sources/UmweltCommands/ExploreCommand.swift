import ArgumentParser
import Experiments
import FinishedRuns
import Foundation
import Settings

/// Moves the latents of a run by hand.
struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract: "Move the latents of a run by sliders, and see what they decode to.",
    discussion: """
      The latents that carry the most come first. Without a window each is swept through its range \
      in turn, 24 frames a latent. A run of 'train vision' is explored on the frames that it held out.
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

  @OptionGroup var gymnasium: GymnasiumOptions

  @OptionGroup var output: SceneOutput

  func run() throws {
    try output.check()
    let run = runFolder(folder)
    let isOfFrames = try run.configuration(Toolkit.current.kinds).isOfFrames
    try output.checkDisplay(["explore", folder])
    let scene = ExploreScene(
      try explorer(of: run, isOfFrames), sweeps: sweep || output.isFile)
    try output.show(
      scene, command: ["explore", folder], savePrefix: run.picture("explore").path)
  }

  /// A run of V alone has no agent to be read back.
  private func explorer(of run: RunFolder, _ isOfFrames: Bool) throws -> LatentExplorer {
    guard isOfFrames else {
      return try finishedRun(folder).latentExplorer(seed: seed)
    }
    return try finishedVision(run).latentExplorer(seed: seed, progress: .standardError())
  }
}
