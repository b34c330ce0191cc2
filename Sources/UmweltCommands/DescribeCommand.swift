import ArgumentParser
import Experiments
import Settings

/// Counts a configuration's parameters from the constructed models.
struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Print a configuration's layers and parameters, counted from the constructed model.")

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var gymnasium: GymnasiumOptions

  @Option(
    help:
      "The world's id, a .yaml file, or gym:ID; its actions decide the controller's size. Default: TakeCover.",
    completion: .world)
  var world: String?

  @Flag(help: "One JSON object, for programs.")
  var json = false

  @Flag(help: "Print the whole configuration as YAML instead.")
  var configuration = false

  @Flag(help: "Print all settings with meaning, values and defaults as a page in Markdown instead.")
  var settings = false

  func run() throws {
    let chosen = [(json, "--json"), (configuration, "--configuration"), (settings, "--settings")]
      .filter(\.0).map(\.1)
    guard chosen.count < 2 else {
      throw ExperimentError(
        .usage, place: chosen.joined(separator: " "), cause: "each prints something else",
        remedy: "give one of them")
    }
    if settings { return try printSettings() }
    let resolved = try options.resolve(world: world, seed: nil)
    if configuration {
      print(try RunFolder.yaml(resolved), terminator: "")
      return
    }
    let stated = world == nil ? Preset(rawValue: resolved.preset)?.statedActions : nil
    let entry = try resolved.entry(in: Toolkit.current.worlds)
    let description = try ModelDescription(resolved, in: entry, actions: stated ?? entry.actions)
    if json {
      print(description.json, terminator: "")
    } else {
      for line in description.lines { print(line) }
    }
  }

  private func printSettings() throws {
    guard options.isEmpty, world == nil else {
      throw ExperimentError(
        .usage, place: "--settings", cause: "the page is of all settings and presets",
        remedy: "give it alone, or --configuration for the values of one configuration")
    }
    let entry = try catalogEntry(RunConfiguration().world)
    print(try SettingsPage(Toolkit.current.kinds, in: entry).markdown(), terminator: "")
  }
}
