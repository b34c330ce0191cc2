/// A colour of 8-bit red, green and blue.
public struct Color: Hashable, Sendable {
  /// Red, 0...255.
  public var red: UInt8
  /// Green, 0...255.
  public var green: UInt8
  /// Blue, 0...255.
  public var blue: UInt8

  /// Creates a colour of its components, each 0...255.
  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Black.
  public static let black = Color(0, 0, 0)
  /// White.
  public static let white = Color(255, 255, 255)

  /// The colour `share` of the way to another, 0 giving this one and 1 the other.
  public func mixed(with other: Color, _ share: Float) -> Color {
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      let mixed: Float = Float(a) + (Float(b) - Float(a)) * share
      return UInt8(max(0, min(255, mixed.rounded())))
    }
    return Color(mix(red, other.red), mix(green, other.green), mix(blue, other.blue))
  }
}

/// A picture of 8-bit RGB rows, top row first.
public struct Frame: Hashable, Sendable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `height`×`width`×3 bytes.
  public var pixels: [UInt8]

  /// Creates a picture of one colour.
  public init(width: Int, height: Int, filledWith color: Color = .black) {
    precondition(width > 0 && height > 0, "Frame: \(width)×\(height) has an extent below 1")
    self.width = width
    self.height = height
    pixels = [UInt8](repeating: 0, count: width * height * 3)
    withCanvas { $0.fill(color) }
  }

  /// Creates a picture of given bytes.
  ///
  /// - Precondition: there are `width`×`height`×3 of them.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      pixels.count == width * height * 3,
      "Frame: \(pixels.count) bytes for \(width)×\(height)×3")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Creates a picture of a frame of bytes, for people.
  ///
  /// - Parameters:
  ///   - bytes: `[height, width, channel]`; one channel is grey, two are red and green, of more the first
  ///     three count.
  ///   - shape: height, width and channels.
  public init(_ bytes: some RandomAccessCollection<UInt8>, shape: [Int]) {
    precondition(
      shape.count == 3 && shape[2] >= 1 && bytes.count == shape.reduce(1, *),
      "Frame: \(bytes.count) bytes for a shape of \(shape); give [height, width, channel]")
    let (places, channels) = (shape[0] * shape[1], shape[2])
    var pixels = [UInt8](repeating: 0, count: places * 3)
    for place in 0..<places {
      for color in 0..<3 where color < channels || channels == 1 {
        pixels[place * 3 + color] =
          bytes[
            bytes.index(bytes.startIndex, offsetBy: place * channels + min(color, channels - 1))]
      }
    }
    self.init(width: shape[1], height: shape[0], pixels: pixels)
  }

  /// The colour at a place.
  public subscript(x: Int, y: Int) -> Color {
    get {
      let start = (y * width + x) * 3
      return Color(pixels[start], pixels[start + 1], pixels[start + 2])
    }
    set {
      let start = (y * width + x) * 3
      pixels[start] = newValue.red
      pixels[start + 1] = newValue.green
      pixels[start + 2] = newValue.blue
    }
  }

  /// Draws on the picture.
  public mutating func withCanvas(_ draw: (Canvas) -> Void) {
    let (width, height) = (width, height)
    pixels.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      draw(Canvas(base, width: width, height: height))
    }
  }
}
