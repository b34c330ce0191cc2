import Datasets
import Experiments
import Files
import Foundation
import Settings

/// A folder of frames with their labels, as `train vision` takes them.
struct AugmentedFolder {
  private let url: URL
  private static let names = (frames: "frames.npy", labels: "labels.npy", latents: "latents.npy")

  /// The files, by what `sample.json` calls them.
  var members: [JSONValue.Member] {
    [("frames", frames), ("labels", labels), ("latents", latents)].map {
      JSONValue.Member($0.0, .string($0.1.relativePath))
    }
  }

  private var frames: URL { url.appendingPathComponent(Self.names.frames) }
  private var labels: URL { url.appendingPathComponent(Self.names.labels) }
  private var latents: URL { url.appendingPathComponent(Self.names.latents) }
  private var partial: URL { url.appendingPathComponent(".\(Self.names.frames).partial") }

  /// Names a folder; nothing is made yet.
  ///
  /// - Throws: where it holds something else.
  init(_ path: String) throws {
    url = URL(fileURLWithPath: path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    let own = [Self.names.frames, Self.names.labels, Self.names.latents]
    let found = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    guard isFolder.boolValue, found.allSatisfy({ own.contains($0) || $0.hasSuffix(".partial") })
    else {
      throw ExperimentError(
        .usage, place: "--save \(path)",
        cause: isFolder.boolValue ? "the folder holds other things" : "is a file",
        remedy: "give an empty or new folder")
    }
  }

  /// Writes frames as they are made, then what is known of them; the files get their names when all is there.
  ///
  /// - Parameters:
  ///   - format: what frames are.
  ///   - fill: calls what it is given with portions of frames; what it returns is `[row, fact]` and `[row, latent]`.
  func write(
    _ format: FrameFormat,
    _ fill: (_ append: ([UInt8]) throws -> Void) throws -> (
      labels: [Float], latents: [Float], count: Int
    )
  ) throws {
    try DurableFile.createFolder(url)
    defer { try? FileManager.default.removeItem(at: partial) }
    let made: (labels: [Float], latents: [Float], count: Int)
    if format.isOfFloats {
      let writer = try NpyWriter<Float>(at: partial, rowShape: format.shape)
      made = try fill { try writer.append(format.numbers($0)) }
      try writer.finish()
    } else {
      let writer = try NpyWriter<UInt8>(at: partial, rowShape: format.shape)
      made = try fill { try writer.append($0) }
      try writer.finish()
    }
    // Labels of other frames never stand beside these.
    for file in [labels, latents, frames] { try DurableFile.remove(file) }
    try FileManager.default.moveItem(at: partial, to: frames)
    let width = made.labels.count / max(1, made.count)
    try NpyWriter.write(
      made.labels, shape: width == 1 ? [made.count] : [made.count, width], to: labels)
    try NpyWriter.write(
      made.latents, shape: [made.count, made.latents.count / max(1, made.count)], to: latents)
  }
}
