public import EnvironmentKit

/// A picture with a title above, a border, and a caption below.
public struct PicturePanel: Hashable, Sendable {
  /// Stands above; empty leaves no room for it.
  public var title: String
  /// The picture.
  public var picture: Frame
  /// Stands below; empty leaves no room for it.
  public var caption: String
  /// Colour of the border.
  public var border: Color

  /// Creates a panel.
  public init(
    _ title: String = "", _ picture: Frame, caption: String = "", border: Color = Theme.border
  ) {
    self.title = title
    self.picture = picture
    self.caption = caption
    self.border = border
  }

  /// Width and height in pixels with the picture magnified `zoom` times and text `scale` times.
  public func size(zoom: Int, scale: Int) -> (width: Int, height: Int) {
    let line = Font.lineHeight * scale
    let text = (title.isEmpty ? 0 : line) + (caption.isEmpty ? 0 : line)
    return (picture.width * zoom + 2 * scale, picture.height * zoom + 2 * scale + text)
  }

  /// Draws the panel with its top left corner at a place.
  public func draw(on canvas: Canvas, x: Int, y: Int, zoom: Int, scale: Int) {
    let size = size(zoom: zoom, scale: scale)
    var top = y
    if !title.isEmpty {
      canvas.write(title, x: x + scale, y: top, scale: scale, limit: size.width)
      top += Font.lineHeight * scale
    }
    let edge = Area(
      x: x, y: top, width: size.width, height: picture.height * zoom + 2 * scale)
    canvas.outline(edge, border, thickness: scale)
    canvas.draw(picture, x: x + scale, y: top + scale, scale: zoom)
    canvas.write(
      caption, x: x + scale, y: edge.bottom + 3 * scale, Theme.secondary, scale: scale,
      limit: size.width)
  }
}

/// Panels in rows and columns under one title.
public struct PictureGrid: Hashable, Sendable {
  /// Stands above all; empty leaves no room for it.
  public var title: String
  /// The panels, row after row.
  public var panels: [PicturePanel]
  /// Panels side by side.
  public var columns: Int
  /// Integer magnification of the pictures.
  public var zoom: Int
  /// Integer magnification of the text.
  public var scale: Int

  /// Creates a grid.
  ///
  /// - Precondition: `columns`, `zoom` and `scale` are at least 1.
  public init(
    _ title: String = "", panels: [PicturePanel], columns: Int, zoom: Int = 2, scale: Int = 1
  ) {
    precondition(
      columns >= 1 && zoom >= 1 && scale >= 1,
      "PictureGrid: \(columns) columns, zoom \(zoom), scale \(scale); each must be 1 or more")
    self.title = title
    self.panels = panels
    self.columns = columns
    self.zoom = zoom
    self.scale = scale
  }

  /// The grid as a picture.
  public func frame() -> Frame {
    let sizes = panels.map { $0.size(zoom: zoom, scale: scale) }
    let cell = (
      width: (sizes.map(\.width).max() ?? 0) + 6 * scale,
      height: (sizes.map(\.height).max() ?? 0) + 6 * scale
    )
    let margin = 8 * scale
    let top = margin + (title.isEmpty ? 0 : Font.lineHeight * scale + 4 * scale)
    let rows = (panels.count + columns - 1) / columns
    let width = max(
      min(columns, max(1, panels.count)) * cell.width - 6 * scale,
      Font.width(of: title, scale: scale), 1)
    return Frame(drawnAt: width + 2 * margin, max(1, top + rows * cell.height + 2 * scale)) {
      canvas in
      canvas.write(title, x: margin, y: margin, scale: scale)
      for (index, panel) in panels.enumerated() {
        panel.draw(
          on: canvas, x: margin + index % columns * cell.width,
          y: top + index / columns * cell.height, zoom: zoom, scale: scale)
      }
    }
  }
}
