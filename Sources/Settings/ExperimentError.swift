/// What went wrong in an experiment, said once and in full.
public struct ExperimentError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure it is: decides the program's exit code.
  public enum Kind: Hashable, Sendable {
    /// The command line or a configuration is wrong: exit code 2.
    case usage
    /// Anything else from outside: exit code 1.
    case failure
    /// Stopped by Ctrl-C after saving: exit code 130.
    case interrupted
  }

  /// What kind of failure it is.
  public var kind: Kind
  /// Where: a file with its line, a command line option, a stage.
  public var place: String
  /// What was found.
  public var cause: String
  /// What to do about it.
  public var remedy: String

  /// Creates an error of its parts.
  public init(_ kind: Kind = .failure, place: String, cause: String, remedy: String) {
    self.kind = kind
    self.place = place
    self.cause = cause
    self.remedy = remedy
  }

  /// One line: place, cause; remedy.
  ///
  /// Empty parts are left out.
  public var description: String {
    (place.isEmpty ? "" : "\(place): ") + cause + (remedy.isEmpty ? "" : "; \(remedy)")
  }
}
