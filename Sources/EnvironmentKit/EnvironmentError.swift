/// What went wrong with a world or a batch of worlds.
public struct EnvironmentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was being done, such as `step`.
  public var operation: String
  /// Where: the world, the slot, the step.
  public var place: String
  /// What was found.
  public var cause: String
  /// What to do about it.
  public var remedy: String

  /// Creates an error of its four parts.
  public init(operation: String, place: String, cause: String, remedy: String) {
    self.operation = operation
    self.place = place
    self.cause = cause
    self.remedy = remedy
  }

  /// One line: place, operation, cause; remedy.
  public var description: String { "\(place): \(operation): \(cause); \(remedy)" }

  /// A snapshot was put into a slot that it was not taken from the like of.
  ///
  /// - Parameters:
  ///   - snapshot: what was given.
  ///   - place: the world or model.
  ///   - wanted: what it should have been taken from.
  public static func otherSnapshot(
    _ snapshot: any Sendable, place: String, slot: Int, wanted: String
  ) -> EnvironmentError {
    EnvironmentError(
      operation: "setState", place: "\(place), slot \(slot)",
      cause: "the snapshot is of another kind (\(type(of: snapshot)))",
      remedy: "give one taken from \(wanted)")
  }
}
