import Tensors

/// The way of whole sequences through a network with a memory, and the way back.
final class RecurrentPass: LearningPass {
  private let shape: RecurrentShape
  private let recurrence: PlainRecurrence
  private let encoder: DensePass
  private let capacity: Int
  /// `[step, sequence]`: the segment's rows, and 1 where an episode goes on there, 0 where one begins.
  private var rows: UnsafeMutableBufferPointer<Int32>
  private let keeps: FloatBuffer
  /// What each step starts from and what it leads to, `[step, sequence, units]`.
  private let before: (hidden: FloatBuffer, cell: FloatBuffer)
  private let after: (hidden: FloatBuffer, cell: FloatBuffer)
  /// `[step, sequence, 4·units]`; going back, their gradients.
  private let gates: FloatBuffer
  private let hiddenGradient: FloatBuffer
  private let cellGradient: FloatBuffer
  private let outputs: FloatBuffer
  private let outputGradient: FloatBuffer

  /// Makes room for so many sequences of so many steps.
  init(_ shape: RecurrentShape, _ recurrence: PlainRecurrence, steps: Int, sequences: Int) {
    (self.shape, self.recurrence) = (shape, recurrence)
    capacity = steps * sequences
    encoder = DensePass(shape.encoder, rows: capacity)
    rows = .allocate(capacity: capacity)
    rows.initialize(repeating: 0)
    let count = capacity
    func floats(_ width: Int) -> FloatBuffer { FloatBuffer(zeros: count * width) }
    keeps = floats(1)
    (before, after) = (
      (floats(shape.units), floats(shape.units)), (floats(shape.units), floats(shape.units))
    )
    gates = floats(4 * shape.units)
    hiddenGradient = floats(shape.units)
    cellGradient = FloatBuffer(zeros: sequences * shape.units)
    (outputs, outputGradient) = (floats(shape.heads.width), floats(shape.heads.width))
  }

  deinit { rows.deallocate() }

  func goThrough(
    _ numbers: NetworkNumbers, _ segment: Segment, _ samples: UnsafeBufferPointer<Int32>,
    _ loss: SampleLoss, into sums: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    let (steps, count) = (segment.count / segment.slots, samples.count)
    precondition(
      steps * count <= capacity, "RecurrentPass: \(steps) · \(count) rows for \(capacity)")
    for step in 0..<steps {
      for (place, slot) in samples.enumerated() {
        let row = step * segment.slots + Int(slot)
        rows[step * count + place] = Int32(row)
        keeps.pointer[step * count + place] =
          step > 0 && segment.ended[row - segment.slots] ? 0 : 1
      }
    }
    let chosen = UnsafeBufferPointer(rebasing: rows[..<(steps * count)])
    forward(numbers.flat, segment, samples, chosen, steps)
    let beginning = shape.encoder.levels[0].parts[0].count
    let found = loss.evaluate(
      outputs.pointer, shape.heads, rows: chosen.count, samples: chosen,
      deviationGradient: sums + max(0, shape.deviations - beginning),
      gradient: outputGradient.pointer)
    backward(numbers.transposes, steps, count, into: sums - beginning)
    encoder.backward(numbers.transposes, into: sums)
    return found
  }

  private func forward(
    _ numbers: UnsafePointer<Float>, _ segment: Segment,
    _ samples: UnsafeBufferPointer<Int32>, _ chosen: UnsafeBufferPointer<Int32>, _ steps: Int
  ) {
    let (units, count) = (shape.units, samples.count)
    let encoded = encoder.encode(numbers, segment.observations, chosen)
    for step in 0..<steps {
      let first = step * count
      for (place, slot) in samples.enumerated() {
        let here = (first + place) * units
        if step == 0 {
          let remembered = segment.memory + Int(slot) * 2 * units
          (before.hidden.pointer + here).update(from: remembered, count: units)
          (before.cell.pointer + here).update(from: remembered + units, count: units)
        } else if keeps.pointer[first + place] == 0 {
          (before.hidden.pointer + here).update(repeating: 0, count: units)
          (before.cell.pointer + here).update(repeating: 0, count: units)
        } else {
          let last = here - count * units
          (before.hidden.pointer + here).update(from: after.hidden.pointer + last, count: units)
          (before.cell.pointer + here).update(from: after.cell.pointer + last, count: units)
        }
      }
      recurrence.step(
        encoded + first * shape.encoder.heads.width, stride: shape.encoder.heads.width,
        rows: count, hidden: before.hidden.pointer + first * units,
        cell: before.cell.pointer + first * units, gates: gates.pointer + first * 4 * units,
        nextHidden: after.hidden.pointer + first * units,
        nextCell: after.cell.pointer + first * units)
    }
    shape.multiplyHeads(
      numbers, after.hidden.pointer, rows: chosen.count, into: outputs.pointer)
  }

  /// Takes the gradient by the outputs back to the encoder's; `gradient` is by all numbers.
  private func backward(
    _ transposes: UnsafePointer<Float>, _ steps: Int, _ count: Int,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    let (units, width, all) = (shape.units, shape.heads.width, steps * count)
    PlainLayer.weightGradient(
      after.hidden.pointer, stride: units, rows: all, inner: units,
      gradient: outputGradient.pointer, gradientStride: width, columns: width,
      into: gradient + shape.output.weight, resultStride: width)
    PlainLayer.biasGradient(
      outputGradient.pointer, stride: width, rows: all, columns: width,
      into: gradient + shape.output.bias)
    PlainLayer.multiply(
      outputGradient.pointer, stride: width, rows: all, inner: width,
      weight: transposes + shape.outputTranspose, bias: nil, columns: units,
      into: hiddenGradient.pointer, resultStride: units)
    (gradient + shape.memory.bias).update(repeating: 0, count: 4 * units)
    cellGradient.pointer.update(repeating: 0, count: count * units)
    for step in stride(from: steps - 1, through: 0, by: -1) { goBack(step, steps, count, gradient) }
    addMemoryGradient(transposes, all, into: gradient)
  }

  private func goBack(
    _ step: Int, _ steps: Int, _ count: Int, _ gradient: UnsafeMutablePointer<Float>
  ) {
    let (units, first) = (shape.units, step * count)
    let (later, isLast) = (first + count, step == steps - 1)
    recurrence.stepBack(
      rows: count, laterGates: isLast ? nil : UnsafePointer(gates.pointer + later * 4 * units),
      laterKeeps: isLast ? nil : UnsafePointer(keeps.pointer + later),
      hiddenGradient: hiddenGradient.pointer + first * units,
      cell: before.cell.pointer + first * units, nextCell: after.cell.pointer + first * units,
      gates: gates.pointer + first * 4 * units, cellGradient: cellGradient.pointer,
      biasGradient: gradient + shape.memory.bias)
  }

  /// The memory's weights, and what goes back to the encoder.
  private func addMemoryGradient(
    _ transposes: UnsafePointer<Float>, _ all: Int, into gradient: UnsafeMutablePointer<Float>
  ) {
    let (units, width) = (shape.units, shape.encoder.heads.width)
    PlainLayer.weightGradient(
      encoder.outputs, stride: width, rows: all, inner: shape.inputs, gradient: gates.pointer,
      gradientStride: 4 * units, columns: 4 * units, into: gradient + shape.memory.input,
      resultStride: 4 * units)
    PlainLayer.weightGradient(
      before.hidden.pointer, stride: units, rows: all, inner: units, gradient: gates.pointer,
      gradientStride: 4 * units, columns: 4 * units, into: gradient + shape.memory.recurrent,
      resultStride: 4 * units)
    PlainLayer.multiply(
      gates.pointer, stride: 4 * units, rows: all, inner: 4 * units,
      weight: transposes + shape.inputTranspose, bias: nil,
      columns: PlainLayer.padded(shape.inputs), into: encoder.outputGradient, resultStride: width)
    PlainLayer.activateBackward(
      output: encoder.outputs, gradient: encoder.outputGradient, count: all * width, .tanh)
  }

  func addFirstGradient(
    _ segment: Segment, columns: Range<Int>, to gradient: UnsafeMutablePointer<Float>
  ) {
    encoder.addFirstGradient(segment.observations.sparse, columns: columns, to: gradient)
  }
}
