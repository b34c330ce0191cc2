import ArgumentParser
import Experiments
import Settings

/// A person plays a world.
struct PlayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "play", abstract: "Play a world yourself.",
    discussion: "H shows the keys. Pictures (F12) and recordings (V) go to runs/play.")

  @Argument(help: worldHelp(), completion: .world)
  var world = "TakeCover"

  @Option(help: "Seed of the first episode. Default: 1.", transform: seedNumber)
  var seed: UInt64 = 1

  @OptionGroup var gymnasium: GymnasiumOptions

  @OptionGroup var output: SceneOutput

  func run() throws {
    try output.check()
    let entry = try catalogEntry(world)
    try output.show(
      PlayScene(entry, watching: WatchedWorld(world), seed: seed),
      command: ["play", entry.id],
      savePrefix: "runs/play/\(fileName(entry.id))")
  }

  /// An id, or a file's path, as a part of a file's name.
  private func fileName(_ id: String) -> String {
    let last = id.split(separator: "/").last.map(String.init) ?? "world"
    return last.hasPrefix(".") ? "world" + last : last
  }
}
