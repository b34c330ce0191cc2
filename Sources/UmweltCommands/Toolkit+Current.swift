import Controllers
import DataWorlds
import EnvironmentKit
import GymnasiumWorlds
import Settings
import Synchronization
import WorldModels

extension Toolkit {
  /// Worlds, and the kinds of this library with a user's own; worlds are read from YAML files,
  /// and from Gymnasium, as well.
  ///
  /// - Parameter worlds: of two with one id the later one counts.
  public static func standard(
    worlds: [CatalogEntry], models: [any WorldModelSettings.Type] = [],
    learners: [any LearnerSettings.Type] = []
  ) -> Toolkit {
    var seen: Set<String> = []
    let entries = worlds.reversed().filter { seen.insert($0.id).inserted }.reversed()
    return Toolkit(
      worlds: WorldCatalog(Array(entries)) { name, copy in
        if let world = GymnasiumName(name) { return try naming { try world.entry() } }
        guard let file = WorldFile(name) else { return nil }
        return try naming { try file.entry(copy: copy) }
      }, kinds: .standard.adding(models: models, learners: learners))
  }

  private static let chosen = Mutex<Toolkit?>(nil)

  /// What the running program is made of.
  package static var current: Toolkit {
    get {
      chosen.withLock { known in
        let toolkit = known ?? .standard(worlds: [])
        known = toolkit
        return toolkit
      }
    }
    set { chosen.withLock { $0 = newValue } }
  }
}
