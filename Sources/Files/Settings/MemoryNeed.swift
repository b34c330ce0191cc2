/// What a kind of model or learner takes of the machine's memory while it is trained, estimated from its
/// settings.
///
/// An estimate is good enough when it is right to a factor of two: it tells sizes that nobody has the
/// memory for from those that can be tried.
public struct MemoryNeed: Hashable, Sendable {
  /// The setting that decides most of it, relative to the group.
  public var key: String
  /// What needs it, such as `the autoencoder`.
  public var what: String
  /// How much, in bytes; a floating-point number, because sizes may be beyond all integers.
  public var bytes: Double
  /// What to set where it is too much.
  public var remedy: String

  /// Creates an estimate.
  public init(_ key: String, _ what: String, bytes: Double, remedy: String) {
    (self.key, self.what, self.bytes, self.remedy) = (key, what, bytes, remedy)
  }
}
