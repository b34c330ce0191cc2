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

  /// The area cut side by side into equal columns with gaps between.
  ///
  /// - Precondition: `count` is at least 1.
  public func columns(_ count: Int, gap: Int) -> [Area] {
    precondition(count >= 1, "Area.columns: \(count) columns; ask for 1 or more")
    let step = (width + gap) / count
    return (0..<count).map { Area(x: x + $0 * step, y: y, width: step - gap, height: height) }
  }

  func contains(_ column: Int, _ row: Int) -> Bool {
    column >= x && column < right && row >= y && row < bottom
  }
}
