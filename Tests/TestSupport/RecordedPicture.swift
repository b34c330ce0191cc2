import CPNG

/// A PNG file as RGB bytes.
public struct RecordedPicture: Sendable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `height`×`width`×3 bytes.
  public let pixels: [UInt8]

  /// Reads a file.
  public init(path: String) throws {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    guard png_image_begin_read_from_file(&image, path) != 0 else {
      throw UnreadableFile(path: path, description: "\(path): no readable PNG")
    }
    image.format = 2  // PNG_FORMAT_RGB, a macro that is not imported
    var bytes = [UInt8](repeating: 0, count: Int(image.width) * Int(image.height) * 3)
    guard png_image_finish_read(&image, nil, &bytes, 0, nil) != 0 else {
      throw UnreadableFile(path: path, description: "\(path): damaged PNG")
    }
    (width, height) = (Int(image.width), Int(image.height))
    pixels = bytes
  }
}
