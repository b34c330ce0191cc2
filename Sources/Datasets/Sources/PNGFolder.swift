import Files
import Foundation

/// The PNG files of a folder, in the order of their names.
enum PNGFolder {
  /// Unpacks every file once; grey where all are grey.
  ///
  /// - Throws: where the files differ in size and no size is asked for, or one is damaged.
  static func source(
    _ files: [URL], in folder: URL, _ preparation: FramePreparation
  ) throws -> any FrameSource {
    let heads = try files.map { try PNGPixels.Head($0) }
    let channels = heads.contains(where: \.isColored) ? 3 : 1
    let first = heads[0]
    if preparation.size == 0,
      let other = heads.firstIndex(where: { ($0.width, $0.height) != (first.width, first.height) })
    {
      throw FileError(
        place: files[other].relativePath,
        cause: "is \(heads[other].width)×\(heads[other].height) pixels, "
          + "\(files[0].lastPathComponent) is \(first.width)×\(first.height)",
        remedy: "bring all to one size, such as with --size 64")
    }
    let shape = preparation.shape(of: [first.height, first.width, channels])
    return try FrameFile.written(
      files.count, FrameFormat(shape: shape), path: folder.relativePath, preparation
    ) { frame, bytes in
      let path = files[frame].relativePath
      let picture = try PNGPixels(readFile(path), channels: channels, place: path)
      picture.bytes.withUnsafeBufferPointer { pixels in
        if pixels.count == bytes.count, [picture.height, picture.width, channels] == shape {
          _ = bytes.update(fromContentsOf: pixels)
        } else {
          FrameScaler(
            from: [picture.height, picture.width, channels], to: preparation.size, preparation.fit
          ).scale(pixels, into: bytes)
        }
      }
    }
  }
}
