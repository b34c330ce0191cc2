import DataWorlds
import EnvironmentKit
import MiniGridWorlds

/// The only list of worlds.
public enum Catalog {
  /// All worlds, in the order in which they are shown.
  public static let entries: [CatalogEntry] =
    [TakeCover.entry] + [IcePuck.entry] + ArcadeEntries.entries + MiniGridFamilies.entries
    + DataWorldListing.entries

  /// The world of an id or of a file, or nil where there is none; `find` says why.
  public static func entry(_ id: String) -> CatalogEntry? {
    (try? find(id)) ?? nil
  }

  /// The world of an id, or of a file written as data: `my.yaml`, `my.yaml:Variant`.
  ///
  /// - Returns: nil where there is no such id.
  /// - Throws: where the file cannot be read, all its mistakes at once.
  public static func find(_ id: String) throws -> CatalogEntry? {
    if let entry = entries.first(where: { $0.id == id }) { return entry }
    return try WorldFile(id)?.entry()
  }
}
