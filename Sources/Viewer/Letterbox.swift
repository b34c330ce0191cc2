public import Pictures

/// Where a picture lies in a window: as large as fits, in the middle, its proportion kept.
///
/// Where little is lost it is magnified by a whole number, so that all pixels look alike.
public struct Letterbox: Hashable, Sendable {
  /// What the picture covers.
  public let area: Area

  /// Places a picture.
  ///
  /// - Parameters:
  ///   - picture: width and height in pixels, at least 1.
  ///   - window: what is free for it.
  public init(picture: (width: Int, height: Int), in window: Area) {
    let whole = min(window.width / picture.width, window.height / picture.height)
    var fitted = window.fitting(width: Double(picture.width), height: Double(picture.height))
    fitted.width = max(1, fitted.width)
    fitted.height = max(1, fitted.height)
    if whole >= 1, Double(whole * picture.width) > 0.92 * Double(fitted.width) {
      let (width, height) = (whole * picture.width, whole * picture.height)
      fitted = Area(
        x: window.x + (window.width - width) / 2, y: window.y + (window.height - height) / 2,
        width: width, height: height)
    }
    area = fitted
  }

  /// A picture that is placed already.
  init(covering area: Area) { self.area = area }

  /// Places a picture in a whole window.
  public init(picture: (width: Int, height: Int), window: (width: Int, height: Int)) {
    self.init(
      picture: picture, in: Area(x: 0, y: 0, width: window.width, height: window.height))
  }

  /// The pixel of the picture that lies under a place of the window; outside beside the picture.
  package func place(
    under place: PointerPlace, pictureWidth: Int, pictureHeight: Int
  ) -> PointerPlace {
    func share(_ offset: Int, _ extent: Int, _ pixels: Int) -> Int {
      Int((Double(offset) * Double(pixels) / Double(extent)).rounded(.down))
    }
    return PointerPlace(
      x: share(place.x - area.x, area.width, pictureWidth),
      y: share(place.y - area.y, area.height, pictureHeight))
  }
}
