import EnvironmentKit

extension MiniGrid {
  /// How a level is shown to an agent: one kind of observation, ready to be written.
  struct Observer: Sendable {
    let kind: ObservationKind
    /// Painted tiles, for kinds that are pictures.
    private let tiles: TileSheet
    /// How many words may stand in each place of the mission that is shown; empty where none is.
    private let words: [Int]

    /// Values of a cell's kind, colour and state: 11, 6 and 3.
    private static let symbolBits = 20

    /// - Parameter missionPlaces: see `MiniGridTask`.
    init(_ kind: ObservationKind, missionPlaces: [[String]] = []) {
      precondition(
        ![.planes, .numbers, .image].contains(kind),
        "MiniGrid is not observed as \(kind.rawValue); give symbols or onehot")
      precondition(
        kind != .oneHotMission || !missionPlaces.isEmpty,
        "the mission is always the same, there is no \(kind.rawValue) of it; give onehot")
      self.kind = kind
      words = kind == .oneHotMission ? missionPlaces.map(\.count) : []
      switch kind {
      case .symbols, .grid, .oneHot, .oneHotMission, .planes, .numbers, .image:
        tiles = TileSheet(size: 1)
      case .view(let size):
        precondition(
          size % 2 == 1 && 3...WideView.largestSize ~= size,
          "view(size: \(size)): give an odd size, 3...\(WideView.largestSize)")
        tiles = TileSheet(size: 1)
      case .pixels64: tiles = TileSheet.complete(size: 9)
      case .partial(let size), .full(let size):
        precondition(size >= 1, "tileSize: \(size); give 1 or more")
        tiles = TileSheet.complete(size: size)
      }
    }

    /// What is written of a level of so many cells.
    func space(width: Int, height: Int) -> ObservationSpace {
      let size = View.size
      let shape =
        switch kind {
        case .symbols, .planes, .numbers, .image: [size, size, 3]
        case .oneHot, .oneHotMission: [size, size, Self.symbolBits]
        case .view(let size): [size, size, 3]
        case .grid: [width, height, 3]
        case .pixels64: [64, 64, 3]
        case .partial: [size * tiles.size, size * tiles.size, 3]
        case .full: [height * tiles.size, width * tiles.size, 3]
        }
      let image = ObservationField(
        "image", shape: shape, order: kind.isPicture ? .rows : .columns)
      let direction = ObservationField("direction", shape: [1])
      guard kind != .pixels64 else { return ObservationSpace([image]) }
      let count = words.reduce(0, +)
      return ObservationSpace(
        [image, direction] + (count > 0 ? [ObservationField("words", shape: [count])] : []))
    }

    /// Writes what the agent of a level observes.
    @inline(__always)
    func write(_ level: Level, into writer: inout ObservationWriter) {
      switch kind {
      case .symbols: writer.write(count: View.byteCount) { level.view.write(into: $0) }
      case .pixels64:
        writer.writeImage(width: 64, height: 64) { level.view.draw(into: $0, tiles) }
        return
      default: writeImage(level, into: &writer)
      }
      writer.write(level.direction.rawValue)
    }

    /// Writes which words stand in the mission, where they are shown.
    @inline(__always)
    func writeWords<Task: MiniGridTask>(of task: Task, into writer: inout ObservationWriter) {
      for place in words.indices {
        let word = task.missionWord(place)
        for other in 0..<words[place] { writer.write(other == word ? 1 : 0) }
      }
    }

    private func writeImage(_ level: Level, into writer: inout ObservationWriter) {
      switch kind {
      case .grid: writeGrid(level, into: &writer)
      case .oneHot, .oneHotMission: writeOneHot(level.view, into: &writer)
      case .view(let size): WideView(of: level, size: size).write(of: level, into: &writer)
      case .full:
        let (width, height) = (level.grid.width * tiles.size, level.grid.height * tiles.size)
        writer.writeImage(width: width, height: height) { level.drawTiles(tiles, into: $0) }
      default:
        let extent = View.size * tiles.size
        writer.writeImage(width: extent, height: extent) { level.view.draw(into: $0, tiles) }
      }
    }

    private func writeGrid(_ level: Level, into writer: inout ObservationWriter) {
      let agent = Cell(.agent, .red)
      for x in 0..<level.grid.width {
        for y in 0..<level.grid.height {
          let isAgent = level.agent.x == x && level.agent.y == y
          let cell = isAgent ? agent : level.grid[x, y]
          writer.write(cell.kind.rawValue)
          writer.write(cell.paint.rawValue)
          writer.write(isAgent ? level.direction.rawValue : cell.state.rawValue)
        }
      }
    }

    /// What is not seen counts as unseen, red and open: values 0.
    private func writeOneHot(_ view: View, into writer: inout ObservationWriter) {
      writer.write(count: View.size * View.size * Self.symbolBits) { bytes in
        bytes.update(repeating: 0)
        var start = 0
        for x in 0..<View.size {
          for y in 0..<View.size {
            let code = view.sees(x, y) ? view[x, y].code : 0
            bytes[start + Int(code & 0xff)] = 1
            bytes[start + 11 + Int(code >> 8 & 0xff)] = 1
            bytes[start + 17 + Int(code >> 16 & 0xff)] = 1
            start += Self.symbolBits
          }
        }
      }
    }
  }
}
