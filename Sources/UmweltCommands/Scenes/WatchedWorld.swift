import DataWorlds
import EnvironmentKit
import Experiments
import Foundation
import Settings

/// A user's file of a world that is read again whenever it is saved.
struct WatchedWorld {
  /// What a save brought.
  enum Change {
    case world(CatalogEntry)
    case mistakes(DataWorldError)
  }

  /// The file as messages name it.
  var path: String { name.path }
  private let name: WorldFile
  private var contents: Data?
  private var nextLook = Date.distantPast
  private static let pause = 0.1

  /// Watches the file that a name of a world stands for; nil for an id of the catalogue.
  init?(_ world: String) {
    guard Toolkit.current.worlds.entries.allSatisfy({ $0.id != world }), let name = WorldFile(world)
    else {
      return nil
    }
    self.name = name
    contents = FileManager.default.contents(atPath: name.path)
  }

  /// What changed since the last look; nil for nothing, or while the file is being replaced.
  mutating func change(now: Date = Date()) -> Change? {
    guard now >= nextLook else { return nil }
    nextLook = now.addingTimeInterval(Self.pause)
    guard let read = FileManager.default.contents(atPath: path), !read.isEmpty, read != contents
    else { return nil }
    contents = read
    do throws(DataWorldError) {
      return .world(try name.entry())
    } catch {
      return .mistakes(error)
    }
  }
}
