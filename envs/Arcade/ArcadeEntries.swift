import EnvironmentKit

/// The worlds of the arcade.
package enum ArcadeEntries {
  /// Every game in both versions, game after game.
  package static let entries: [CatalogEntry] =
    entries(Breakout.self) + entries(Asterix.self)
    + entries(Freeway.self) + entries(Seaquest.self) + entries(SpaceInvaders.self)

  private static func entries<Game: ArcadeGame>(_ game: Game.Type) -> [CatalogEntry] {
    [0, 1].map { entry(game, version: $0) }
  }

  /// Keys for people.
  private static let keys: [(key: String, action: ArcadeAction)] = [
    ("left", .left), ("right", .right), ("up", .up), ("down", .down), ("space", .fire),
    ("a", .left), ("d", .right), ("w", .up), ("s", .down),
  ]

  private static func entry<Game: ArcadeGame>(_: Game.Type, version: Int) -> CatalogEntry {
    let actions = ArcadeWorld<Game>.actions(version)
    func value(_ action: ArcadeAction) -> ActionValue? {
      actions.index(of: action).map { .index($0) }
    }
    let isUseful = { Game.usefulActions.contains($0) }
    return CatalogEntry(
      id: ArcadeWorld<Game>.id(version), family: "MinAtar-\(Game.name)",
      file: "envs/Arcade/\(Game.name)",
      reference: "minatar 1.0.15, \(Game.name): same seed, same game",
      observations: ArcadeObserver<Game>.kinds,
      keys: keys.filter { isUseful($0.action) }.compactMap { key in
        value(key.action).map { (key.key, $0) }
      },
      idleAction: value(.stay), stayAction: value(.stay),
      actionLine: line(Game.usefulActions, actions),
      blindPolicies: blindPolicies(
        Game.usefulActions.compactMap { action in
          value(action).map { ("\(action)", $0) }
        }),
      factsPolicy: .index { actions.index(of: Game.play($0)) ?? 0 },
      regions: { Game.places($0).map(region) },
      actions: actions.space,
      make: { ArcadeWorld<Game>($0, version: version) })
  }

  /// Left, stay, right where there is nothing else to do.
  private static func line(_ useful: [ArcadeAction], _ actions: ArcadeActionSet) -> [Int32] {
    useful == [.stay, .left, .right]
      ? [ArcadeAction.left, .stay, .right].compactMap { actions.index(of: $0) } : []
  }

  /// Each action for ever, and all of them in turn for some steps each.
  private static func blindPolicies(_ actions: [(name: String, value: ActionValue)])
    -> [BlindPolicy]
  {
    actions.map { BlindPolicy($0.name, [($0.value, 1)]) }
      + [1, 3, 8].map { steps in
        BlindPolicy("in turn, \(steps) each", actions.map { ($0.value, steps) })
      }
  }

  /// A cell in the 64×64 observation.
  private static func region(_ cell: Cell) -> ImageRegion {
    ImageRegion(
      centerX: 2 + (Float(cell.x) + 0.5) * 6, centerY: 2 + (Float(cell.y) + 0.5) * 6, radius: 3)
  }
}
