/// A value made of named trainable tensors, visited in a fixed order.
public protocol Parameterized {
  /// Shows every parameter to `visit`, which may replace it.
  ///
  /// - Parameter visit: takes a name, unique within the value, such as `encoder.0.weight`.
  mutating func visitParameters(_ visit: (_ name: String, _ parameter: inout Tensor) -> Void)
}

extension Parameterized {
  /// Shows every parameter to `visit`, its name under a prefix.
  public mutating func visitParameters(
    under prefix: String, _ visit: (_ name: String, _ parameter: inout Tensor) -> Void
  ) {
    visitParameters { name, parameter in visit("\(prefix).\(name)", &parameter) }
  }

  /// The names and values of all parameters, in order.
  public var parameters: [(name: String, value: Tensor)] {
    var list: [(name: String, value: Tensor)] = []
    var copy = self
    copy.visitParameters { name, parameter in list.append((name, parameter)) }
    return list
  }
}

/// The value of a scalar function of a model, and its gradient.
///
/// - Parameters:
///   - model: the parameters to differentiate by.
///   - function: computes a tensor of one element from the watched model.
/// - Returns: the value, and a model of the same form that holds the gradients.
/// - Precondition: the function's result has one element.
public func valueAndGradient<Model: Parameterized>(
  of model: Model, _ function: (Model) -> Tensor
) -> (value: Tensor, gradient: Model) {
  let tape = Tape()
  defer { tape.clear() }
  var watched = model
  watched.visitParameters { _, parameter in parameter = tape.watching(parameter) }
  let value = function(watched)
  precondition(
    value.count == 1,
    "valueAndGradient: the function gave shape \(value.shape); reduce it to one element")
  tape.propagate(from: value)
  var gradient = watched
  gradient.visitParameters { _, parameter in parameter = tape.gradient(of: parameter) }
  return (value.detached, gradient)
}

/// The value of a scalar function of tensors, and its gradient by each of them.
///
/// - Precondition: the function's result has one element.
public func valueAndGradients(
  of inputs: [Tensor], _ function: ([Tensor]) -> Tensor
) -> (value: Tensor, gradients: [Tensor]) {
  let (value, gradient) = valueAndGradient(of: TensorList(tensors: inputs)) { function($0.tensors) }
  return (value, gradient.tensors)
}

private struct TensorList: Parameterized {
  var tensors: [Tensor]

  mutating func visitParameters(_ visit: (String, inout Tensor) -> Void) {
    for index in tensors.indices { visit("\(index)", &tensors[index]) }
  }
}
