import EnvironmentKit

/// How a game is shown to an agent: one kind of observation, ready to be written.
struct ArcadeObserver<Game: ArcadeGame>: Sendable {
  /// Ways to observe a game, the first being the library's own.
  static var kinds: [ObservationKind] { [.planes, .symbols, .pixels64, .full()] }

  private let kind: ObservationKind
  /// What never changes, drawn once, for kinds that are pictures.
  private let scenery: Frame

  /// - Precondition: the kind is one of `kinds`, but for the size of tiles.
  init(_ kind: ObservationKind) {
    precondition(
      Self.kinds.contains { $0.isSameButForSize(as: kind) },
      "\(Game.name) is not observed as \(kind.rawValue); give planes, symbols, pixels64 or full")
    self.kind = kind
    let side =
      switch kind {
      case .pixels64: 64
      case .full(let tileSize): Cell.side * tileSize
      default: 1
      }
    var scenery = Frame(width: side, height: side)
    scenery.withCanvas { Game.drawScenery(ArcadeView($0)) }
    self.scenery = scenery
  }

  /// What is written: `[row, column, channel]`.
  var space: ObservationSpace {
    let shape =
      switch kind {
      case .planes: [Cell.side, Cell.side, Game.channels.count]
      case .symbols: [Cell.side, Cell.side, 1]
      default: [scenery.height, scenery.width, 3]
      }
    return ObservationSpace([ObservationField("image", shape: shape)])
  }

  /// Writes what the player of a game observes.
  @inline(__always)
  func write(_ game: Game, into writer: inout ObservationWriter) {
    switch kind {
    case .planes: writePlanes(game, into: &writer)
    case .symbols: writeSymbols(game, into: &writer)
    default:
      writer.writeImage(width: scenery.width, height: scenery.height) { canvas in
        scenery.pixels.withUnsafeBufferPointer { pixels in
          guard let first = pixels.baseAddress else { return }
          canvas.base.update(from: first, count: pixels.count)
        }
        game.draw(ArcadeView(canvas))
      }
    }
  }

  /// A byte of 0 or 1 for every channel of every cell.
  @inline(__always)
  private func writePlanes(_ game: Game, into writer: inout ObservationWriter) {
    let channels = Game.channels.count
    writer.write(count: Cell.side * Cell.side * channels) { bytes in
      bytes.update(repeating: 0)
      game.forEachThing { channel, cell in
        bytes[(cell.y * Cell.side + cell.x) * channels + channel] = 1
      }
    }
  }

  /// A byte per cell: 0 where it is empty, else 1 and the channel of the foremost thing.
  @inline(__always)
  private func writeSymbols(_ game: Game, into writer: inout ObservationWriter) {
    writer.write(count: Cell.side * Cell.side) { bytes in
      bytes.update(repeating: 0)
      game.forEachThing { channel, cell in
        bytes[cell.y * Cell.side + cell.x] = UInt8(truncatingIfNeeded: channel + 1)
      }
    }
  }
}
