import EnvironmentKit
import Synchronization

/// The tiles of a world in every size that is asked for.
final class TileSheets: Sendable {
  private let art: TileArt
  private let kept = Mutex<[TileSheet]>([])

  private static let keptSizes = 6

  init(_ program: Program) { art = TileArt(program) }

  /// The sheet of a size, kept for next time.
  func sheet(size: Int) -> TileSheet {
    kept.withLock { sheets in
      if let found = sheets.first(where: { $0.size == size }) { return found }
      let sheet = TileSheet(size: size, art)
      sheets.append(sheet)
      if sheets.count > Self.keptSizes { sheets.removeFirst() }
      return sheet
    }
  }
}

/// What a world's tiles are painted from.
struct TileArt: Sendable {
  /// The number of a tile, which is its place in a sheet.
  let numbers: StackNumbers
  private let pictures: [Picture]
  private let look: WorldLook
  private let agentKind: Int

  init(_ program: Program) {
    agentKind = Int(program.agentKind)
    numbers = StackNumbers(program.kinds, layers: program.layers, agentKind: agentKind)
    pictures = program.kinds.map(\.picture)
    look = program.look
  }

  /// The `size`×`size`×3 bytes of a stack of kinds.
  func paint(_ stack: [UInt8], agent: Heading?, isLit: Bool, size: Int) -> [UInt8] {
    var painter = TilePainter(size: size, background: look.background)
    if let grid = look.grid {
      painter.draw(.rectangle(0, 0.031, 0, 1, grid))
      painter.draw(.rectangle(0, 1, 0, 0.031, grid))
    }
    for kind in stack where kind != 0 { painter.draw(pictures[Int(kind)], heading: .right) }
    if let agent { painter.draw(pictures[agentKind], heading: agent) }
    if isLit { painter.light() }
    return painter.averaged()
  }
}
