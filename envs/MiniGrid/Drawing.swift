import EnvironmentKit
import Synchronization

extension MiniGrid {
  /// The tiles of the 64×64 observation: seven of them make 63 pixels.
  private static let observationTiles = TileSheet.complete(size: 9)

  /// Tiles for people, a sheet a size, painted when first needed.
  private static let sheets = Mutex<[TileSheet]>([])
  private static let keptSheets = 4

  /// Draws with the sheet of a tile size, kept for next time.
  static func withSheet(size: Int, _ draw: (inout TileSheet) -> Void) {
    sheets.withLock { sheets in
      let index = sheets.firstIndex { $0.size == size } ?? sheets.count
      if index == sheets.count { sheets.append(TileSheet(size: size)) }
      draw(&sheets[index])
      if sheets.count > keptSheets { sheets.removeFirst() }
    }
  }
}

extension MiniGrid.View {
  /// Draws what the agent sees, itself included, lit where it sees, on black.
  ///
  /// - Parameter canvas: 64×64 pixels; the view takes the upper left 63.
  func draw(into canvas: Canvas) {
    let tiles = MiniGrid.observationTiles
    let covered = Self.size * tiles.size
    canvas.fillRectangle(
      x: covered, y: 0, width: canvas.width - covered, height: canvas.height, .black)
    canvas.fillRectangle(
      x: 0, y: covered, width: covered, height: canvas.height - covered, .black)
    for y in 0..<Self.size {
      for x in 0..<Self.size {
        let isAgent = x == Self.agent.x && y == Self.agent.y
        tiles.draw(
          self[x, y], agent: isAgent ? .up : nil, isHighlighted: sees(x, y), into: canvas,
          x: x * tiles.size, y: y * tiles.size)
      }
    }
  }
}

extension MiniGrid.Level {
  /// Draws the whole grid, lit where the agent sees, in the largest whole tiles that fit, on black.
  ///
  /// A canvas of fewer pixels than cells shows cells picked evenly, a pixel each.
  func draw(into canvas: Canvas) {
    canvas.fill(.black)
    let size = min(canvas.width / grid.width, canvas.height / grid.height)
    let lit = litCells
    MiniGrid.withSheet(size: max(1, size)) { sheet in
      if size < 1 { return drawPicked(from: &sheet, lit, into: canvas) }
      let left = (canvas.width - grid.width * size) / 2
      let top = (canvas.height - grid.height * size) / 2
      for y in 0..<grid.height {
        for x in 0..<grid.width {
          drawTile(
            MiniGrid.Point(x, y), from: &sheet, lit, into: canvas, left + x * size, top + y * size)
        }
      }
    }
  }

  private func drawPicked(
    from sheet: inout MiniGrid.TileSheet, _ lit: [Bool], into canvas: Canvas
  ) {
    for y in 0..<canvas.height {
      for x in 0..<canvas.width {
        let point = MiniGrid.Point(x * grid.width / canvas.width, y * grid.height / canvas.height)
        drawTile(point, from: &sheet, lit, into: canvas, x, y)
      }
    }
  }

  private func drawTile(
    _ point: MiniGrid.Point, from sheet: inout MiniGrid.TileSheet, _ lit: [Bool],
    into canvas: Canvas, _ x: Int, _ y: Int
  ) {
    let here = point == agent ? direction : nil
    let isLit = lit[point.y * grid.width + point.x]
    sheet.paint(grid[point], agent: here, isHighlighted: isLit)
    sheet.draw(grid[point], agent: here, isHighlighted: isLit, into: canvas, x: x, y: y)
  }

  /// Which cells of the grid the agent sees, row after row.
  private var litCells: [Bool] {
    var lit = [Bool](repeating: false, count: grid.width * grid.height)
    let view = view
    for y in 0..<MiniGrid.View.size {
      for x in 0..<MiniGrid.View.size where view.sees(x, y) {
        let point = place(seenAt: x, y)
        if grid.contains(point) { lit[point.y * grid.width + point.x] = true }
      }
    }
    return lit
  }
}
