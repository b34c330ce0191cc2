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

  /// The world in which dangers cost instead of ending the episode, where it has any.
  package let withoutDeath: (@Sendable ([MiniGridDanger], Float) -> CatalogEntry)?

  /// Lists a world.
  ///
  /// - Parameters:
  ///   - id: the library's id.
  ///   - file: the file of the family in `envs/MiniGrid`.
  ///   - upstream: the library's file.
  init<Task: MiniGridTask>(
    _ id: String, family: String, file: String, upstream: String, task: Task,
    blindPolicies: [BlindPolicy]? = nil, factsPolicy: FactsPolicy? = nil,
    regions: FactsRegions? = nil
  ) {
    entry = Self.entry(
      id, family, file, upstream, task, blindPolicies, factsPolicy, regions)
    make = { MiniGridWorld(id, task, observation: $0) }
    withoutDeath = nil
  }

  /// Lists a world with dangers.
  init<Task: DeadlyTask>(
    _ id: String, family: String, file: String, upstream: String, task: Task,
    factsPolicy: FactsPolicy? = nil
  ) {
    entry = Self.entry(id, family, file, upstream, task, nil, factsPolicy, nil)
    make = { MiniGridWorld(id, task, observation: $0) }
    withoutDeath = { dangers, cost in
      let task = NoDeath(task, dangers, cost: cost)
      return Self.entry(id, family, file, upstream, task, nil, factsPolicy, nil)
    }
  }

  private static func entry<Task: MiniGridTask>(
    _ id: String, _ family: String, _ file: String, _ upstream: String, _ task: Task,
    _ policies: [BlindPolicy]?, _ factsPolicy: FactsPolicy?, _ regions: FactsRegions?
  ) -> CatalogEntry {
    CatalogEntry(
      id: id, family: family, file: "envs/MiniGrid/\(file)",
      reference: "minigrid 3.2.0, \(upstream): same seed, same world",
      observations: [.symbols, .pixels64] + oneHot(Task.self)
        + [.grid, .view(size: 9), .partial(), .full()],
      keys: keys.filter { Task.actions.contains($0.action) }.map { ($0.key, $0.action.value) },
      stayAction: Task.actions.contains(.done) ? MiniGridAction.done.value : nil,
      blindPolicies: policies ?? blindPolicies(Task.actions), factsPolicy: factsPolicy,
      regions: regions, countsSuccess: true,
      make: { MiniGridWorld(id, task, observation: $0) })
  }

  /// One-hot symbols, and where the mission varies those with its words.
  ///
  /// The first is the one that presets which see one-hot symbols take: words that tell nothing new come second.
  private static func oneHot<Task: MiniGridTask>(_ task: Task.Type) -> [ObservationKind] {
    if Task.missionPlaces.isEmpty { return [.oneHot] }
    return Task.missionDecides ? [.oneHotMission, .oneHot] : [.oneHot, .oneHotMission]
  }

  /// Forward, and a walk that tries what it bumps into.
  private static func blindPolicies(_ actions: [MiniGridAction]) -> [BlindPolicy] {
    let trial: [(action: MiniGridAction, steps: Int)] = [
      (.forward, 2), (.pickup, 1), (.toggle, 1), (.right, 1),
    ]
    return [
      BlindPolicy("forward", [(MiniGridAction.forward.value, 1)]),
      BlindPolicy(
        "try everything",
        trial.filter { actions.contains($0.action) }.map { ($0.action.value, $0.steps) }),
    ]
  }
}

/// All families of MiniGrid.
package enum MiniGridFamilies {
  /// Every world, family after family.
  package static let listings: [MiniGridListing] = goals + rooms + things
  /// Worlds with a way to a goal.
  private static let goals: [MiniGridListing] =
    EmptyRoom.listings + DoorKey.listings + FourRooms.listings + DistShift.listings
    + LavaGap.listings + Crossing.listings + DynamicObstacles.listings + MultiRoom.listings
    + LockedRoom.listings
  /// Worlds of rooms behind doors.
  private static let rooms: [MiniGridListing] =
    Unlock.listings + UnlockPickup.listings + BlockedUnlockPickup.listings
    + KeyCorridor.listings + ObstructedMaze.listings + RedBlueDoors.listings
  /// Worlds of things to find, and to remember.
  private static let things: [MiniGridListing] =
    Fetch.listings + GoToDoor.listings + GoToObject.listings + PutNear.listings
    + Memory.listings + Playground.listings

  /// Every world's entry.
  package static let entries: [CatalogEntry] = listings.map(\.entry)
}
