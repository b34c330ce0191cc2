import EnvironmentKit
import Files
import Foundation

/// A user's file that describes worlds, named where an id of a world may stand.
public struct WorldFile: Hashable, Sendable {
  /// The file.
  public let path: String
  /// The variant; nil for the file's first.
  public let variant: String?

  /// Reads `my.yaml` or `my.yaml:Variant`, large letters or small; nil for what names no YAML file.
  public init?(_ name: String) {
    for ending in [".yaml", ".yml"] {
      if name.lowercased().hasSuffix(ending) {
        (path, variant) = (name, nil)
        return
      }
      guard let end = name.range(of: ending + ":", options: [.backwards, .caseInsensitive]) else {
        continue
      }
      path = String(name[..<end.upperBound].dropLast())
      variant = String(name[end.upperBound...])
      return
    }
    return nil
  }

  /// Compiles the file.
  ///
  /// - Parameter copy: the path of a copy to be read in its place.
  /// - Throws: where it cannot be read, all its mistakes at once.
  public func load(copiedTo copy: String? = nil) throws(DataWorldError) -> DataWorldFile {
    let path = copy ?? path
    guard let data = FileManager.default.contents(atPath: path) else {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw Self.failure(
        path, isThere ? "it cannot be read as a file" : "there is no such file",
        isThere ? "give a YAML file that this user may read" : "check the path")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw Self.failure(path, "it is not text in UTF-8", "give a YAML file")
    }
    return try DataWorldFile(text: text, path: path)
  }

  /// The variant's entry, its id being the name of the file and of the variant.
  ///
  /// - Parameter copy: the path of a copy to be read in the file's place; the id stays.
  public func entry(copiedTo copy: String? = nil) throws(DataWorldError) -> CatalogEntry {
    let file = try load(copiedTo: copy)
    let names = file.ids
    let wanted = variant ?? names.first ?? ""
    let entries = file.entries { $0 == names.first ? path : "\(path):\($0)" }
    guard let index = names.firstIndex(of: wanted) else {
      throw Self.failure(
        path, "there is no variant '\(wanted)'", NearestName.hint(wanted, among: names))
    }
    return entries[index]
  }

  private static func failure(
    _ path: String, _ cause: String, _ remedy: String
  ) -> DataWorldError {
    DataWorldError(
      operation: "load", place: path,
      problems: [WorldProblem(cause: cause, remedy: remedy)])
  }
}
