import Controllers
import DataWorlds
import EnvironmentKit
import Environments
import Experiments
import Synchronization
import WorldModels

extension Toolkit {
  /// The worlds and kinds of this library, with a user's own.
  public static func standard(
    worlds: [CatalogEntry] = [], models: [any WorldModelSettings.Type] = [],
    learners: [any LearnerSettings.Type] = []
  ) -> Toolkit {
    let own = Set(worlds.map(\.id))
    let entries = Catalog.entries.filter { !own.contains($0.id) } + worlds
    return Toolkit(
      worlds: WorldCatalog(entries) { name, copy in
        guard let file = WorldFile(name) else { return nil }
        return try naming { try file.entry(copy: copy) }
      }, kinds: .standard.adding(models: models, learners: learners))
  }

  private static let chosen = Mutex<Toolkit?>(nil)

  /// What the running program is made of.
  package static var current: Toolkit {
    get {
      chosen.withLock { known in
        let toolkit = known ?? .standard()
        known = toolkit
        return toolkit
      }
    }
    set { chosen.withLock { $0 = newValue } }
  }
}
