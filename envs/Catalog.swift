import EnvironmentKit

/// The only list of worlds.
public enum Catalog {
  /// All worlds, in the order in which they are shown.
  public static let entries: [CatalogEntry] =
    [TakeCover.entry] + MiniGridFamilies.entries

  /// The world of an id, or nil where there is none.
  public static func entry(_ id: String) -> CatalogEntry? {
    entries.first { $0.id == id }
  }
}
