import CPNG
import Foundation

/// The pixels of a PNG file, 8 bits per channel; transparency is laid on black.
package struct PNGPixels: Hashable, Sendable {
  /// What the head of a file says.
  package struct Head: Hashable, Sendable {
    /// Pixels.
    package let width: Int
    package let height: Int
    /// Whether there is more than grey.
    package let isColored: Bool

    /// Reads the head alone.
    package init(_ url: URL) throws(FileError) {
      let file = try RegularFile(url)
      let bytes = try file.read(0..<min(26, file.size), path: url.path)
      guard bytes.count == 26, bytes.starts(with: Self.signature) else {
        throw FileError(
          place: url.path, cause: "is no PNG file: it begins otherwise",
          remedy: "give whole PNG files, and no others of that name")
      }
      func number(_ place: Int) -> Int { bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
      (width, height) = (number(16), number(20))
      guard PNGPixels.fits(width, height) else {
        throw FileError(
          place: url.path, cause: "says that it has \(width)×\(height) pixels",
          remedy: "give whole PNG files of pictures that fit into memory")
      }
      isColored = bytes[25] & 2 != 0
    }

    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  }

  private static let mostPixels = 1 << 28

  /// Whether there are pictures of an extent.
  private static func fits(_ width: Int, _ height: Int) -> Bool {
    (1...mostPixels).contains(width) && (1...mostPixels / width).contains(height)
  }

  /// Pixels.
  package let width: Int
  package let height: Int
  /// 1 for grey, 3 for red, green and blue.
  package let channels: Int
  /// `[height, width, channel]`.
  package let bytes: [UInt8]

  /// Unpacks a file.
  ///
  /// - Parameters:
  ///   - file: its bytes.
  ///   - channels: 1 or 3, whatever the file has.
  ///   - place: what an error calls these bytes.
  package init(_ file: [UInt8], channels: Int, place: String) throws(FileError) {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    let format = channels == 1 ? png_uint_32(0) : png_uint_32(PNG_FORMAT_FLAG_COLOR)
    let pixels = file.withUnsafeBytes { source -> (width: Int, height: Int, bytes: [UInt8])? in
      guard png_image_begin_read_from_memory(&image, source.baseAddress, source.count) != 0
      else { return nil }
      image.format = format
      let (width, height) = (Int(image.width), Int(image.height))
      guard Self.fits(width, height) else { return nil }
      var pixels = [UInt8](repeating: 0, count: width * height * channels)
      var black = png_color(red: 0, green: 0, blue: 0)
      guard png_image_finish_read(&image, &black, &pixels, 0, nil) != 0 else { return nil }
      return (width, height, pixels)
    }
    guard let pixels else {
      let message = withUnsafeBytes(of: image.message) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw FileError(
        operation: "read PNG", place: place,
        cause: message.isEmpty ? "the picture is too large" : message,
        remedy: "give a whole PNG file of a picture that fits into memory")
    }
    (width, height, bytes, self.channels) = (pixels.width, pixels.height, pixels.bytes, channels)
  }
}
