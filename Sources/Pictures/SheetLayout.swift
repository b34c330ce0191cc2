import EnvironmentKit

/// Where the pictures of a sheet stand: bands of rows, each band under a line of captions.
struct SheetLayout {
  let columns: Int
  let bands: Int
  let cellWidth: Int
  let cellHeight: Int
  let width: Int
  let height: Int
  let scale: Int
  private let left: Int
  private let rowsInBand: Int
  private let top: Int

  init(
    pictures: [Frame], columns: Int, rowsInBand: Int, zoom: Int, scale: Int, left: Int,
    title: String
  ) {
    precondition(
      zoom >= 1 && scale >= 1, "a sheet: zoom \(zoom), scale \(scale); each must be 1 or more")
    self.scale = scale
    self.left = left
    self.rowsInBand = rowsInBand
    bands = (pictures.count + columns - 1) / columns
    self.columns = max(1, (pictures.count + bands - 1) / max(1, bands))
    cellWidth = (pictures.map(\.width).max() ?? 32) * zoom
    cellHeight = (pictures.map(\.height).max() ?? 32) * zoom
    let margin = 8 * scale
    top = margin + (title.isEmpty ? 0 : 16 * scale)
    width = max(
      2 * margin + left + self.columns * (cellWidth + 4 * scale) - 4 * scale,
      2 * margin + Font.width(of: title, scale: scale))
    let band = Font.lineHeight * scale + rowsInBand * (cellHeight + 4 * scale)
    height = max(1, top + bands * band + (bands - 1) * 6 * scale + margin / 2)
  }

  var margin: Int { 8 * scale }

  func x(_ column: Int) -> Int { margin + left + column * (cellWidth + 4 * scale) }

  func captionTop(_ band: Int) -> Int {
    top + band * (Font.lineHeight * scale + rowsInBand * (cellHeight + 4 * scale) + 6 * scale)
  }

  func y(_ band: Int, _ row: Int) -> Int {
    captionTop(band) + Font.lineHeight * scale + row * (cellHeight + 4 * scale)
  }
}
