public import EnvironmentKit

/// What the autoencoder decodes as one latent dimension after the other is moved.
public struct TraversalSheet: Hashable, Sendable {
  /// One latent dimension, its pictures going with the sheet's values.
  public struct Row: Hashable, Sendable {
    /// Which dimension, from 0.
    public var dimension: Int
    /// Mean KL divergence of the dimension, in nats.
    public var divergence: Double
    /// What was decoded at each value.
    public var pictures: [Frame]

    /// Creates a row.
    public init(dimension: Int, divergence: Double, pictures: [Frame]) {
      self.dimension = dimension
      self.divergence = divergence
      self.pictures = pictures
    }
  }

  /// Stands above all.
  public var title: String
  /// The values that a dimension takes from left to right.
  public var values: [Double]
  /// The dimensions from top to bottom.
  public var rows: [Row]

  /// Creates a sheet.
  ///
  /// - Precondition: every row has a picture for each value.
  public init(title: String, values: [Double], rows: [Row]) {
    precondition(
      rows.allSatisfy { $0.pictures.count == values.count },
      "TraversalSheet: rows of \(rows.map(\.pictures.count)) pictures for \(values.count) values;"
        + " give each row one picture a value")
    self.title = title
    self.values = values
    self.rows = rows
  }

  /// The sheet as a picture.
  ///
  /// - Parameters:
  ///   - zoom: integer magnification of the pictures.
  ///   - scale: integer magnification of the text.
  public func frame(zoom: Int = 2, scale: Int = 2) -> Frame {
    let layout = SheetLayout(
      pictures: rows.first?.pictures ?? [], columns: max(1, values.count),
      rowsInBand: rows.count, zoom: zoom, scale: scale,
      left: Font.width(of: "KL 0.00", scale: scale) + 6 * scale, title: title)
    return Frame(drawnAt: layout.width, layout.height) { canvas in
      canvas.write(title, x: layout.margin, y: layout.margin, scale: scale)
      for (column, value) in values.enumerated() {
        canvas.write(
          NumberText.fixed(value, decimals), x: layout.x(column) + layout.cellWidth / 2,
          y: layout.captionTop(0), Theme.secondary, scale: scale, alignment: .center)
      }
      for (index, row) in rows.enumerated() { draw(row, at: index, layout, zoom, on: canvas) }
    }
  }

  /// As many decimals as the values need, three at most.
  package var decimals: Int {
    let powers: [Double] = [1, 10, 100]
    let fits = powers.firstIndex { power in
      values.allSatisfy { abs($0 * power - ($0 * power).rounded()) < 1e-6 }
    }
    return fits ?? 3
  }

  private func draw(
    _ row: Row, at index: Int, _ layout: SheetLayout, _ zoom: Int, on canvas: Canvas
  ) {
    let middle = layout.y(0, index) + layout.cellHeight / 2
    let scale = layout.scale
    canvas.write("z\(row.dimension)", x: layout.margin, y: middle - 11 * scale, scale: scale)
    canvas.write(
      "KL \(NumberText.fixed(row.divergence, 2))", x: layout.margin, y: middle + scale,
      Theme.secondary, scale: scale)
    for (column, picture) in row.pictures.enumerated() {
      canvas.draw(picture, x: layout.x(column), y: layout.y(0, index), scale: zoom)
    }
  }
}
