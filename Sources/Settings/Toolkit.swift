import EnvironmentKit
import Files

/// What a program is made of: the worlds that its commands know by name, and the kinds of models and
/// learners that its configurations may name.
public struct Toolkit: Sendable {
  /// The worlds.
  public var worlds: WorldCatalog
  /// The models and learners.
  public var kinds: Kinds

  /// Joins worlds and kinds.
  public init(worlds: WorldCatalog, kinds: Kinds = .standard) {
    (self.worlds, self.kinds) = (worlds, kinds)
  }
}

/// The worlds of a program: those of its catalogue, and those in files of its users.
public struct WorldCatalog: Sendable {
  /// Reads a world from a user's file.
  ///
  /// Takes what stands for the world, such as `my.yaml`, and the text of a copy to be read in the
  /// file's place; gives nil for what is no name of a file.
  public typealias FileReader =
    @Sendable (_ name: String, _ copy: String?) throws -> CatalogEntry?

  /// The worlds known by id.
  public var entries: [CatalogEntry]
  private let readFile: FileReader

  /// Names worlds.
  public init(_ entries: [CatalogEntry], readFile: @escaping FileReader = { _, _ in nil }) {
    (self.entries, self.readFile) = (entries, readFile)
  }

  /// The world of an id, or of a user's file.
  ///
  /// - Parameter copy: the text to be read in a file's place, whatever became of the file.
  /// - Throws: where there is none of that name, naming the nearest; or the file's first mistake.
  public func find(_ name: String, copy: String? = nil) throws -> CatalogEntry {
    if let entry = entries.first(where: { $0.id == name }) { return entry }
    if let entry = try readFile(name, copy) { return entry }
    throw ExperimentError(
      .usage, place: "world '\(name)'", cause: "there is no such world", remedy: hint(name))
  }

  /// The worlds of a family where a family is named, else the nearest id.
  private func hint(_ name: String) -> String {
    let family = entries.filter { $0.family.lowercased() == name.lowercased() }.map(\.id)
    if family.count == 1 { return "did you mean '\(family[0])'?" }
    if !family.isEmpty {
      return "that is a family: give \(family.prefix(12).joined(separator: ", "))"
        + (family.count > 12 ? " …" : "")
    }
    let ids = entries.map(\.id)
    let near = NearestName.find(name, among: ids).map { "did you mean '\($0)'? " } ?? ""
    return near
      + "all are listed by: \(ShellCommand.text("envs")); the path of a .yaml file will do as well"
  }
}
