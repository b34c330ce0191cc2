import ArgumentParser
import Controllers
import EnvironmentKit
import Experiments
import Files
import FinishedRuns
import Foundation
import LongWork
import Settings

/// Writes episodes of a world as a data set.
struct RolloutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollout",
    abstract:
      "Play episodes of a world by random, given or trained actions, and save them for NumPy.",
    discussion: """
      The same command on the same folder goes on where it stopped. Ctrl-C keeps the closed shards.

      Episodes of a policy start from the seeds S, S+1, …; those of given actions follow one another: \
      the first starts from S, the others go on as Gymnasium's reset() does.
      """)

  @Argument(help: worldHelp(), completion: .world)
  var world: String

  @Option(help: "Seed of the first episode. Default: 1.", transform: seedNumber)
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp(
      "Who acts: random (each action held for 1 to 10 steps), or the folder of a run.",
      valueName: "random|run"))
  var policy: String?

  @Option(
    help: ArgumentHelp(
      """
      Actions to take: one per line, by name, index or numbers ('reset' begins a new episode), \
      or an array .npy.
      """,
      valueName: "file"))
  var actions: String?

  @Option(
    help: "Episodes to play. Default: 1; of given actions, as many as they fill, at most so many.")
  var episodes: Int?

  @Option(help: ArgumentHelp("Folder of the data set.", valueName: "dir"))
  var save: String

  @Option(
    help: ArgumentHelp(
      "How the world is recorded, such as pixels64. Default: the world's first.",
      valueName: "kind"))
  var observation: String?

  @OptionGroup var gymnasium: GymnasiumOptions

  @OptionGroup var threads: ThreadOptions

  func run() throws {
    try threads.apply()
    let entry = try catalogEntry(world)
    let kind = try observationKind(entry)
    guard (1...10_000_000).contains(episodes ?? 1) else {
      throw ExperimentError(
        .usage, place: "--episodes \(episodes ?? 0)", cause: "out of range",
        remedy: "give 1 to 10000000")
    }
    guard !save.isEmpty else {
      throw ExperimentError(
        .usage, place: "--save", cause: "the name is empty", remedy: "name a folder")
    }
    let rollout = try Rollout(entry, observation: kind, seed: seed, policy: chosenPolicy(entry))
    Interruption.catchSignals()
    let report = try rollout.run(
      episodes: episodes, into: URL(fileURLWithPath: save), progress: .standardError())
    printKept(report.lines)
  }

  private func chosenPolicy(_ entry: CatalogEntry) throws -> Rollout.Policy {
    switch (actions, policy) {
    case (_?, _?):
      throw ExperimentError(
        .usage, place: "--actions, --policy", cause: "both say who acts",
        remedy: "leave one of them out")
    case (let file?, nil):
      return .actions(try ActionScript(contentsOf: URL(fileURLWithPath: file), of: entry.actions))
    case (nil, let folder?) where folder != "random":
      // A changed world is refused.
      return .run(try finishedRun(folder, tellsChange: false))
    default: return .random
    }
  }

  private func observationKind(_ entry: CatalogEntry) throws -> ObservationKind {
    guard let observation else { return entry.observations[0] }
    guard let kind = ObservationKind(rawValue: observation) else {
      throw ExperimentError(
        .usage, place: "--observation \(observation)", cause: "there is no such kind",
        remedy: NearestName.hint(observation, among: entry.observations.map(\.rawValue)))
    }
    return kind
  }
}
