/// Where a picture lies in a window: at the largest integer magnification, in the middle.
public struct Letterbox: Hashable, Sendable {
  /// Column of the left edge.
  public let x: Int
  /// Row of the top edge.
  public let y: Int
  /// Columns covered.
  public let width: Int
  /// Rows covered.
  public let height: Int
  /// The magnification; 0 where the picture had to shrink.
  public let scale: Int

  /// Places a picture.
  ///
  /// - Parameters:
  ///   - picture: width and height in pixels, at least 1.
  ///   - window: width and height in pixels, at least 1.
  public init(picture: (width: Int, height: Int), window: (width: Int, height: Int)) {
    scale = min(window.width / picture.width, window.height / picture.height)
    if scale >= 1 {
      (width, height) = (picture.width * scale, picture.height * scale)
    } else {
      let byWidth = window.width * picture.height < window.height * picture.width
      width = max(1, byWidth ? window.width : picture.width * window.height / picture.height)
      height = max(1, byWidth ? picture.height * window.width / picture.width : window.height)
    }
    x = (window.width - width) / 2
    y = (window.height - height) / 2
  }

  /// The pixel of the picture that lies under a place of the window; outside beside the picture.
  package func place(
    under place: PointerPlace, pictureWidth: Int, pictureHeight: Int
  ) -> PointerPlace {
    func share(_ offset: Int, _ extent: Int, _ pixels: Int) -> Int {
      Int((Double(offset) * Double(pixels) / Double(extent)).rounded(.down))
    }
    return PointerPlace(
      x: share(place.x - x, width, pictureWidth), y: share(place.y - y, height, pictureHeight))
  }
}
