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

/// What training changes: a model, its optimiser and what watches over the steps.
struct TrainerProgress<Model: Parameterized> {
  var model: Model
  var optimiser: Adam
  var watch: GradientWatch
  var step: Int
  var skipped: Int

  /// Everything that is needed to go on, bit for bit.
  var state: TrainerState {
    var arrays = entries("model", model.parameters.map(\.value))
    if !optimiser.firstMoments.isEmpty {
      arrays += entries("adam.first", optimiser.firstMoments)
      arrays += entries("adam.second", optimiser.secondMoments)
    }
    arrays.append(.init(name: "gradient.average", shape: [1], values: [watch.average]))
    return TrainerState(
      arrays: arrays,
      counters: [
        .init(name: "step", value: step), .init(name: "skipped", value: skipped),
        .init(name: "adam.step", value: optimiser.step),
        .init(name: "gradient.count", value: watch.count),
      ])
  }

  /// The progress that a state of the same configuration holds.
  ///
  /// - Throws: `TrainerStateError` where an entry is missing or has another shape.
  func restored(from state: TrainerState) throws(TrainerStateError) -> TrainerProgress {
    var result = self
    let weights = try tensors("model", state)
    let optimiserStep = try state.counter("adam.step")
    let first = optimiserStep > 0 ? try tensors("adam.first", state) : []
    let second = optimiserStep > 0 ? try tensors("adam.second", state) : []
    result.watch.average = try state.entry("gradient.average").values.first ?? 0
    result.watch.count = try state.counter("gradient.count")
    (result.step, result.skipped) = (try state.counter("step"), try state.counter("skipped"))
    var index = 0
    result.model.visitParameters { _, parameter in
      parameter = weights[index]
      index += 1
    }
    result.optimiser.restore(step: optimiserStep, firstMoments: first, secondMoments: second)
    return result
  }

  private func entries(_ prefix: String, _ tensors: [Tensor]) -> [TrainerState.Entry] {
    zip(model.parameters, tensors).map { parameter, tensor in
      .init(name: "\(prefix).\(parameter.name)", shape: tensor.shape, values: tensor.scalars)
    }
  }

  private func tensors(
    _ prefix: String, _ state: TrainerState
  ) throws(TrainerStateError) -> [Tensor] {
    var list: [Tensor] = []
    for (name, value) in model.parameters {
      let entry = try state.entry("\(prefix).\(name)")
      guard entry.shape == value.shape, entry.values.count == value.count else {
        throw TrainerStateError(
          operation: "restore", place: entry.name,
          cause: "shape \(entry.shape) where the model has \(value.shape)",
          remedy: "restore with the configuration the state was saved with")
      }
      list.append(Tensor(entry.values, shape: entry.shape))
    }
    return list
  }
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
