/// A place on a canvas, in pixels.
public struct CanvasPoint: Hashable, Sendable {
  /// Pixels from the left edge.
  public var x: Float
  /// Pixels from the top edge.
  public var y: Float

  /// Creates a place.
  public init(_ x: Float, _ y: Float) {
    self.x = x
    self.y = y
  }
}

/// What a shape is filled with: one colour, or a gradient along a line.
public struct Shade: Hashable, Sendable {
  let start: SIMD4<Float>
  let change: SIMD4<Float>
  /// The share of the way at a pixel centre is `offset + slopeX * x + slopeY * y`, kept in 0...1.
  let slopeX: Float
  let slopeY: Float
  let offset: Float

  /// Fills with one colour.
  public init(_ color: Color) {
    start = Self.components(color)
    change = .zero
    (slopeX, slopeY, offset) = (0, 0, 0)
  }

  /// Fills with a gradient: `first` at one point, `last` at another, lines across of one colour.
  public init(_ first: Color, at begin: CanvasPoint, _ last: Color, at end: CanvasPoint) {
    start = Self.components(first)
    change = Self.components(last) - start
    let (dx, dy) = (end.x - begin.x, end.y - begin.y)
    let square = max(dx * dx + dy * dy, 1e-6)
    slopeX = dx / square
    slopeY = dy / square
    offset = -(begin.x * dx + begin.y * dy) / square
  }

  /// Whether a row of pixels has one colour.
  var isLevel: Bool { slopeX == 0 }

  /// Red, green, blue at a pixel centre, 0...255.
  @inline(__always)
  func color(_ x: Float, _ y: Float) -> SIMD4<Float> {
    start + change * min(1, max(0, offset + slopeX * x + slopeY * y))
  }

  static func components(_ color: Color) -> SIMD4<Float> {
    SIMD4(Float(color.red), Float(color.green), Float(color.blue), 0)
  }
}

extension Canvas {
  /// Mixes a colour of components 0...255 into a pixel that lies inside.
  @inline(__always)
  func mix(_ column: Int, _ row: Int, _ color: SIMD4<Float>, _ share: Float) {
    let pixel = base + (row * width + column) * 3
    let old = SIMD4<Float>(Float(pixel[0]), Float(pixel[1]), Float(pixel[2]), 0)
    put(old + (color - old) * share, at: pixel)
  }

  /// Rounds components of 0...255 to the bytes of a pixel.
  @inline(__always)
  func put(_ color: SIMD4<Float>, at pixel: UnsafeMutablePointer<UInt8>) {
    // Adding 2^23 leaves the rounded number in the lowest bits: much faster than checked conversion.
    let bits = unsafeBitCast(color + 0x1p23, to: SIMD4<UInt32>.self)
    pixel[0] = UInt8(truncatingIfNeeded: bits[0])
    pixel[1] = UInt8(truncatingIfNeeded: bits[1])
    pixel[2] = UInt8(truncatingIfNeeded: bits[2])
  }
}
