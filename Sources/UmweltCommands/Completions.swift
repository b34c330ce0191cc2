import ArgumentParser
import Experiments
import Foundation
import Settings

/// What the shell completes.
extension CompletionKind {
  /// Ids of worlds, and `.yaml` files.
  static var world: CompletionKind {
    .custom { _, _, typed in
      Toolkit.current.worlds.entries.map(\.id).filter { $0.hasPrefix(typed) } + yamlFiles(typed)
    }
  }

  /// Names of presets.
  static var preset: CompletionKind { .list(Preset.names) }

  /// Files and folders on the way to a world's file.
  private static func yamlFiles(_ typed: String) -> [String] {
    let folder = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
    let place = folder.isEmpty ? FileManager.default.currentDirectoryPath : folder
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    return names.sorted().filter { !$0.hasPrefix(".") }.compactMap { name in
      let path = folder + name
      guard path.hasPrefix(typed) else { return nil }
      if name.lowercased().hasSuffix(".yaml") { return path }
      var isFolder: ObjCBool = false
      let exists = FileManager.default.fileExists(
        atPath: (place as NSString).appendingPathComponent(name), isDirectory: &isFolder)
      return exists && isFolder.boolValue ? path + "/" : nil
    }
  }
}
