import EnvironmentKit

/// The eye: what of the room falls where on a canvas.
///
/// Depth is 1 at the player's line and `farDepth` at the wall of the monsters; a point appears at
/// its distance from the eye times `scale`, divided by its depth.
struct TakeCoverView {
  /// How much smaller things appear at the far wall than at the player's line.
  static let farDepth: Float = 2.5
  /// Cells from the eye to the floor, and to the ceiling.
  static let eyeHeight: Float = 15
  /// Cells that are seen to either side at the player's line, on a square canvas.
  static let halfSight: Float = 16
  /// Cells from the end of the player's line to the side wall.
  static let wallMargin: Float = 3
  /// How much wider a fireball looks than it is dangerous: what touches the eye's middle hits.
  static let fireballWidth: Float = 1.15
  /// Cells from the floor to the middle of a fireball.
  static let fireballHeight: Float = 9

  let eye: Float
  let scale: Float
  let centerX: Float
  let horizon: Float
  let width: Float
  let height: Float
  /// The side walls, in cells from the middle of the room.
  let wall: Float

  /// Creates the view of a player on a canvas of any size, in pixels.
  init(width: Float, height: Float, eye: Float, rules: TakeCoverRules) {
    self.width = width
    self.height = height
    self.eye = eye
    wall = rules.halfWidth + Self.wallMargin
    scale = max(width, height) / (2 * Self.halfSight)
    centerX = width / 2
    horizon = height * 0.44
  }

  /// Where a point appears: cells across the room, cells above the floor, depth.
  func place(_ x: Float, _ above: Float, _ depth: Float) -> CanvasPoint {
    let size = scale / depth
    return CanvasPoint(
      centerX + (x - eye) * size, horizon + (Self.eyeHeight - above) * size)
  }

  /// The depth of a thing that has a share of its way from the far wall ahead of it.
  func depth(_ distance: Float) -> Float { 1 + (Self.farDepth - 1) * distance }

  /// How large a fireball looks at a depth, in pixels.
  func fireballRadius(at depth: Float, _ rules: TakeCoverRules) -> Float {
    Self.fireballWidth * rules.hitRadius * scale / depth
  }
}
