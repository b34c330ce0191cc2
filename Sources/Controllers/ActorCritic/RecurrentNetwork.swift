import Tensors

/// A network with a long short-term memory, worked by hand: what an episode showed before counts as well.
///
/// It remembers its hidden state and its cell, one behind the other. Learning goes through whole sequences, from
/// what was remembered when they began, and forgets where an episode ended within them.
final class RecurrentNetwork: ActorCriticNetwork {
  /// Sizes, and where numbers lie.
  let shape: RecurrentShape
  private let recurrence: PlainRecurrence
  private let transposes: FloatBuffer
  private let learning: GradientWork?
  private var numbers: UnsafePointer<Float>?
  private var acting: Acting?

  /// Memory for rows that are acted upon.
  private struct Acting {
    let rows: Int
    let encoder: DensePass
    let before: (hidden: FloatBuffer, cell: FloatBuffer)
    let after: (hidden: FloatBuffer, cell: FloatBuffer)

    init(_ shape: RecurrentShape, rows: Int) {
      self.rows = rows
      encoder = DensePass(shape.encoder, rows: rows)
      func state() -> FloatBuffer { FloatBuffer(zeros: rows * shape.units) }
      (before, after) = ((state(), state()), (state(), state()))
    }
  }

  /// Makes a network; numbers are their owner's.
  ///
  /// - Parameters:
  ///   - steps: of a sequence at most.
  ///   - sequences: of a batch at most; 0 for a network that only acts.
  ///   - microbatches: parts that a batch is cut into.
  init(_ shape: RecurrentShape, steps: Int, sequences: Int, microbatches: Int) {
    self.shape = shape
    let recurrence = PlainRecurrence(inputs: shape.inputs, units: shape.units)
    self.recurrence = recurrence
    transposes = FloatBuffer(zeros: shape.transposeCount)
    let most = (sequences + microbatches - 1) / microbatches
    learning =
      sequences == 0
      ? nil
      : GradientWork(
        shape.encoder.firstMatrix, shape.layout.count,
        (0..<microbatches).map { _ in
          RecurrentPass(shape, recurrence, steps: steps, sequences: most)
        })
  }

  var layout: ParameterLayout { shape.layout }
  var heads: PolicyHeads { shape.heads }
  var deviations: Int { shape.deviations }
  var firstMatrix: (inputs: Int, columns: Int) { shape.encoder.firstMatrix }
  var memoryWidth: Int { 2 * shape.units }

  func load(_ numbers: UnsafePointer<Float>) {
    self.numbers = numbers
    shape.transpose(numbers, into: transposes.pointer)
    recurrence.load(
      input: numbers + shape.memory.input, recurrent: numbers + shape.memory.recurrent,
      bias: numbers + shape.memory.bias)
  }

  private var loaded: UnsafePointer<Float> {
    guard let numbers else { preconditionFailure("RecurrentNetwork: load numbers first") }
    return numbers
  }

  func evaluate(
    _ store: ObservationStore, rows: UnsafeBufferPointer<Int32>,
    memory: UnsafeMutablePointer<Float>, into outputs: UnsafeMutablePointer<Float>
  ) {
    let acting =
      acting.flatMap { $0.rows >= rows.count ? $0 : nil } ?? Acting(shape, rows: rows.count)
    self.acting = acting
    let units = shape.units
    for row in 0..<rows.count {
      let remembered = memory + row * memoryWidth
      (acting.before.hidden.pointer + row * units).update(from: remembered, count: units)
      (acting.before.cell.pointer + row * units).update(from: remembered + units, count: units)
    }
    let encoded = acting.encoder.encode(loaded, store, rows)
    recurrence.step(
      encoded, stride: shape.encoder.heads.width, rows: rows.count,
      hidden: acting.before.hidden.pointer, cell: acting.before.cell.pointer, gates: nil,
      nextHidden: acting.after.hidden.pointer, nextCell: acting.after.cell.pointer)
    shape.multiplyHeads(loaded, acting.after.hidden.pointer, rows: rows.count, into: outputs)
    for row in 0..<rows.count {
      let remembered = memory + row * memoryWidth
      remembered.update(from: acting.after.hidden.pointer + row * units, count: units)
      (remembered + units).update(from: acting.after.cell.pointer + row * units, count: units)
    }
  }

  func gradient(
    _ segment: Segment, samples: UnsafeBufferPointer<Int32>, of loss: SampleLoss,
    into gradient: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    guard let learning else { preconditionFailure("RecurrentNetwork: made for acting only") }
    return learning.run(
      NetworkNumbers(flat: loaded, transposes: UnsafePointer(transposes.pointer)), segment, samples,
      loss, gradient)
  }
}

extension RecurrentShape {
  /// The outputs of hidden states, `[rows, units]`.
  func multiplyHeads(
    _ numbers: UnsafePointer<Float>, _ hidden: UnsafePointer<Float>, rows: Int,
    into outputs: UnsafeMutablePointer<Float>
  ) {
    PlainLayer.multiply(
      hidden, stride: units, rows: rows, inner: units, weight: numbers + output.weight,
      bias: numbers + output.bias, columns: heads.width, into: outputs, resultStride: heads.width)
  }
}
