import ArgumentParser
import Experiments

/// Counts a configuration's parameters from the constructed models.
struct DescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Print a configuration's layers and parameters, counted from the constructed model.")

  @OptionGroup var options: ConfigurationOptions

  @Option(
    help:
      "The world's id, or a .yaml file; its actions decide the controller's size. Default: TakeCover.",
    completion: .world)
  var world: String?

  @Flag(help: "One JSON object, for programs.")
  var json = false

  @Flag(help: "Print the whole configuration as YAML instead.")
  var configuration = false

  func run() throws {
    guard !(json && configuration) else {
      throw ExperimentError(
        .usage, place: "--json --configuration", cause: "the configuration is printed as YAML",
        remedy: "leave one of them out")
    }
    let resolved = try options.resolve(world: world, seed: nil)
    if configuration {
      print(try RunFolder.yaml(resolved), terminator: "")
      return
    }
    let stated = world == nil ? Preset(rawValue: resolved.preset)?.statedActions : nil
    let entry = try catalogEntry(resolved.world)
    let description = try ModelDescription(resolved, in: entry, actions: stated ?? entry.actions)
    if json {
      print(description.json, terminator: "")
    } else {
      for line in description.lines { print(line) }
    }
  }
}
