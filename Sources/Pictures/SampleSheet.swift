public import EnvironmentKit

/// What the autoencoder decodes from latents drawn at random: plain grids, side by side where they were
/// drawn in more than one way.
public struct SampleSheet: Hashable, Sendable {
  /// Pictures that were drawn in one way.
  public struct Group: Hashable, Sendable {
    /// Stands above the group; empty leaves no room for it.
    public var title: String
    /// The pictures, row after row.
    public var pictures: [Frame]

    /// Creates a group.
    public init(_ title: String = "", _ pictures: [Frame]) {
      (self.title, self.pictures) = (title, pictures)
    }
  }

  /// Stands above all.
  public var title: String
  /// The groups, from left to right.
  public var groups: [Group]
  /// Pictures side by side, shared among the groups.
  public var columns: Int

  /// Creates a sheet.
  ///
  /// - Precondition: `columns` is at least 1.
  public init(title: String, groups: [Group], columns: Int = 8) {
    precondition(columns >= 1, "SampleSheet: \(columns) columns; ask for 1 or more")
    (self.title, self.groups, self.columns) = (title, groups, columns)
  }

  /// Creates a sheet of one group without a title.
  public init(title: String, pictures: [Frame], columns: Int = 8) {
    self.init(title: title, groups: [Group("", pictures)], columns: columns)
  }

  /// The sheet as a picture.
  ///
  /// - Parameters:
  ///   - zoom: integer magnification of the pictures.
  ///   - scale: integer magnification of the text.
  public func frame(zoom: Int = 2, scale: Int = 2) -> Frame {
    guard groups.count > 1 else {
      return grid(title, groups.first?.pictures ?? [], columns, zoom, scale)
    }
    let grids = groups.map {
      grid($0.title, $0.pictures, max(1, columns / groups.count), zoom, scale)
    }
    let (margin, top) = (8 * scale, 8 * scale + Font.lineHeight * scale)
    let width = max(
      grids.reduce(0) { $0 + $1.width }, Font.width(of: title, scale: scale) + 2 * margin)
    return Frame(drawnAt: width, top + (grids.map(\.height).max() ?? 0)) { canvas in
      canvas.write(title, x: margin, y: margin, scale: scale)
      var left = 0
      for grid in grids {
        canvas.draw(grid, x: left, y: top, scale: 1)
        left += grid.width
      }
    }
  }

  private func grid(
    _ title: String, _ pictures: [Frame], _ columns: Int, _ zoom: Int, _ scale: Int
  ) -> Frame {
    PictureGrid(
      title, panels: pictures.map { PicturePanel("", $0, border: Theme.background) },
      columns: columns, zoom: zoom, scale: scale
    ).frame()
  }
}
