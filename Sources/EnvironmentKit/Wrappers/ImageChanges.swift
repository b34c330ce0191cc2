/// A picture in grey: `[height, width, 3]` becomes `[height, width, 1]`.
///
/// Red, green and blue weigh 0.2125, 0.7154 and 0.0721; fractions are cut off, as in Gymnasium.
public struct Grayscale: ImageChange {
  /// Makes pictures grey.
  public init() {}

  /// One channel instead of three.
  public func shape(of image: [Int]) -> [Int]? {
    image.count == 3 && image[2] == 3 ? [image[0], image[1], 1] : nil
  }

  /// Writes the grey picture.
  public func write(
    _ image: UnsafeBufferPointer<UInt8>, _ shape: [Int],
    into changed: UnsafeMutableBufferPointer<UInt8>
  ) {
    for pixel in changed.indices {
      let (red, green) = (Double(image[3 * pixel]), Double(image[3 * pixel + 1]))
      let blue = Double(image[3 * pixel + 2])
      changed[pixel] = UInt8(red * 0.2125 + green * 0.7154 + blue * 0.0721)
    }
  }
}

/// A picture in another size, each pixel the mean of the area it covers; channels stay.
public struct Resize: ImageChange {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int

  /// Makes pictures of a size, 1×1 or more.
  public init(width: Int, height: Int) {
    precondition(width >= 1 && height >= 1, "Resize: \(width)×\(height); give 1×1 or more")
    self.width = width
    self.height = height
  }

  /// The new size, with the old channels.
  public func shape(of image: [Int]) -> [Int]? {
    image.count == 3 ? [height, width, image[2]] : nil
  }

  /// Writes the picture in its new size.
  public func write(
    _ image: UnsafeBufferPointer<UInt8>, _ shape: [Int],
    into changed: UnsafeMutableBufferPointer<UInt8>
  ) {
    var place = 0
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<shape[2] {
          changed[place] = mean(image, shape, x, y, channel)
          place += 1
        }
      }
    }
  }

  /// The mean over a new pixel's area, in units of 1/height by 1/width of an old pixel: exact.
  private func mean(
    _ image: UnsafeBufferPointer<UInt8>, _ shape: [Int], _ x: Int, _ y: Int, _ channel: Int
  ) -> UInt8 {
    let (top, bottom) = (y * shape[0], (y + 1) * shape[0])
    let (left, right) = (x * shape[1], (x + 1) * shape[1])
    var sum = 0
    for row in top / height..<(bottom + height - 1) / height {
      let rows = min(bottom, (row + 1) * height) - max(top, row * height)
      for column in left / width..<(right + width - 1) / width {
        let columns = min(right, (column + 1) * width) - max(left, column * width)
        let value = Int(image[(row * shape[1] + column) * shape[2] + channel])
        sum += value * rows * columns
      }
    }
    let area = shape[0] * shape[1]
    return UInt8((2 * sum + area) / (2 * area))
  }
}

/// Symbols as bytes of 0 and 1: the last axis holds a byte for every value of every symbol.
public struct OneHot: ImageChange {
  /// How many values each symbol of the last axis can have.
  public let values: [Int]

  /// Spreads symbols out; MiniGrid's kinds, colours and states are `[11, 6, 3]`.
  public init(_ values: [Int]) {
    precondition(
      !values.isEmpty && values.allSatisfy { 1...256 ~= $0 },
      "OneHot: \(values) values; give 1...256 for each symbol")
    self.values = values
  }

  /// As many bytes along the last axis as there are values.
  public func shape(of image: [Int]) -> [Int]? {
    image.last == values.count ? image.dropLast() + [values.reduce(0, +)] : nil
  }

  /// Writes the bytes; a symbol beyond its values leaves its bytes at 0.
  public func write(
    _ image: UnsafeBufferPointer<UInt8>, _ shape: [Int],
    into changed: UnsafeMutableBufferPointer<UInt8>
  ) {
    changed.update(repeating: 0)
    var start = 0
    for index in image.indices {
      let count = values[index % values.count]
      if image[index] < count { changed[start + Int(image[index])] = 1 }
      start += count
    }
  }
}

extension World {
  /// This world, its image in grey.
  public func grayscale() -> ChangedImage<Self, Grayscale> { changingImage(Grayscale()) }

  /// This world, its image in another size.
  public func resize(width: Int, height: Int) -> ChangedImage<Self, Resize> {
    changingImage(Resize(width: width, height: height))
  }

  /// This world, its image's symbols spread over bytes of 0 and 1.
  ///
  /// - Parameter values: how many values each symbol of the last axis can have.
  public func oneHot(_ values: [Int]) -> ChangedImage<Self, OneHot> {
    changingImage(OneHot(values))
  }
}
