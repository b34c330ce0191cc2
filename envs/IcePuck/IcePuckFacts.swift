import EnvironmentKit

/// The state as facts, and as bytes.
extension IcePuck {
  /// Where each fact stands in the buffer.
  enum FactSlot {
    static let (puckX, puckY, velocityX, velocityY) = (0, 1, 2, 3)
    static let (targetX, targetY, headingX, headingY) = (4, 5, 6, 7)
    static let distance = 8
    static let count = 9
  }

  /// Metres, and metres per second; headings are directions of length 1.
  static let factList: [Fact] = [
    Fact("puckX"), Fact("puckY"), Fact("puckVelocityX"), Fact("puckVelocityY"),
    Fact("targetX"), Fact("targetY"), Fact("targetHeadingX"), Fact("targetHeadingY"),
    Fact("distance"),
  ]

  /// Writes the state and the distance.
  public func facts(into values: UnsafeMutableBufferPointer<Float>) {
    precondition(
      values.count >= FactSlot.count,
      "IcePuck.facts: room for \(values.count) of \(FactSlot.count) facts")
    values[FactSlot.puckX] = puck.x
    values[FactSlot.puckY] = puck.y
    values[FactSlot.velocityX] = velocity.x
    values[FactSlot.velocityY] = velocity.y
    values[FactSlot.targetX] = target.x
    values[FactSlot.targetY] = target.y
    values[FactSlot.headingX] = heading.x
    values[FactSlot.headingY] = heading.y
    values[FactSlot.distance] = distance
  }

  /// A speed that the puck never has, in m/s: what the byte 255 stands for.
  static let greatestSpeed: Float = 2

  /// A picture of 64×64, or the state: `puck` (x, y, and velocity in x and y) and `target` (x, y).
  var observationSpace: ObservationSpace {
    observation == .symbols
      ? ObservationSpace([
        ObservationField("puck", shape: [4]), ObservationField("target", shape: [2]),
      ])
      : ObservationSpace([
        ObservationField("image", shape: [Self.observationSize, Self.observationSize, 3])
      ])
  }

  /// Writes the picture, or the state in bytes: 0…255 stand for −1…1 m, and for −2…2 m/s.
  public func observe(into writer: inout ObservationWriter) {
    guard observation == .symbols else { return observePicture(into: &writer) }
    writer.write(Self.byte(puck.x, of: 1))
    writer.write(Self.byte(puck.y, of: 1))
    writer.write(Self.byte(velocity.x, of: Self.greatestSpeed))
    writer.write(Self.byte(velocity.y, of: Self.greatestSpeed))
    writer.write(Self.byte(target.x, of: 1))
    writer.write(Self.byte(target.y, of: 1))
  }

  /// A value in −greatest…greatest as the nearest of 256 levels.
  private static func byte(_ value: Float, of greatest: Float) -> UInt8 {
    let share = (value / greatest + 1) / 2
    return UInt8((max(0, min(1, share)) * 255).rounded())
  }
}
