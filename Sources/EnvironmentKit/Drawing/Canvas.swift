/// A place to draw on: RGB bytes that somebody else owns.
///
/// Everything is clipped to its bounds.
/// Coordinates of shapes are in pixels, x to the right and y downwards, pixel (i, j) covering
/// i..<i+1 and j..<j+1. Nothing here allocates or draws random numbers.
@frozen
public struct Canvas {
  /// The first byte of the top left pixel.
  public let base: UnsafeMutablePointer<UInt8>
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int

  /// Creates a canvas over `height`×`width`×3 bytes.
  @inlinable
  public init(_ base: UnsafeMutablePointer<UInt8>, width: Int, height: Int) {
    self.base = base
    self.width = width
    self.height = height
  }

  /// Sets one pixel, where it lies inside.
  @inlinable
  public func set(_ x: Int, _ y: Int, _ color: Color) {
    guard x >= 0, y >= 0, x < width, y < height else { return }
    let pixel = base + (y * width + x) * 3
    pixel[0] = color.red
    pixel[1] = color.green
    pixel[2] = color.blue
  }

  /// Mixes a colour into one pixel, where it lies inside.
  ///
  /// - Parameter share: 0 leaves the pixel, 1 replaces it.
  @inlinable
  public func blend(_ x: Int, _ y: Int, _ color: Color, _ share: Float) {
    guard x >= 0, y >= 0, x < width, y < height, share > 0 else { return }
    let pixel = base + (y * width + x) * 3
    let weight = Int32(min(share, 1) * 256 + 0.5)
    pixel[0] = Self.mix(pixel[0], color.red, weight)
    pixel[1] = Self.mix(pixel[1], color.green, weight)
    pixel[2] = Self.mix(pixel[2], color.blue, weight)
  }

  @inlinable
  static func mix(_ old: UInt8, _ new: UInt8, _ weight: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: Int32(old) + ((Int32(new) - Int32(old)) * weight + 128) >> 8)
  }

  /// Fills the whole canvas.
  public func fill(_ color: Color) {
    fillRectangle(x: 0, y: 0, width: width, height: height, color)
  }

  /// Fills a rectangle of whole pixels.
  public func fillRectangle(x: Int, y: Int, width: Int, height: Int, _ color: Color) {
    let columns = max(0, x)..<max(0, x, min(self.width, x + width))
    for row in max(0, y)..<max(0, y, min(self.height, y + height)) {
      var pixel = base + (row * self.width + columns.lowerBound) * 3
      for _ in columns {
        pixel[0] = color.red
        pixel[1] = color.green
        pixel[2] = color.blue
        pixel += 3
      }
    }
  }

  /// Fills a disc, its edge smoothed over one pixel.
  public func fillDisc(
    centerX: Float, centerY: Float, radius: Float, _ color: Color, opacity: Float = 1
  ) {
    let reach = radius + 1
    let rows = clipped(centerY - reach, centerY + reach, height)
    let columns = clipped(centerX - reach, centerX + reach, width)
    for y in rows {
      let dy = Float(y) + 0.5 - centerY
      for x in columns {
        let dx = Float(x) + 0.5 - centerX
        let distance = (dx * dx + dy * dy).squareRoot()
        let cover = min(1, max(0, radius - distance + 0.5))
        if cover > 0 { blend(x, y, color, cover * opacity) }
      }
    }
  }

  /// The whole pixels that an interval touches, cut to the canvas.
  @inline(__always)
  func clipped(_ low: Float, _ high: Float, _ extent: Int) -> Range<Int> {
    let limit = Float(extent)
    let first = Int(max(0, min(limit, low)))
    let last = Self.ceiling(max(0, min(limit, high)))
    return first..<max(first, last)
  }

  /// The least whole number not below one that is not negative, without a call into libm.
  @inline(__always)
  static func ceiling(_ value: Float) -> Int {
    let whole = Int(value)
    return Float(whole) < value ? whole + 1 : whole
  }
}
