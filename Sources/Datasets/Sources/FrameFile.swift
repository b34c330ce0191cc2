import Files
import Foundation

/// Frames that lie one after the other in a file; a frame is read when it is asked for.
final class FrameFile: FrameSource {
  let frameFormat: FrameFormat
  let frameCount: Int
  let contentHash: String
  private let file: RegularFile
  private let path: String
  private let start: Int
  private let size: Int

  var frameShape: [Int] { frameFormat.shape }

  /// Takes a part of a file for frames, after looking through all of it once.
  ///
  /// - Parameter path: what messages call it.
  init(
    _ file: consuming RegularFile, path: String, from start: Int = 0, _ format: FrameFormat,
    count: Int
  ) throws {
    size = format.size
    contentHash = try file.checksum(from: start, to: start + count * size, path: path).text
    self.file = file
    (self.path, self.start) = (path, start)
    (frameFormat, frameCount) = (format, count)
  }

  /// Writes frames to a file without a name.
  ///
  /// - Parameter fill: writes the next frame's bytes.
  static func written(
    _ count: Int, _ format: FrameFormat, path: String, _ preparation: FramePreparation,
    fill: (_ frame: Int, UnsafeMutableBufferPointer<UInt8>) throws -> Void
  ) throws -> FrameFile {
    let scratch = try ScratchFile(in: preparation.scratch)
    var bytes = [UInt8](repeating: 0, count: format.size)
    for frame in 0..<count {
      try bytes.withUnsafeMutableBufferPointer { try fill(frame, $0) }
      try bytes.withUnsafeBytes { try scratch.append($0) }
      try preparation.progress(frame + 1, count)
    }
    return try FrameFile(scratch.finish(), path: path, format, count: count)
  }

  func readFrame(_ frame: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) throws {
    precondition(
      (0..<frameCount).contains(frame), "FrameFile: frame \(frame), there are \(frameCount)")
    let count = try file.read(
      into: UnsafeMutableRawBufferPointer(bytes), from: start + frame * size, path: path)
    guard count == size else {
      throw FileError(
        place: path, cause: "was cut short while it was being read",
        remedy: "leave files of frames alone while the program runs")
    }
  }
}
