import ArgumentParser
import Experiments
import Foundation

/// Watches the trained agent of a run.
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract:
      "Watch the trained agent play: the world, what it sees, reconstruction, latents, return.",
    discussion: """
      After each episode the next seed follows. M lets a person play. Pictures (F12) and recordings \
      (V) go to the run's folder media.
      """)

  @Argument(
    help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var folder: String

  @Option(help: "Seed of the first episode. Default: 1.", transform: seedNumber)
  var seed: UInt64 = 1

  @OptionGroup var surprise: SurpriseOptions

  @OptionGroup var gymnasium: GymnasiumOptions

  @OptionGroup var output: SceneOutput

  func run() throws {
    try output.check()
    try surprise.check()
    let finished = try finishedRun(folder)
    try finished.checkWorld(for: "watching its agent")
    try output.checkDisplay(["watch", folder])
    try output.show(
      WatchScene(finished, seed: seed, gauge: surprise.gauge(finished)),
      command: ["watch", folder],
      savePrefix: finished.folder.picture("watch").path)
  }
}
