/// The room that a picture is to fill.
public struct PictureRoom: Hashable, Sendable {
  /// Columns, at least 1.
  public var width: Int
  /// Rows, at least 1.
  public var height: Int
  /// Whole magnification of the text; nil takes what suits the room.
  public var scale: Int?

  /// Creates a room; an extent below 1 becomes 1.
  public init(width: Int, height: Int, scale: Int? = nil) {
    self.width = max(1, width)
    self.height = max(1, height)
    self.scale = scale.map { max(1, $0) }
  }

  /// The magnification of the text: the fixed one, else the greatest at which a layout still fits.
  ///
  /// Beyond three times text grows half as fast as the room, which pictures use better.
  ///
  /// - Parameters:
  ///   - width: columns that the layout needs at 1.
  ///   - height: rows that it needs at 1.
  public func textScale(forWidth width: Int, height: Int) -> Int {
    if let scale { return scale }
    let most = max(1, min(self.width / max(1, width), self.height / max(1, height)))
    return most <= 3 ? most : 3 + (most - 2) / 2
  }

  /// The size at which windows show their text once, twice, three times as large.
  static let design = (width: 560, height: 300)

  /// The magnification of the text of most windows.
  public var textScale: Int {
    textScale(forWidth: Self.design.width, height: Self.design.height)
  }
}
