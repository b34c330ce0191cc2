import EnvironmentKit
import MiniGridWorlds

extension Catalog {
  /// A MiniGrid world in which certain cells cost instead of ending the episode.
  ///
  /// - Parameters:
  ///   - id: a world with lava or obstacles, such as `MiniGrid-LavaGapS5-v0`.
  ///   - dangers: the cells that do not end the episode.
  ///   - cost: added to the reward of a step that would have ended it; not above 0.
  /// - Returns: the world, or nil where the id is of no such world.
  public static func withoutDeath(
    _ id: String, in dangers: [MiniGridDanger] = MiniGridDanger.allCases, cost: Float = -1
  ) -> CatalogEntry? {
    precondition(cost <= 0, "withoutDeath: cost \(cost); give 0 or less")
    return MiniGridFamilies.listings.first { $0.entry.id == id }?.withoutDeath?(dangers, cost)
  }
}
