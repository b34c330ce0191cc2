import Files
import Foundation
import Ranks
import Settings

/// What a run trains, saved together: at every moment the folder holds all parts as of one moment.
///
/// A save writes what has changed under other names, then a note of them, then renames; a process that
/// finds such a note first finishes the renaming.
package final class CheckpointSet {
  private struct Part {
    let name: String
    let step: () -> Int
    let make: () -> TensorFile
    var savedStep: Int?
  }

  private let folder: URL
  private let run: RunIdentity
  private let ranks: any Communicator
  private var parts: [Part] = []
  private static let noteName = ".commit.json"

  /// Names a folder.
  ///
  /// - Parameters:
  ///   - run: what every file notes, and must note to be taken up.
  ///   - ranks: the processes that train together; the leader writes.
  package init(_ folder: URL, run: RunIdentity, ranks: any Communicator = SoleProcess()) {
    (self.folder, self.run, self.ranks) = (folder, run, ranks)
  }

  /// The file of a part.
  func file(_ name: String) -> URL { folder.appending(path: "\(name).safetensors") }

  private func fresh(_ name: String) -> URL { folder.appending(path: ".\(name).next") }

  /// Finishes a save that was interrupted after its note was written; for who holds the run's lock.
  func recover() throws {
    guard let names = noted else {
      return try DurableFile.remove(folder.appending(path: Self.noteName))
    }
    try rename(names)
  }

  /// The parts whose renaming is not finished; nil where there is no note.
  private var noted: [String]? {
    let note = folder.appending(path: Self.noteName)
    guard let bytes = try? readFile(note.path, atMost: 1 << 20) else { return nil }
    return try? JSONValue(reading: bytes).asArray?.compactMap(\.asString)
  }

  /// Where a part is to be read by who only looks: its file, or what will take its place.
  package func readable(_ name: String) -> URL {
    let waits =
      noted?.contains(name) == true && FileManager.default.fileExists(atPath: fresh(name).path)
    return waits ? fresh(name) : file(name)
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
    let run = run
    let noted = {
      var file = make()
      file.metadata[RunIdentity.key] = run.text
      return file
    }
    parts.append(Part(name: name, step: step, make: noted, savedStep: nil))
    return try saved(name)
  }

  /// What was saved of a part of this very run; nil where nothing was yet.
  func saved(_ name: String) throws -> TensorFile? {
    FileManager.default.fileExists(atPath: file(name).path) ? try read(name) : nil
  }

  /// What was saved of a part of this very run.
  package func read(_ name: String) throws -> TensorFile {
    let found = try TensorFile(contentsOf: file(name), isSealed: true)
    try run.check(found.metadata[RunIdentity.key], place: file(name).path)
    return found
  }

  /// Notes that a part is on disk as it is: it was just taken up.
  func isSaved(_ name: String) {
    guard let place = parts.firstIndex(where: { $0.name == name }) else { return }
    parts[place].savedStep = parts[place].step()
  }

  /// Notes that a part is another one than on disk, though it took no step.
  func hasChanged(_ name: String) {
    guard let place = parts.firstIndex(where: { $0.name == name }) else { return }
    parts[place].savedStep = nil
  }

  /// Saves every part that has moved on since it was saved.
  ///
  /// - Parameter compares: whether processes that train together first see that they hold the same; all must call.
  func save(compares: Bool = true) throws {
    let changed = parts.indices.filter { parts[$0].savedStep != parts[$0].step() }
    guard !changed.isEmpty else { return }
    let comparing = compares && ranks.isShared
    if comparing || ranks.isLeader {
      let files = changed.map { (part: parts[$0], file: parts[$0].make()) }
      if comparing { try compare(files) }
      if ranks.isLeader { try write(files) }
    }
    for place in changed { parts[place].savedStep = parts[place].step() }
  }

  private func write(_ changed: [(part: Part, file: TensorFile)]) throws {
    if changed.count == 1 {
      try changed[0].file.write(to: file(changed[0].part.name))
    } else {
      for (part, file) in changed { try file.write(to: fresh(part.name)) }
      let names = changed.map(\.part.name)
      try DurableFile.write(
        JSONValue.array(names.map { .string($0) }), to: folder.appending(path: Self.noteName))
      try rename(names)
    }
  }

  /// Compares what the processes that train together hold.
  private func compare(_ changed: [(part: Part, file: TensorFile)]) throws {
    for (part, file) in changed where !ranks.isSameEverywhere(file.contentHash) {
      throw ExperimentError(
        place: part.name,
        cause:
          "after step \(part.step()) the ranks of this job no longer hold the same numbers",
        remedy:
          "use machines with the same processors and libraries; the checkpoint before is kept in "
          + folder.path)
    }
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
