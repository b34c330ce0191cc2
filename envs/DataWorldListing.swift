import DataWorlds
import EnvironmentKit

/// The worlds written as data that are compiled in: the files of `envs/worlds`.
package enum DataWorldListing {
  /// The files' names and texts, in the order in which the worlds are shown.
  package static let sources: [(name: String, bytes: [UInt8])] = [
    ("catch", PackageResources.catch_yaml),
    ("chase", PackageResources.chase_yaml),
    ("door-key", PackageResources.door_key_yaml),
    ("falling-fruit", PackageResources.falling_fruit_yaml),
    ("key-corridor", PackageResources.key_corridor_yaml),
    ("lane-crossing", PackageResources.lane_crossing_yaml),
    ("maze", PackageResources.maze_yaml),
    ("pin-pad", PackageResources.pin_pad_yaml),
    ("recall", PackageResources.recall_yaml),
    ("sokoban", PackageResources.sokoban_yaml),
  ]

  /// Every file that can be read; the tests see to it that all can.
  package static let files: [DataWorldFile] = sources.compactMap { try? load($0) }

  /// Every world's entry.
  static let entries: [CatalogEntry] = files.flatMap { $0.entries() }

  /// Compiles one of the files.
  package static func load(_ source: (name: String, bytes: [UInt8])) throws -> DataWorldFile {
    try DataWorldFile(
      text: String(decoding: source.bytes, as: UTF8.self), path: "envs/worlds/\(source.name).yaml")
  }
}
