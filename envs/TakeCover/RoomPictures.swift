import EnvironmentKit

/// The empty room as it is seen from every cell of the player's line, drawn once for observations.
///
/// Most of a picture is room, and a player on whole cells sees it from few places.
final class RoomPictures: Sendable {
  /// Those of the catalogue's rules.
  static let catalogue = RoomPictures(TakeCoverRules())

  private let rules: TakeCoverRules
  private let frames: [Frame]

  private init(_ rules: TakeCoverRules) {
    self.rules = rules
    let size = TakeCover.observationSize
    let reach = Int(rules.halfWidth)
    frames = (-reach...reach).map { cell in
      let view = TakeCoverView(
        width: Float(size), height: Float(size), eye: Float(cell), rules: rules)
      var frame = Frame(width: size, height: size)
      frame.withCanvas { TakeCover(rules: rules).drawRoom(view, $0) }
      return frame
    }
  }

  /// Copies the room to a canvas of the observation's size; false where it is not among these.
  func copy(of world: TakeCover, to canvas: Canvas) -> Bool {
    let index = Int(world.playerX) + Int(rules.halfWidth)
    guard world.rules.halfWidth == rules.halfWidth, world.playerX == world.playerX.rounded()
    else { return false }
    frames[index].pixels.withUnsafeBufferPointer { pixels in
      guard let first = pixels.baseAddress else { return }
      canvas.base.update(from: first, count: pixels.count)
    }
    return true
  }
}
