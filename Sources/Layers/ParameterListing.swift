import Tensors

/// One parameter tensor of a model, as listings show it.
public struct ParameterShape: Codable, Hashable, Sendable {
  /// The name within the model, such as `encoder.0.weight`.
  public let name: String
  /// The sizes of the axes.
  public let shape: [Int]
  /// The number of elements.
  public let count: Int
}

extension Parameterized {
  /// Every parameter tensor's name, shape and count, in order.
  public var parameterShapes: [ParameterShape] {
    parameters.map { ParameterShape(name: $0.name, shape: $0.value.shape, count: $0.value.count) }
  }

  /// The number of all trainable numbers.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }

  /// All trainable numbers, one parameter after the other.
  public var flattenedParameters: [Float] {
    var flat: [Float] = []
    flat.reserveCapacity(parameterCount)
    for (_, value) in parameters { value.withUnsafeBuffer { flat.append(contentsOf: $0) } }
    return flat
  }

  /// Replaces all trainable numbers, in the order of `flattenedParameters`.
  ///
  /// - Precondition: `flat` has `parameterCount` elements.
  public mutating func setFlattenedParameters(_ flat: [Float]) {
    precondition(
      flat.count == parameterCount,
      "setFlattenedParameters: \(flat.count) numbers for a model of \(parameterCount)")
    var start = 0
    visitParameters { _, parameter in
      let end = start + parameter.count
      parameter = Tensor(Array(flat[start..<end]), shape: parameter.shape)
      start = end
    }
  }
}
