import Datasets
import EnvironmentKit
import Files
import Foundation
import Settings

/// What a run without a world learned from, in `frames.json`: a run that goes on finds the same, or refuses.
package struct FrameNote {
  private var value: JSONValue
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
      "order": .string(source.frameFormat.order.rawValue),
      "facts": .array(source.frameFacts.map { .string($0.name) }),
      "training": .integer(split.training.count), "heldOut": .integer(split.heldOut.count),
      "leftOut": .integer(split.leftOut.count), "hash": .string(source.contentHash),
      "notes": .array(notes.map { .string($0) }),
    ]
  }

  /// Describes recorded episodes, actions and rewards included.
  init(_ given: GivenEpisodes, _ configuration: RunConfiguration, in folder: RunFolder) {
    let taken = given.dataset.prefix(frames: configuration.loop.frames)
    self.init(taken, FrameSplit(configuration.split(taken)), notes: [], in: folder)
    let format = configuration.modelRoom(in: given.entry).frames
    value["kind"] = .string(format.kind.rawValue)
    value["classes"] = .integer(format.classes)
    value["grid"] = .array(format.grid.map { .integer($0) })
    value["order"] = .string(format.order.rawValue)
    value["episodes"] = .integer(taken.episodes.count)
    value["hash"] = .string(Checksum(of: given.dataset.index.text).text)
  }

  /// Refuses to go on with other frames than the run was begun with.
  package func check(_ configuration: RunConfiguration) throws {
    let folder = RunFolder(file.deletingLastPathComponent())
    guard let noted = folder.notedFrames?["hash"]?.asString, noted != value["hash"]?.asString else {
      return
    }
    let what = configuration.isOfEpisodes ? "the episodes" : "the frames or labels"
    throw ExperimentError(
      .usage, place: configuration.dataPaths.joined(separator: ", "),
      cause: "\(what) have changed since the run in "
        + "\(folder.url.relativePath) was begun",
      remedy: "put them back as they were, or give another folder to --run-dir")
  }

  /// Writes the note.
  func write() throws { try DurableFile.write(value, to: file) }
}

extension RunFolder {
  /// What a run learned from, where it has no world.
  var framesFile: URL { url.appendingPathComponent("frames.json") }

  /// What the note says; nil where there is none.
  package var notedFrames: JSONValue? {
    try? JSONValue(reading: readFile(framesFile.path, atMost: 1 << 24))
  }
}
