import Files
import Foundation

/// What a run trains, saved together: at every moment the folder holds all parts as of one moment.
///
/// A save writes what has changed under other names, then a note of them, then renames; a process that
/// finds such a note first finishes the renaming.
final class CheckpointSet {
  private struct Part {
    let name: String
    let step: () -> Int
    let make: () -> TensorFile
    var savedStep: Int?
  }

  private let folder: URL
  private var parts: [Part] = []
  private static let noteName = ".commit.json"

  init(_ folder: URL) { self.folder = folder }

  /// The file of a part.
  func file(_ name: String) -> URL { folder.appending(path: "\(name).safetensors") }

  private func fresh(_ name: String) -> URL { folder.appending(path: ".\(name).next") }

  /// Finishes a save that was interrupted after its note was written.
  func recover() throws {
    let note = folder.appending(path: Self.noteName)
    guard let bytes = try? readFile(note.path, atMost: 1 << 20),
      let names = try? JSONValue(reading: bytes).asArray?.compactMap(\.asString)
    else { return try DurableFile.remove(note) }
    try rename(names)
  }

  /// Names a part that is saved from now on, and gives what was saved of it before.
  ///
  /// - Parameters:
  ///   - step: how far it is: only what has moved on is written.
  ///   - make: its contents.
  func enter(
    _ name: String, step: @escaping () -> Int, make: @escaping () -> TensorFile
  ) throws -> TensorFile? {
    parts.removeAll { $0.name == name }
    parts.append(Part(name: name, step: step, make: make, savedStep: nil))
    guard FileManager.default.fileExists(atPath: file(name).path) else { return nil }
    return try TensorFile(contentsOf: file(name), isSealed: true)
  }

  /// Notes that a part is on disk as it is: it was just taken up.
  func isSaved(_ name: String) {
    guard let place = parts.firstIndex(where: { $0.name == name }) else { return }
    parts[place].savedStep = parts[place].step()
  }

  /// Saves every part that has moved on since it was saved.
  func save() throws {
    let changed = parts.indices.filter { parts[$0].savedStep != parts[$0].step() }
    guard !changed.isEmpty else { return }
    if changed.count == 1 {
      try parts[changed[0]].make().write(to: file(parts[changed[0]].name))
    } else {
      for place in changed { try parts[place].make().write(to: fresh(parts[place].name)) }
      let names = changed.map { parts[$0].name }
      try DurableFile.write(
        JSONValue.array(names.map { .string($0) }), to: folder.appending(path: Self.noteName))
      try rename(names)
    }
    for place in changed { parts[place].savedStep = parts[place].step() }
  }

  private func rename(_ names: [String]) throws {
    for name in names where FileManager.default.fileExists(atPath: fresh(name).path) {
      guard Foundation.rename(fresh(name).path, file(name).path) == 0 else {
        throw FileError(operation: "rename", path: file(name).path)
      }
    }
    try syncFolder(folder.path)
    try DurableFile.remove(folder.appending(path: Self.noteName))
  }
}
