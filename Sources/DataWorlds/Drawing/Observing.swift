import EnvironmentKit

extension Program {
  /// Pixels a side of a tile of the 64×64 picture.
  var observedTileSize: Int { max(1, 64 / (view.size > 0 ? view.size : max(width, height))) }

  /// What the symbols consist of.
  var symbolSpace: ObservationSpace {
    var fields: [ObservationField] = []
    let (rows, columns) = view.size > 0 ? (view.size, view.size) : (height, width)
    switch view.symbols {
    case .minigrid:
      fields.append(ObservationField("image", shape: [columns, rows, 3], order: .columns))
    case .layers:
      let planes = layers + (view.size > 0 ? 0 : 1)
      fields.append(ObservationField("image", shape: [rows, columns, planes]))
    }
    if view.showsDirection { fields.append(ObservationField("direction", shape: [1])) }
    if view.showsHand { fields.append(ObservationField("hand", shape: [1])) }
    if !view.variables.isEmpty {
      fields.append(ObservationField("variables", shape: [view.variables.count]))
    }
    return ObservationSpace(fields)
  }
}

// Symbols.
extension WorldState {
  /// Writes the first field of `symbolSpace`.
  func writeSymbolImage(into writer: inout ObservationWriter, _ program: Program) {
    let image = program.symbolSize
    switch (program.view.symbols, program.view.size > 0) {
    case (.minigrid, true): writer.write(count: image) { writeCodesAhead(into: $0, program) }
    case (.minigrid, false): writer.write(count: image) { writeCodes(into: $0, program) }
    case (.layers, true): writer.write(count: image) { writeLayersAhead(into: $0, program) }
    case (.layers, false): writer.write(count: image) { writeLayers(into: $0, program) }
    }
  }

  /// Writes the fields of `symbolSpace` after the first.
  @inline(__always)
  func writeExtras(into writer: inout ObservationWriter, _ program: Program) {
    if program.view.showsDirection { writer.write(heading.rawValue) }
    if program.view.showsHand { writer.write(hand) }
    for variable in program.view.variables {
      writer.write(UInt8(clamping: variables[variable]))
    }
  }

  /// `[column][row][type, color, state]` of the square ahead, zeros where nothing is seen.
  private func writeCodesAhead(into bytes: UnsafeMutableBufferPointer<UInt8>, _ program: Program) {
    let view = view(program)
    let size = view.size
    var index = 0
    for column in 0..<size {
      for row in 0..<size {
        var code = SymbolCode(type: 0, color: 0, state: 0)
        if view.sees(column, row) {
          code = self.code(of: view.topmost[row &* size &+ column], program)
        }
        bytes[index] = code.type
        bytes[index &+ 1] = code.color
        bytes[index &+ 2] = code.state
        index &+= 3
      }
    }
    let own = (view.size / 2 &* view.size &+ view.size &- 1) &* 3
    let code = code(of: hand, program)
    (bytes[own], bytes[own &+ 1], bytes[own &+ 2]) = (code.type, code.color, code.state)
  }

  private func writeCodes(into bytes: UnsafeMutableBufferPointer<UInt8>, _ program: Program) {
    var index = 0
    for x in 0..<program.width {
      for y in 0..<program.height {
        let code = code(of: topmost(y &* program.width &+ x, program), program)
        bytes[index] = code.type
        bytes[index &+ 1] = code.color
        bytes[index &+ 2] = code.state
        index &+= 3
      }
    }
    guard agentX >= 0 else { return }
    let own = (Int(agentX) &* program.height &+ Int(agentY)) &* 3
    bytes[own] = program.agentCode.type
    bytes[own &+ 1] = program.agentCode.color
    bytes[own &+ 2] = heading.rawValue
  }

  @inline(__always)
  private func code(of kind: UInt8, _ program: Program) -> SymbolCode {
    program.traits.codes[Int(kind)]
  }

  /// The kind on top of a cell; 0 where nothing lies.
  @inline(__always)
  private func topmost(_ cell: Int, _ program: Program) -> UInt8 {
    let start = cell &* program.stride
    var layer = program.layers &- 1
    while layer > 0 {
      let kind = contents[start &+ layer]
      if kind != 0 { return kind }
      layer &-= 1
    }
    return contents[start]
  }

  /// `[row, column, layer]`: numbers of kinds; the last layer is the agent, 1 + direction where it
  /// counts.
  private func writeLayers(into bytes: UnsafeMutableBufferPointer<UInt8>, _ program: Program) {
    _ = bytes.update(fromContentsOf: contents.elements)
    guard agentX >= 0 else { return }
    let own = cell(agentX, agentY, program) &* program.stride &+ program.layers
    bytes[own] = 1 &+ (program.view.showsDirection ? heading.rawValue : 0)
  }

  private func writeLayersAhead(into bytes: UnsafeMutableBufferPointer<UInt8>, _ program: Program) {
    let view = view(program)
    let layers = program.layers
    let outside = (kind: program.outside, layer: Int(program.traits.layerOf[Int(program.outside)]))
    let right = heading.turned(1)
    var start = place(seenAt: 0, 0, size: view.size)
    bytes.update(repeating: 0)
    var index = 0
    for row in 0..<view.size {
      var (x, y) = start
      for column in 0..<view.size {
        if view.sees(column, row) {
          if contains(x, y, program) {
            let stack = contents.base + cell(x, y, program) &* program.stride
            for layer in 0..<layers { bytes[index &+ layer] = stack[layer] }
          } else if outside.kind != 0 {
            bytes[index &+ outside.layer] = outside.kind
          }
        }
        index &+= layers
        (x, y) = (x &+ right.dx, y &+ right.dy)
      }
      start = (start.x &- heading.dx, start.y &- heading.dy)
    }
  }
}

// Pictures.
extension WorldState {
  /// Draws what the agent sees, in the largest whole tiles of the sheet.
  func drawObservation(into canvas: Canvas, _ sheet: TileSheet, _ program: Program) {
    if program.view.size > 0 {
      drawAhead(into: canvas, sheet, program)
    } else {
      drawMap(into: canvas, sheet, isLit: { _ in false }, program)
    }
  }

  private func drawAhead(into canvas: Canvas, _ sheet: TileSheet, _ program: Program) {
    let view = view(program)
    let covered = view.size * sheet.size
    clear(canvas, left: 0, top: 0, covered, covered, .black)
    let middle = (x: view.size / 2, y: view.size - 1)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: program.layers) { stack in
      for y in 0..<view.size {
        for x in 0..<view.size {
          let isAgent = x == middle.x && y == middle.y
          let isSeen = view.sees(x, y)
          fill(stack, seenAt: x, y, isSeen: isSeen, isAgent: isAgent, program)
          sheet.draw(
            UnsafeBufferPointer(stack), agent: isAgent ? .up : nil, isLit: isSeen, into: canvas,
            x: x * sheet.size, y: y * sheet.size)
        }
      }
    }
  }

  /// The stack at a place of the square ahead: the agent's own cell shows what it holds.
  @inline(__always)
  private func fill(
    _ stack: UnsafeMutableBufferPointer<UInt8>, seenAt x: Int, _ y: Int, isSeen: Bool,
    isAgent: Bool, _ program: Program
  ) {
    for layer in stack.indices { stack[layer] = 0 }
    if isAgent {
      if hand != 0 { stack[Int(program.traits.layerOf[Int(hand)])] = hand }
    } else if isSeen {
      let place = place(seenAt: x, y, size: program.view.size)
      if contains(place.x, place.y, program) {
        let start = cell(place.x, place.y, program) &* program.stride
        for layer in stack.indices { stack[layer] = contents[start &+ layer] }
      } else if program.outside != 0 {
        stack[Int(program.traits.layerOf[Int(program.outside)])] = program.outside
      }
    }
  }

  /// Draws the whole map for people in the largest whole tiles that fit, lit where the agent sees.
  func draw(into canvas: Canvas, _ sheets: TileSheets, _ program: Program) {
    if canvas.width < program.width || canvas.height < program.height {
      return drawPicked(into: canvas, sheets.sheet(size: 1), program)
    }
    let size = min(canvas.width / program.width, canvas.height / program.height)
    drawMap(into: canvas, sheets.sheet(size: size), program)
  }

  /// Draws the whole map in tiles of a sheet, lit where the agent sees.
  func drawMap(into canvas: Canvas, _ sheet: TileSheet, _ program: Program) {
    guard program.view.size > 0 else {
      return drawMap(into: canvas, sheet, isLit: { _ in false }, program)
    }
    let view = view(program)
    drawMap(into: canvas, sheet, isLit: { isSeen($0, in: view, program) }, program)
  }

  /// Whether the agent sees a cell.
  @inline(__always)
  private func isSeen(_ cell: Int, in view: View, _ program: Program) -> Bool {
    let wayX = Int32(truncatingIfNeeded: cell % program.width) &- agentX
    let wayY = Int32(truncatingIfNeeded: cell / program.width) &- agentY
    let right = heading.turned(1)
    let column = Int(wayX &* right.dx &+ wayY &* right.dy) &+ view.size / 2
    let row = view.size &- 1 &- Int(wayX &* heading.dx &+ wayY &* heading.dy)
    return (0..<view.size).contains(column) && (0..<view.size).contains(row)
      && view.sees(column, row)
  }

  private func drawMap(
    into canvas: Canvas, _ sheet: TileSheet, isLit: (Int) -> Bool, _ program: Program
  ) {
    let size = sheet.size
    let (across, along) = (program.width * size, program.height * size)
    let (left, top) = ((canvas.width - across) / 2, (canvas.height - along) / 2)
    clear(canvas, left: left, top: top, across, along, program.look.background)
    for y in 0..<program.height {
      for x in 0..<program.width {
        drawCell(
          y &* program.width &+ x, sheet, isLit: isLit, into: canvas, left &+ x &* size,
          top &+ y &* size, program)
      }
    }
  }

  @inline(__always)
  private func drawCell(
    _ cell: Int, _ sheet: TileSheet, isLit: (Int) -> Bool, into canvas: Canvas, _ x: Int, _ y: Int,
    _ program: Program
  ) {
    let start = cell &* program.stride
    let agent = isAgent(at: cell, program) ? heading : nil
    let stack = UnsafeBufferPointer(
      rebasing: contents.elements[start..<start &+ program.layers])
    sheet.draw(stack, agent: agent, isLit: isLit(cell), into: canvas, x: x, y: y)
  }

  /// A canvas of fewer pixels than cells shows cells picked evenly, a pixel each.
  private func drawPicked(into canvas: Canvas, _ pixel: TileSheet, _ program: Program) {
    for y in 0..<canvas.height {
      for x in 0..<canvas.width {
        let cell =
          y * program.height / canvas.height * program.width + x * program.width / canvas.width
        drawCell(cell, pixel, isLit: { _ in false }, into: canvas, x, y, program)
      }
    }
  }

  /// Fills what lies around a rectangle.
  private func clear(
    _ canvas: Canvas, left: Int, top: Int, _ width: Int, _ height: Int, _ color: Color
  ) {
    let (right, bottom) = (left + width, top + height)
    canvas.fillRectangle(x: 0, y: 0, width: canvas.width, height: top, color)
    canvas.fillRectangle(
      x: 0, y: bottom, width: canvas.width, height: canvas.height - bottom, color)
    canvas.fillRectangle(x: 0, y: top, width: left, height: height, color)
    canvas.fillRectangle(x: right, y: top, width: canvas.width - right, height: height, color)
  }
}
