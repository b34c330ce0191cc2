import EnvironmentKit

/// Pictures in other sizes.
package enum PictureArea {
  /// Writes a picture in another size, each pixel the mean of the area it covers.
  ///
  /// - Parameters:
  ///   - picture: `[height, width, channel]` of bytes, 1 or 3 channels.
  ///   - shape: these extents.
  ///   - bytes: `[height, width, 3]`, written; grey becomes red, green and blue.
  package static func resize(
    _ picture: UnsafeBufferPointer<UInt8>, _ shape: [Int],
    into bytes: UnsafeMutableBufferPointer<UInt8>, width: Int, height: Int
  ) {
    let (rows, columns, channels) = (shape[0], shape[1], shape[2])
    if rows == height, columns == width, channels == 3 {
      _ = bytes.update(fromContentsOf: picture)
      return
    }
    let area = rows * columns
    for y in 0..<height {
      let (top, bottom) = (y * rows, (y + 1) * rows)
      for x in 0..<width {
        let (left, right) = (x * columns, (x + 1) * columns)
        var (red, green, blue) = (0, 0, 0)
        // In units of 1/height by 1/width of an old pixel: exact.
        for row in top / height..<(bottom + height - 1) / height {
          let tall = min(bottom, (row + 1) * height) - max(top, row * height)
          for column in left / width..<(right + width - 1) / width {
            let weight = tall * (min(right, (column + 1) * width) - max(left, column * width))
            let place = (row * columns + column) * channels
            red += weight * Int(picture[place])
            guard channels == 3 else { continue }
            green += weight * Int(picture[place + 1])
            blue += weight * Int(picture[place + 2])
          }
        }
        let target = (y * width + x) * 3
        bytes[target] = UInt8((2 * red + area) / (2 * area))
        bytes[target + 1] =
          channels == 3 ? UInt8((2 * green + area) / (2 * area)) : bytes[target]
        bytes[target + 2] =
          channels == 3 ? UInt8((2 * blue + area) / (2 * area)) : bytes[target]
      }
    }
  }
}
