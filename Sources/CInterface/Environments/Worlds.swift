import DataWorlds
import EnvironmentKit
import Environments
import Foundation
import GymnasiumWorlds
import Settings

/// The worlds that can be made: those of the catalogue, and those in users' files.
enum Worlds {
  /// What runs may name.
  static let toolkit = Toolkit(
    worlds: WorldCatalog(Catalog.entries) { name, copy in
      try GymnasiumName(name)?.entry() ?? WorldFile(name)?.entry(copy: copy)
    })

  /// The catalogue as JSON: a list of objects.
  static func json() throws -> String {
    try jsonText(of: Catalog.entries.map(ListedWorld.init))
  }
}

/// What the catalogue says of a world without making it.
private struct ListedWorld: Encodable {
  let id, family: String
  let observations: [ObservationKind]

  init(_ entry: CatalogEntry) {
    (id, family, observations) = (entry.id, entry.family, entry.observations)
  }
}

/// JSON with its keys in order.
func jsonText(of value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// Writes the catalogue as JSON: a list of objects with `id`, `family` and `observations`, the default first.
///
/// - Parameters:
///   - target: written, at most `capacity` bytes; or null.
///   - length: written: the bytes of the whole text.
@c(umwelt_worlds)
public func worlds(
  _ target: UnsafeMutablePointer<CChar>?, _ capacity: Int64,
  _ length: UnsafeMutablePointer<Int64>?
) -> Int32 {
  call { write(try Worlds.json(), to: target, capacity, length) }
}
