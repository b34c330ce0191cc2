import ArgumentParser
import Experiments

/// A person plays a world.
struct PlayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "play", abstract: "Play a world yourself.")

  @Argument(help: "The world's id, or a .yaml file; 'umwelt envs' lists all ids.")
  var world = "TakeCover"

  @Option(help: "Seed of the first episode.")
  var seed: UInt64 = 1

  @OptionGroup var output: SceneOutput

  func run() throws {
    let entry = try catalogEntry(world)
    try output.show(
      PlayScene(entry, watching: WatchedWorld(world), seed: seed),
      title: "umwelt play \(entry.id)", command: "play \(entry.id)")
  }
}
