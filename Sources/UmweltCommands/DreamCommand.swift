import ArgumentParser
import Experiments
import FinishedRuns
import Foundation
import Settings

/// Plays in the dream of a run beside its world.
struct DreamCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dream",
    abstract: "Play inside the dream of a run, the real world beside it with the same actions.",
    discussion: """
      The dream begins at the world's first latent; then M alone says what happens. Green is what \
      sees, red what dreams. H shows the keys. A run of recorded episodes shows the episode of number \
      --seed in the place of the world, which nothing that is done changes; with --recording the dream takes \
      its actions.
      """)

  @Argument(
    help: ArgumentHelp("The run's folder.", valueName: "run"), completion: .directory)
  var folder: String

  @Option(help: "Seed of the first episode. Default: 1.", transform: seedNumber)
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("Temperature of the dream, 0.05 to 5. Default: the run's.", valueName: "τ"))
  var temperature: Float?

  @Flag(exclusivity: .exclusive, help: "Who plays first.")
  var player = Player.agent

  enum Player: String, EnumerableFlag {
    case agent, person, recording
  }

  @OptionGroup var surprise: SurpriseOptions

  @OptionGroup var gymnasium: GymnasiumOptions

  @OptionGroup var output: SceneOutput

  func run() throws {
    try output.check()
    try surprise.check()
    if let temperature, !(0.05...5).contains(temperature) {
      throw ExperimentError(
        .usage, place: "--temperature \(temperature)", cause: "out of range",
        remedy: "give 0.05 to 5")
    }
    let finished = try finishedRun(folder)
    try output.checkDisplay(["dream", folder])
    let session = try finished.dreamSession()
    session.gauge = try surprise.gauge(finished)
    if let temperature { session.temperature = temperature }
    if player == .recording { try follow(finished, session) }
    let scene = try DreamScene(
      session, entry: finished.entry, seed: seed, isPerson: player == .person)
    try output.show(
      scene, command: ["dream", folder],
      savePrefix: finished.folder.picture("dream").path)
  }

  private func follow(_ run: FinishedRun, _ session: DreamSession) throws {
    guard session.recording != nil else {
      throw ExperimentError(
        .usage, place: "--recording",
        cause: "this run has a world, and no recorded episodes in its place",
        remedy: "give --agent or --person")
    }
    (session.followsRecording, session.looksAtDream) = (true, false)
  }
}
