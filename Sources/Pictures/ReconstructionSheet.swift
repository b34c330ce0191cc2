public import EnvironmentKit

/// An observation, what the autoencoder made of it, and a word about it.
public struct ReconstructionPair: Hashable, Sendable {
  /// What the world showed.
  public var observation: Frame
  /// What the autoencoder decoded, of the same size.
  public var reconstruction: Frame
  /// Stands above, short: `fireball near`.
  public var caption: String

  /// Creates a pair.
  ///
  /// - Precondition: both pictures have the same size.
  public init(observation: Frame, reconstruction: Frame, caption: String = "") {
    precondition(
      observation.width == reconstruction.width && observation.height == reconstruction.height,
      "ReconstructionPair: observation \(observation.width)×\(observation.height), reconstruction"
        + " \(reconstruction.width)×\(reconstruction.height); give pictures of one size")
    self.observation = observation
    self.reconstruction = reconstruction
    self.caption = caption
  }

  /// The absolute error as heat.
  public var error: Frame { ErrorPicture.heat(observation, reconstruction) }
}

/// Observations over reconstructions over errors, a column a frame, in bands of several columns.
public struct ReconstructionSheet: Hashable, Sendable {
  /// Stands above all.
  public var title: String
  /// The columns.
  public var pairs: [ReconstructionPair]
  /// Columns side by side before a new band begins.
  public var columns: Int
  /// What the rows of a band are called.
  public var rowNames = ["observation", "reconstruction", "error"]

  /// Creates a sheet.
  ///
  /// - Precondition: `columns` is at least 1.
  public init(title: String, pairs: [ReconstructionPair], columns: Int = 6) {
    precondition(columns >= 1, "ReconstructionSheet: \(columns) columns; ask for 1 or more")
    self.title = title
    self.pairs = pairs
    self.columns = columns
  }

  /// Pixels of a picture's side beside which `reconstruction` is not cut.
  private static let roomySide = 192

  /// The sheet as a picture.
  ///
  /// - Parameters:
  ///   - zoom: integer magnification of the pictures; nil for one at which words beside them have room.
  ///   - scale: integer magnification of the text.
  public func frame(zoom given: Int? = nil, scale: Int = 2) -> Frame {
    let side = pairs.map(\.observation.height).max() ?? 1
    let zoom = given ?? max(1, (Self.roomySide + side - 1) / max(1, side))
    let layout = SheetLayout(
      pictures: pairs.map(\.observation), columns: columns, rowsInBand: 3, zoom: zoom,
      scale: scale, left: Font.lineHeight * scale, title: title)
    return Frame(drawnAt: layout.width, layout.height) { canvas in
      canvas.write(title, x: layout.margin, y: layout.margin, scale: scale)
      for (index, pair) in pairs.enumerated() {
        let (band, column) = index.quotientAndRemainder(dividingBy: layout.columns)
        canvas.write(
          pair.caption, x: layout.x(column), y: layout.captionTop(band), Theme.secondary,
          scale: scale, limit: layout.cellWidth)
        for (row, picture) in [pair.observation, pair.reconstruction, pair.error].enumerated() {
          canvas.draw(picture, x: layout.x(column), y: layout.y(band, row), scale: zoom)
        }
      }
      for band in 0..<layout.bands { drawRowNames(band, layout, on: canvas) }
    }
  }

  private func drawRowNames(_ band: Int, _ layout: SheetLayout, on canvas: Canvas) {
    for (row, name) in rowNames.enumerated() {
      let shown = Font.fitted(name, to: layout.cellHeight, scale: layout.scale)
      canvas.writeUpwards(
        shown, x: layout.margin, centerY: layout.y(band, row) + layout.cellHeight / 2,
        Theme.secondary, scale: layout.scale)
    }
  }
}
