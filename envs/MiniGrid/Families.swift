import EnvironmentKit

/// A MiniGrid world of the catalogue, with a way to look inside it.
package struct MiniGridListing: Sendable {
  /// The catalogue's entry.
  package let entry: CatalogEntry
  /// Makes a world whose grid can be inspected.
  package let make: @Sendable (ObservationKind) -> any InspectableMiniGrid

  /// Keys for people, as in the library's manual control.
  private static let keys: [(key: String, action: MiniGridAction)] = [
    ("left", .left), ("right", .right), ("up", .forward), ("space", .toggle),
    ("pageup", .pickup), ("pagedown", .drop), ("return", .done),
  ]

  /// Lists a world.
  ///
  /// - Parameters:
  ///   - id: the library's id.
  ///   - file: the file of the family, in `envs/MiniGrid` and in the library's `minigrid/envs`.
  init<Task: MiniGridTask>(
    _ id: String, family: String, file: String, upstream: String, task: Task,
    blindPolicies: [BlindPolicy], factsPolicy: FactsPolicy?, regions: FactsRegions? = nil
  ) {
    entry = CatalogEntry(
      id: id, family: family, file: "envs/MiniGrid/\(file)",
      reference: "minigrid 3.2.0, \(upstream): same seed, same world",
      observations: [.symbols, .pixels64],
      keys: Self.keys.map { ($0.key, $0.action.rawValue) },
      stayAction: MiniGridAction.done.rawValue, blindPolicies: blindPolicies,
      factsPolicy: factsPolicy, regions: regions, countsSuccess: true,
      make: { MiniGridWorld(id, task, observation: $0) })
    make = { MiniGridWorld(id, task, observation: $0) }
  }
}

/// All families of MiniGrid.
package enum MiniGridFamilies {
  /// Every world, family after family.
  package static let listings: [MiniGridListing] = EmptyRoom.listings + DoorKey.listings

  /// Every world's entry.
  static let entries: [CatalogEntry] = listings.map(\.entry)
}
