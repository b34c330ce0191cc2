/// How large a window is at first, in screen units.
package struct WindowExtent: Hashable, Sendable {
  private let width: Double
  private let height: Double

  /// Rows that a window takes at most on displays of common size.
  private static let greatestHeight = 700.0
  /// Columns that it takes at most beside so many rows.
  private static let proportion = 1.85

  /// Creates the rule for a display.
  ///
  /// - Parameter display: columns and rows that windows may use.
  package init(display: (width: Int, height: Int)) {
    let (across, along) = (Double(display.width), Double(display.height))
    height = min(0.85 * along, max(Self.greatestHeight, 0.65 * along))
    width = min(0.9 * across, Self.proportion * height)
  }

  /// The size of a window around a picture.
  ///
  /// - Parameters:
  ///   - picture: columns and rows, at least 1.
  ///   - magnification: of the picture where it fits; nil fills what there is.
  package func size(
    around picture: (width: Int, height: Int), magnification: Int? = nil
  ) -> (width: Int, height: Int) {
    let greatest = min(width / Double(picture.width), height / Double(picture.height))
    let factor = magnification.map { min(Double($0), greatest) } ?? greatest
    return (
      max(1, Int((Double(picture.width) * factor).rounded())),
      max(1, Int((Double(picture.height) * factor).rounded()))
    )
  }
}
