import EnvironmentKit
import Synchronization

extension MiniGrid.TileSheet {
  /// Complete sheets, a size each, painted when first needed.
  private static let sheets = Mutex<[MiniGrid.TileSheet]>([])
  private static let keptSheets = 4

  /// A sheet on which every tile that can occur is painted: it can be read by all threads.
  static func complete(size: Int) -> MiniGrid.TileSheet {
    sheets.withLock { sheets in
      if let sheet = sheets.first(where: { $0.size == size }) { return sheet }
      let sheet = MiniGrid.TileSheet(paintingAllOf: size)
      sheets.append(sheet)
      if sheets.count > keptSheets { sheets.removeFirst() }
      return sheet
    }
  }
}

extension MiniGrid {
  /// Tiles for people, a sheet a size, painted one by one when first needed.
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
  /// - Parameters:
  ///   - canvas: the view takes as much of its upper left as the tiles need.
  ///   - tiles: a complete sheet.
  func draw(into canvas: Canvas, _ tiles: MiniGrid.TileSheet) {
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
    let view = view
    MiniGrid.withSheet(size: max(1, size)) { sheet in
      if size < 1 { return drawPicked(from: &sheet, view, into: canvas) }
      let left = (canvas.width - grid.width * size) / 2
      let top = (canvas.height - grid.height * size) / 2
      for y in 0..<grid.height {
        for x in 0..<grid.width {
          drawTile(
            MiniGrid.Point(x, y), from: &sheet, view, into: canvas, left + x * size, top + y * size)
        }
      }
    }
  }

  /// Draws the whole grid, lit where the agent sees, from a complete sheet.
  ///
  /// - Parameter canvas: as many pixels as the tiles have.
  func drawTiles(_ tiles: MiniGrid.TileSheet, into canvas: Canvas) {
    let view = view
    for y in 0..<grid.height {
      for x in 0..<grid.width {
        let point = MiniGrid.Point(x, y)
        tiles.draw(
          grid[point], agent: point == agent ? direction : nil, isHighlighted: isLit(point, view),
          into: canvas, x: x * tiles.size, y: y * tiles.size)
      }
    }
  }

  private func drawPicked(
    from sheet: inout MiniGrid.TileSheet, _ view: MiniGrid.View, into canvas: Canvas
  ) {
    for y in 0..<canvas.height {
      for x in 0..<canvas.width {
        let point = MiniGrid.Point(x * grid.width / canvas.width, y * grid.height / canvas.height)
        drawTile(point, from: &sheet, view, into: canvas, x, y)
      }
    }
  }

  private func drawTile(
    _ point: MiniGrid.Point, from sheet: inout MiniGrid.TileSheet, _ view: MiniGrid.View,
    into canvas: Canvas, _ x: Int, _ y: Int
  ) {
    let here = point == agent ? direction : nil
    let isLit = isLit(point, view)
    sheet.paint(grid[point], agent: here, isHighlighted: isLit)
    sheet.draw(grid[point], agent: here, isHighlighted: isLit, into: canvas, x: x, y: y)
  }

  /// Whether the agent sees a place.
  private func isLit(_ point: MiniGrid.Point, _ view: MiniGrid.View) -> Bool {
    let (way, ahead, aside) = (point - agent, direction.vector, direction.clockwise.vector)
    return view.sees(
      ahead: way.x &* ahead.x &+ way.y &* ahead.y, aside: way.x &* aside.x &+ way.y &* aside.y)
  }
}
