public import EnvironmentKit

/// A rectangle of whole pixels on a canvas.
public struct Area: Hashable, Sendable {
  /// Column of the left edge.
  public var x: Int
  /// Row of the top edge.
  public var y: Int
  /// Columns, 0 or more.
  public var width: Int
  /// Rows, 0 or more.
  public var height: Int

  /// Creates an area; a negative extent becomes 0.
  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = max(0, width)
    self.height = max(0, height)
  }

  /// The column after the last.
  public var right: Int { x + width }
  /// The row after the last.
  public var bottom: Int { y + height }
  /// Whether nothing lies inside.
  public var isEmpty: Bool { width == 0 || height == 0 }

  /// The area without a margin at each side.
  public func inset(left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0) -> Area {
    Area(x: x + left, y: y + top, width: width - left - right, height: height - top - bottom)
  }

  /// The area without the same margin at all sides.
  public func inset(_ margin: Int) -> Area {
    inset(left: margin, top: margin, right: margin, bottom: margin)
  }

  /// The area with its upper left corner elsewhere.
  func moved(toX x: Int, y: Int) -> Area { Area(x: x, y: y, width: width, height: height) }

  /// The area cut side by side into equal columns with gaps between.
  ///
  /// - Precondition: `count` is at least 1.
  public func columns(_ count: Int, gap: Int) -> [Area] {
    precondition(count >= 1, "Area.columns: \(count) columns; ask for 1 or more")
    let step = (width + gap) / count
    return (0..<count).map { Area(x: x + $0 * step, y: y, width: step - gap, height: height) }
  }

  /// The area cut one above the other into equal rows with gaps between.
  ///
  /// - Precondition: `count` is at least 1.
  public func rows(_ count: Int, gap: Int) -> [Area] {
    precondition(count >= 1, "Area.rows: \(count) rows; ask for 1 or more")
    let step = (height + gap) / count
    return (0..<count).map { Area(x: x, y: y + $0 * step, width: width, height: step - gap) }
  }

  /// The largest area inside, in the middle, of the proportion of a width and a height.
  ///
  /// - Precondition: `width` and `height` are above 0.
  public func fitting(width: Double, height: Double) -> Area {
    precondition(width > 0 && height > 0, "Area.fitting: \(width) by \(height); give more than 0")
    let isWide = Double(self.width) * height > Double(self.height) * width
    let inner = (
      width: isWide ? Int((Double(self.height) * width / height).rounded()) : self.width,
      height: isWide ? self.height : Int((Double(self.width) * height / width).rounded())
    )
    return Area(
      x: x + (self.width - inner.width) / 2, y: y + (self.height - inner.height) / 2,
      width: inner.width, height: inner.height)
  }

  /// The largest area inside, in the middle, of a picture's proportion.
  ///
  /// Where little is lost it is a whole multiple of the picture, so that all pixels look alike.
  public func fitting(_ frame: Frame) -> Area {
    let whole = min(width / frame.width, height / frame.height)
    let fitted = fitting(width: Double(frame.width), height: Double(frame.height))
    guard whole >= 1, Double(whole * frame.width) > Self.leastShare * Double(fitted.width) else {
      return fitted
    }
    let (across, along) = (whole * frame.width, whole * frame.height)
    return Area(
      x: x + (width - across) / 2, y: y + (height - along) / 2, width: across, height: along)
  }

  /// How much of the greatest width a whole multiple must reach to be preferred.
  private static let leastShare = 0.92

  func contains(_ column: Int, _ row: Int) -> Bool {
    column >= x && column < right && row >= y && row < bottom
  }
}
