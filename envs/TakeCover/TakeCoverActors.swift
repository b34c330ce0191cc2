/// One shot that a monster prepares: everything that chance decides is drawn when it begins.
struct PreparedShot: Hashable, Sendable {
  /// Steps until the throw.
  var stepsLeft: Int
  /// Whether it will be aimed at where the player then stands.
  var aimed: Bool
  /// Where it lands, in cells; for an aimed one the distance from the player.
  var place: Float
  /// Share of the player's velocity by which an aimed one is led.
  var lead: Float
  /// Steps it will fly.
  var flight: Int
}

/// A monster on the far wall.
struct Monster: Hashable, Sendable {
  /// Where it stands along the wall, in cells.
  var x: Float = 0
  /// The shot it is preparing; its eyes flash meanwhile.
  var shot: PreparedShot?
  /// Steps since it came.
  var age = 0
}

/// A fireball on its straight way from a monster to the player's line.
struct Fireball: Hashable, Sendable {
  /// Where it was thrown, in cells along the far wall.
  var origin: Float = 0
  /// Where it will land, in cells along the player's line.
  var landing: Float = 0
  /// Steps from throw to landing.
  var flight = 1
  /// Steps until it lands.
  var stepsLeft = 0

  /// Share of its way that lies ahead: 1 at the far wall, 0 at the player's line.
  var distance: Float { Float(stepsLeft) / Float(flight) }
  /// Where it is now, in cells across the room.
  var x: Float { landing + (origin - landing) * distance }
}
