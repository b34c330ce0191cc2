/// What went wrong with a policy or its optimisation.
public struct ControllerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was being done, such as `CMAES.tell`.
  public var operation: String
  /// Where: the array, the generation, the episode.
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
}
