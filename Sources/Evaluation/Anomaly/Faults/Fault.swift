/// What is done to a world on purpose, so that it is known which frame is abnormal.
package enum Fault: String, CaseIterable, Hashable, Sendable {
  /// The world jumps to another moment of the same episode.
  case teleport
  /// In a quarter of the height and width red becomes green, green blue, and blue red.
  case colour
  /// A thing that no frame ever showed stands somewhere.
  case object
  /// The frame before is shown again, though the world went on.
  case freeze
  /// The world did another action than the one that was recorded, and it made a difference.
  case ignored

  /// Whether it asks for frames that are pictures in colour.
  package var isOfPictures: Bool { self == .colour || self == .object }
}
