import Layers
import Tensors

/// Everything that a trainer needs to go on as if it had never stopped.
public struct TrainerState: Hashable, Sendable {
  /// Numbers under a name, such as `model.encoder.0.weight` or `adam.first.mean.bias`.
  public struct Entry: Hashable, Sendable {
    /// The name, unique within the state.
    public let name: String
    /// The sizes of the axes.
    public let shape: [Int]
    /// The elements in row-major order.
    public let values: [Float]

    /// Creates an entry.
    public init(name: String, shape: [Int], values: [Float]) {
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// A whole number under a name.
  public struct Counter: Hashable, Sendable {
    /// The name, unique within the state.
    public let name: String
    /// The number.
    public let value: Int

    /// Creates a counter.
    public init(name: String, value: Int) {
      self.name = name
      self.value = value
    }
  }

  /// Weights, moments and running means, in a fixed order.
  public var arrays: [Entry]
  /// Steps taken and skipped, in a fixed order.
  public var counters: [Counter]

  /// Creates a state.
  public init(arrays: [Entry], counters: [Counter]) {
    self.arrays = arrays
    self.counters = counters
  }
}

/// What is wrong with a state or with weights that were to be taken up.
public struct TrainerStateError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was attempted.
  public let operation: String
  /// The entry at fault.
  public let place: String
  /// What is wrong with it.
  public let cause: String
  /// What the caller can do.
  public let remedy: String

  /// The four parts in one sentence.
  public var description: String { "\(operation), \(place): \(cause); \(remedy)" }
}

extension TrainerState {
  func entry(_ name: String) throws(TrainerStateError) -> Entry {
    guard let entry = arrays.first(where: { $0.name == name }) else { throw Self.missing(name) }
    return entry
  }

  func counter(_ name: String) throws(TrainerStateError) -> Int {
    guard let counter = counters.first(where: { $0.name == name }) else {
      throw Self.missing(name)
    }
    return counter.value
  }

  private static func missing(_ name: String) -> TrainerStateError {
    TrainerStateError(
      operation: "restore", place: name, cause: "it is missing",
      remedy: "give a state that this program saved")
  }
}
