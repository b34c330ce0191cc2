import Datasets
import Files
import Foundation
import Settings

/// What a run of V alone learned from, in `frames.json`: a run that goes on finds the same, or refuses.
package struct FrameNote {
  private let value: JSONValue
  private let file: URL

  package init(
    _ source: any FrameSource, _ split: FrameSplit, notes: [String], in folder: RunFolder
  ) {
    file = folder.framesFile
    value = [
      "schema": 1, "frames": .integer(source.frameCount),
      "shape": .array(source.frameShape.map { .integer($0) }),
      "kind": .string(source.frameFormat.kind.rawValue),
      "classes": .integer(source.frameFormat.classes),
      "grid": .array(source.frameFormat.grid.map { .integer($0) }),
      "facts": .array(source.frameFacts.map { .string($0.name) }),
      "training": .integer(split.training.count), "heldOut": .integer(split.heldOut.count),
      "leftOut": .integer(split.leftOut.count), "hash": .string(source.contentHash),
      "notes": .array(notes.map { .string($0) }),
    ]
  }

  /// Refuses to go on with other frames than the run was begun with.
  package func check(_ configuration: RunConfiguration) throws {
    let folder = RunFolder(file.deletingLastPathComponent())
    guard let noted = folder.notedFrames?["hash"]?.asString, noted != value["hash"]?.asString else {
      return
    }
    throw ExperimentError(
      .usage, place: configuration.data.frames.joined(separator: ", "),
      cause: "the frames or labels have changed since the run in "
        + "\(folder.url.relativePath) was begun",
      remedy: "put them back as they were, or give another folder to --run-dir")
  }

  /// Writes the note.
  func write() throws { try DurableFile.write(value, to: file) }
}

extension RunFolder {
  /// What V learned from, where frames are all there is.
  var framesFile: URL { url.appendingPathComponent("frames.json") }

  /// What the note says; nil where there is none.
  package var notedFrames: JSONValue? {
    try? JSONValue(reading: readFile(framesFile.path, atMost: 1 << 24))
  }
}
