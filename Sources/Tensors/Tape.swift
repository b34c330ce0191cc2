import CKernels

/// What was computed from watched tensors, in order, so that gradients can flow back.
///
/// Each recorded operation has a pullback: given the gradient of its result, it adds to the
/// gradients of its inputs. The tape is emptied as it is walked, which returns activations early.
final class Tape {
  typealias Pullback = (_ gradient: Tensor, _ tape: Tape) -> Void

  private var pullbacks: [Pullback?] = []
  private var gradients: [Tensor?] = []
  private(set) var isRecording = true

  /// The same tensor, watched: its gradient is computed.
  func watching(_ tensor: Tensor) -> Tensor { append(tensor, nil) }

  func record(_ result: Tensor, _ pullback: @escaping Pullback) -> Tensor {
    append(result, pullback)
  }

  private func append(_ tensor: Tensor, _ pullback: Pullback?) -> Tensor {
    var watched = tensor
    watched.watch = Watch(tape: self, index: pullbacks.count)
    pullbacks.append(pullback)
    return watched
  }

  /// Whether the gradient of a tensor is wanted; pullbacks ask before they compute several at once.
  func wants(_ input: Tensor) -> Bool { input.watch?.tape === self }

  /// Adds to the gradient of an input, if it is watched; otherwise computes nothing.
  func add(_ gradient: @autoclosure () -> Tensor, to input: Tensor) {
    guard let watch = input.watch, watch.tape === self else { return }
    let gradient = gradient()
    precondition(
      gradient.count == input.count,
      "gradient of shape \(gradient.shape) for a tensor of shape \(input.shape)")
    guard var sum = gradients[watch.index] else {
      gradients[watch.index] = gradient.detached
      return
    }
    gradients[watch.index] = nil
    sum.withUnsafeMutableBuffer { buffer in
      guard let base = buffer.baseAddress else { return }
      umwelt_accumulate(gradient.pointer, 1, base, Int64(buffer.count))
    }
    gradients[watch.index] = sum
  }

  /// Walks back from a scalar result.
  func propagate(from result: Tensor) {
    isRecording = false
    gradients = Array(repeating: nil, count: pullbacks.count)
    guard let last = result.watch?.index else { return }
    gradients[last] = Tensor(repeating: 1, shape: result.shape)
    for index in stride(from: last, through: 0, by: -1) {
      guard let pullback = pullbacks[index] else { continue }
      pullbacks[index] = nil
      guard let gradient = gradients[index] else { continue }
      gradients[index] = nil
      pullback(gradient, self)
    }
  }

  /// The gradient of a watched tensor after `propagate`; zeros where nothing flowed.
  func gradient(of tensor: Tensor) -> Tensor {
    guard let watch = tensor.watch, watch.tape === self, let gradient = gradients[watch.index]
    else { return Tensor(repeating: 0, shape: tensor.shape) }
    return Tensor(shape: tensor.shape, sharing: gradient.storage)
  }

  /// Forgets everything, which also breaks the cycles between the tape and what it recorded.
  func clear() {
    isRecording = false
    pullbacks = []
    gradients = []
  }
}

extension Tensor {
  /// The result of an operation on `inputs`, recorded where one of them is watched.
  ///
  /// - Parameter pullback: adds to the gradients of the inputs, given the gradient of this result.
  func recorded(from inputs: Tensor..., pullback: @escaping Tape.Pullback) -> Tensor {
    for input in inputs {
      if let tape = input.watch?.tape, tape.isRecording { return tape.record(self, pullback) }
    }
    return self
  }
}
