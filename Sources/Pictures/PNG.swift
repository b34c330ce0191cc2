import CPNG
public import EnvironmentKit
import Files

/// Pictures as PNG: 8-bit RGB, the same bytes for the same picture.
public enum PNG {
  /// The bytes of a PNG file that shows a picture.
  public static func encode(_ frame: Frame) throws(FileError) -> [UInt8] {
    var image = emptyImage()
    image.width = png_uint_32(frame.width)
    image.height = png_uint_32(frame.height)
    image.format = rgb
    var count = png_alloc_size_t(0)
    guard png_image_write_to_memory(&image, nil, &count, 0, frame.pixels, 0, nil) != 0 else {
      throw failure(&image, "encode PNG", "\(frame.width)×\(frame.height)")
    }
    var bytes = [UInt8](repeating: 0, count: count)
    guard png_image_write_to_memory(&image, &bytes, &count, 0, frame.pixels, 0, nil) != 0 else {
      throw failure(&image, "encode PNG", "\(frame.width)×\(frame.height)")
    }
    return Array(bytes[..<count])
  }

  /// Writes a picture to a file that appears only when it is complete.
  public static func write(_ frame: Frame, to path: String) throws(FileError) {
    let bytes = try encode(frame)
    let file = try PendingFile(path: path, operation: "write PNG")
    bytes.withUnsafeBytes { file.write($0) }
    try file.commit()
  }

  /// The picture in the bytes of a PNG file; transparency is laid on black.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - place: what an error calls these bytes.
  public static func decode(_ bytes: [UInt8], place: String = "memory") throws(FileError)
    -> Frame
  {
    let picture = try PNGPixels(bytes, channels: 3, place: place)
    return Frame(width: picture.width, height: picture.height, pixels: picture.bytes)
  }

  /// Reads a picture from a file.
  public static func read(_ path: String) throws(FileError) -> Frame {
    try decode(readFile(path, operation: "read PNG"), place: path)
  }

  private static let rgb = png_uint_32(PNG_FORMAT_FLAG_COLOR)

  private static func emptyImage() -> png_image {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    return image
  }

  private static func failure(_ image: inout png_image, _ operation: String, _ place: String)
    -> FileError
  {
    let message = withUnsafeBytes(of: image.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    png_image_free(&image)
    return FileError(
      operation: operation, place: place, cause: message,
      remedy: "give a whole PNG file of a picture that fits into memory")
  }
}
