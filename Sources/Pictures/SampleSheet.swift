public import EnvironmentKit

/// What the autoencoder decodes from latents drawn at random: a plain grid.
public struct SampleSheet: Hashable, Sendable {
  /// Stands above all.
  public var title: String
  /// The pictures, row after row.
  public var pictures: [Frame]
  /// Pictures side by side.
  public var columns: Int

  /// Creates a sheet.
  ///
  /// - Precondition: `columns` is at least 1.
  public init(title: String, pictures: [Frame], columns: Int = 8) {
    precondition(columns >= 1, "SampleSheet: \(columns) columns; ask for 1 or more")
    self.title = title
    self.pictures = pictures
    self.columns = columns
  }

  /// The sheet as a picture.
  ///
  /// - Parameters:
  ///   - zoom: integer magnification of the pictures.
  ///   - scale: integer magnification of the text.
  public func frame(zoom: Int = 2, scale: Int = 2) -> Frame {
    PictureGrid(
      title, panels: pictures.map { PicturePanel("", $0, border: Theme.background) },
      columns: columns, zoom: zoom, scale: scale
    ).frame()
  }
}
