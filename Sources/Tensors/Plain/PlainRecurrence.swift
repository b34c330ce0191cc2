import CKernels

/// The arithmetic of a long short-term memory over plain memory, a step of some sequences at a time.
///
/// Weights are flat numbers of their owner, packed anew whenever they change; nothing else is kept, and a
/// row's bits do not depend on the others.
package final class PlainRecurrence: @unchecked Sendable {
  /// Numbers that enter at each step.
  package let inputs: Int
  /// Units, a multiple of 16.
  package let units: Int
  private let inputWeight: FloatBuffer
  private let recurrentWeight: FloatBuffer
  private let bias: FloatBuffer
  /// Of the recurrent weights, as the way back reads them.
  private let transpose: FloatBuffer

  /// Makes room for weights.
  package init(inputs: Int, units: Int) {
    (self.inputs, self.units) = (inputs, units)
    func packed(_ rows: Int) -> FloatBuffer {
      FloatBuffer(zeros: Int(umwelt_lstm_packed_count(Int64(rows), Int64(units))))
    }
    (inputWeight, recurrentWeight, bias) = (packed(inputs), packed(units), packed(1))
    transpose = FloatBuffer(zeros: Int(umwelt_packed_count(Int64(4 * units), Int64(units))))
  }

  /// Takes up weights.
  ///
  /// - Parameters:
  ///   - input: `[inputs, 4·units]`, with the gates i, f, g, o beside each other.
  ///   - recurrent: `[units, 4·units]`.
  ///   - bias: `[4·units]`.
  package func load(
    input: UnsafePointer<Float>, recurrent: UnsafePointer<Float>, bias: UnsafePointer<Float>
  ) {
    umwelt_lstm_pack(input, Int64(inputs), Int64(units), inputWeight.pointer)
    umwelt_lstm_pack(recurrent, Int64(units), Int64(units), recurrentWeight.pointer)
    umwelt_lstm_pack(bias, 1, Int64(units), self.bias.pointer)
    umwelt_pack_matrix(
      recurrent, Int64(4 * units), true, Int64(4 * units), Int64(units), transpose.pointer)
  }

  /// Takes one step of some sequences.
  ///
  /// - Parameters:
  ///   - x: `[rows, inputs]`, with `stride` floats from row to row.
  ///   - hidden, cell: before the step, `[rows, units]` each.
  ///   - gates: `[rows, 4·units]`, written for the way back; or nil.
  ///   - nextHidden, nextCell: after the step, written.
  package func step(
    _ x: UnsafePointer<Float>, stride: Int, rows: Int,
    hidden: UnsafePointer<Float>, cell: UnsafePointer<Float>, gates: UnsafeMutablePointer<Float>?,
    nextHidden: UnsafeMutablePointer<Float>, nextCell: UnsafeMutablePointer<Float>
  ) {
    var step = UmweltLSTMStep(
      rows: Int64(rows), inputs: Int64(inputs), hidden: Int64(units), x: x,
      x_stride: Int64(stride), h: hidden, c: cell,
      input_weight: inputWeight.pointer, recurrent_weight: recurrentWeight.pointer,
      bias: bias.pointer, gates: gates, next_h: nextHidden, next_c: nextCell)
    umwelt_lstm_step(&step)
  }

  /// Takes one step back, the last first.
  ///
  /// - Parameters:
  ///   - laterGates: the gates' gradients of the step after this one; nil for the last step.
  ///   - laterKeeps: whether each row of that step went on (1) or began anew (0); nil for the last step.
  ///   - hiddenGradient: by this step's hidden states from elsewhere, `[rows, units]`.
  ///   - cell, nextCell: before and after this step.
  ///   - gates: of this step; their gradients take their place.
  ///   - cellGradient: by the cells after this step; then, by those before it.
  ///   - biasGradient: `[4·units]`, to which is added.
  package func stepBack(
    rows: Int, laterGates: UnsafePointer<Float>?, laterKeeps: UnsafePointer<Float>?,
    hiddenGradient: UnsafePointer<Float>, cell: UnsafePointer<Float>,
    nextCell: UnsafePointer<Float>, gates: UnsafeMutablePointer<Float>,
    cellGradient: UnsafeMutablePointer<Float>,
    biasGradient: UnsafeMutablePointer<Float>
  ) {
    var step = UmweltLSTMBackwardStep(
      rows: Int64(rows), hidden: Int64(units), later_gates: laterGates,
      later_keeps: laterKeeps, transpose: transpose.pointer, h_gradient: hiddenGradient,
      c: cell, next_c: nextCell, gates: gates, c_gradient: cellGradient,
      bias_gradient: biasGradient)
    umwelt_lstm_step_backward(&step)
  }
}
