import CKernels
import OneDNN

/// One run of a long short-term memory over sequences, and its way back.
///
/// Everything is time-major: the rows of a step lie together. Going back, the gates' gradients take the
/// place of the gates.
final class RecurrencePass {
  /// Hidden and cell states after each step, `[length, batch, hidden]`.
  let hidden: Tensor
  /// The gradient by the cell before the first step, once `backward` has run, `[batch, hidden]`.
  private(set) var cellGradient: Tensor
  private let cells: Tensor
  private let gates: Tensor
  private let x: Tensor
  private let packed: PackedRecurrence
  private let start: RecurrentState?
  private let keeps: Tensor?
  /// What each step starts from, where some start anew.
  private let previous: RecurrentState?
  private let length: Int
  private let batch: Int
  private let size: Int

  init(_ x: Tensor, _ packed: PackedRecurrence, _ start: RecurrentState?, _ keeps: Tensor?) {
    let (shape, size) = (x.shape, packed.hidden)
    precondition(
      shape.count == 3 && shape[2] == packed.inputs && shape[0] >= 1 && shape[1] >= 1,
      "longShortTermMemory: x \(shape) for \(packed.inputs) inputs; give [length, batch, inputs]")
    (length, batch, self.size) = (shape[0], shape[1], size)
    let stateShape = [shape[1], size]
    precondition(
      start.map { $0.hidden.shape == stateShape && $0.cell.shape == stateShape } ?? true
        && keeps.map { $0.count == shape[0] * shape[1] } ?? true,
      "longShortTermMemory: state \(start?.hidden.shape ?? []), keeps \(keeps?.shape ?? []); give \(stateShape) and [length, batch]"
    )
    (self.x, self.packed, self.start, self.keeps) = (x, packed, start, keeps)
    hidden = Tensor(uninitialized: [shape[0], shape[1], size])
    cells = Tensor(uninitialized: [shape[0], shape[1], size])
    gates = Tensor(uninitialized: [shape[0], shape[1], 4 * size])
    cellGradient = Tensor(repeating: 0, shape: stateShape)
    previous = keeps.map { _ in
      RecurrentState(
        hidden: Tensor(uninitialized: [shape[0], shape[1], size]),
        cell: Tensor(uninitialized: [shape[0], shape[1], size]))
    }
  }

  private var stateCount: Int { batch * size }

  /// The gates, or their gradients, as a matrix.
  var flatGates: Tensor { gates.reshaped(to: [length * batch, 4 * size]) }

  var finalState: RecurrentState {
    let last = { (states: Tensor) in
      states.sliced(axis: 0, self.length - 1..<self.length)
        .reshaped(to: [self.batch, self.size])
    }
    return RecurrentState(hidden: last(hidden), cell: last(cells))
  }

  func forward() {
    for time in 0..<length {
      let before = stateBefore(time, prepares: true)
      var step = UmweltLSTMStep(
        rows: Int64(batch), inputs: Int64(packed.inputs), hidden: Int64(size),
        x: x.pointer + time * batch * packed.inputs, x_stride: Int64(packed.inputs),
        h: before.hidden, c: before.cell, input_weight: packed.inputWeight.pointer,
        recurrent_weight: packed.recurrentWeight.pointer, bias: packed.bias.pointer,
        gates: gates.mutablePointer + time * stateCount * 4,
        next_h: hidden.mutablePointer + time * stateCount,
        next_c: cells.mutablePointer + time * stateCount)
      EngineProfile.measure(
        "LSTM of \(size), forward",
        matrixOperations: 8 * batch * size * (size + packed.inputs)
      ) {
        umwelt_lstm_step(&step)
      }
    }
  }

  /// Replaces the gates by their gradients.
  ///
  /// Weights' gradients grow by a few steps at a time, while those steps' gates are still in the cache.
  ///
  /// - Parameter gradient: by the hidden states.
  /// - Returns: the gradients by the weights.
  func backward(_ gradient: Tensor) -> RecurrenceWeights {
    let sums = RecurrenceWeights(
      input: Tensor(repeating: 0, shape: [packed.inputs, 4 * size]),
      recurrent: Tensor(repeating: 0, shape: [size, 4 * size]),
      bias: Tensor(repeating: 0, shape: [4 * size]))
    let block = max(1, Self.blockRows / batch)
    for end in stride(from: length, to: 0, by: -block) {
      let times = max(0, end - block)..<end
      for time in times.reversed() { stepBackward(time, gradient, bias: sums.bias) }
      accumulate(x, times, shift: 0, to: sums.input)
      accumulateRecurrent(times, to: sums.recurrent)
    }
    return sums
  }

  private static let blockRows = 192

  private func stepBackward(_ time: Int, _ gradient: Tensor, bias: Tensor) {
    let isLast = time == length - 1
    var step = UmweltLSTMBackwardStep(
      rows: Int64(batch), hidden: Int64(size),
      later_gates: isLast ? nil : gates.pointer + (time + 1) * stateCount * 4,
      later_keeps: isLast ? nil : keeps.map { $0.pointer + (time + 1) * batch },
      transpose: packed.transpose.pointer, h_gradient: gradient.pointer + time * stateCount,
      c: stateBefore(time, prepares: false).cell, next_c: cells.pointer + time * stateCount,
      gates: gates.mutablePointer + time * stateCount * 4,
      c_gradient: cellGradient.mutablePointer, bias_gradient: bias.mutablePointer)
    EngineProfile.measure(
      "LSTM of \(size), backward", matrixOperations: isLast ? 0 : 8 * batch * size * size
    ) {
      umwelt_lstm_step_backward(&step)
    }
  }

  private func accumulateRecurrent(_ times: Range<Int>, to result: Tensor) {
    if let previous { return accumulate(previous.hidden, times, shift: 0, to: result) }
    if times.lowerBound == 0, let start {
      accumulate(start.hidden, 0..<1, shift: 0, to: result)
    }
    accumulate(hidden, max(1, times.lowerBound)..<max(1, times.upperBound), shift: 1, to: result)
  }

  /// result += rowsᵀ · gates' gradients over some steps; rows are those of `shift` steps before.
  private func accumulate(_ rows: Tensor, _ times: Range<Int>, shift: Int, to result: Tensor) {
    guard !times.isEmpty else { return }
    let width = result.shape[0]
    let inner = times.count * batch
    EngineProfile.measure(
      "LSTM of \(size), weights' gradients", matrixOperations: 8 * width * inner * size
    ) {
      engine("longShortTermMemory's gradient") { () throws(OneDNNError) in
        try multiplyMatrices(
          rows: width, inner: inner, columns: 4 * size,
          MatrixOperand(
            rows.pointer + (times.lowerBound - shift) * batch * width, isTransposed: true),
          MatrixOperand(gates.pointer + times.lowerBound * stateCount * 4),
          result: result.mutablePointer, accumulates: true)
      }
    }
  }

  /// The gradient by the hidden state before the first step.
  func initialGradient(_ weight: Tensor) -> Tensor {
    let firstGates = gates.sliced(axis: 0, 0..<1).reshaped(to: [batch, 4 * size])
    return kept(Tensor.product(firstGates, false, weight, true))
  }

  /// The rows of a gradient by the initial state that the first step kept; zeros for the others.
  func kept(_ gradient: Tensor) -> Tensor {
    guard let keeps else { return gradient }
    var result = gradient
    result.withUnsafeMutableBuffer { rows in
      for row in 0..<batch where keeps.pointer[row] == 0 {
        rows[row * size..<(row + 1) * size].update(repeating: 0)
      }
    }
    return result
  }

  private func stateBefore(_ time: Int, prepares: Bool) -> (
    hidden: UnsafePointer<Float>?, cell: UnsafePointer<Float>?
  ) {
    let (h, c): (UnsafePointer<Float>?, UnsafePointer<Float>?) =
      time == 0
      ? (start?.hidden.pointer, start?.cell.pointer)
      : (hidden.pointer + (time - 1) * stateCount, cells.pointer + (time - 1) * stateCount)
    guard let previous, let keeps else { return (h, c) }
    let keepsHere = keeps.pointer + time * batch
    let copy = { (states: Tensor, source: UnsafePointer<Float>?) in
      let to = states.mutablePointer + time * self.stateCount
      if prepares { self.copyKept(keepsHere, from: source, to: to) }
      return UnsafePointer(to)
    }
    return (copy(previous.hidden, h), copy(previous.cell, c))
  }

  private func copyKept(
    _ keeps: UnsafePointer<Float>, from: UnsafePointer<Float>?, to: UnsafeMutablePointer<Float>
  ) {
    for row in 0..<batch {
      let place = to + row * size
      if let from, keeps[row] != 0 {
        place.update(from: from + row * size, count: size)
      } else {
        place.update(repeating: 0, count: size)
      }
    }
  }
}
