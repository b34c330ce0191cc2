/// What went wrong with a picture file.
public struct PictureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was being done, such as `write PNG`.
  public var operation: String
  /// Where: the path, the frame.
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
