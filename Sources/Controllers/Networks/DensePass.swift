import EnvironmentKit
import Tensors

/// The way of some rows through fully connected networks, and the way back of a gradient.
///
/// Rows beside each other that are alike go together: what they come to is computed once.
final class DensePass {
  let shape: DenseShape
  /// Rows that go through.
  private(set) var count = 0
  /// Where each of the rows that were given goes: which of those that go through.
  let places: UnsafeMutablePointer<Int32>
  /// `[rows, width]` of each level, after its activation.
  let values: [FloatBuffer]
  /// The same for gradients; those of the first level are what goes back to the inputs' weights.
  let gradients: [FloatBuffer]
  /// Which of a store's different rows each one is that goes through, where rows are sparse.
  let likenesses: UnsafeMutablePointer<Int32>

  private let capacity: Int
  private var given = 0
  private var gathered: FloatBuffer?
  private let memory = OwnedMemory()

  /// Makes room for so many rows.
  init(_ shape: DenseShape, rows: Int) {
    (self.shape, capacity) = (shape, rows)
    values = shape.levels.map { FloatBuffer(zeros: rows * $0.width) }
    gradients = shape.levels.map { FloatBuffer(zeros: rows * $0.width) }
    places = memory.makePointer(rows, 0)
    likenesses = memory.makePointer(rows, 0)
  }

  /// The first level's one matrix.
  var first: DenseShape.Part { shape.levels[0].parts[0] }
  /// What the last level came to.
  var outputs: UnsafeMutablePointer<Float> { values[values.count - 1].pointer }
  /// Where the gradient by that is to be written.
  var outputGradient: UnsafeMutablePointer<Float> { gradients[gradients.count - 1].pointer }
  /// `[rows, inputs]`, where rows are whole.
  var inputs: FloatBuffer {
    let inputs = gathered ?? FloatBuffer(zeros: capacity * shape.inputs)
    gathered = inputs
    return inputs
  }

  /// Computes the outputs of some rows.
  ///
  /// - Parameter merges: whether rows that are alike go together.
  func forward(
    _ numbers: UnsafePointer<Float>, _ store: ObservationStore,
    _ rows: UnsafeBufferPointer<Int32>, merges: Bool
  ) {
    begin(rows.count)
    if let sparse = store.sparse {
      count = 0
      for (place, row) in rows.enumerated() {
        let likeness = store.likeness(of: row)
        if !merges || count == 0 || likenesses[count - 1] != likeness {
          likenesses[count] = likeness
          count += 1
        }
        places[place] = Int32(count - 1)
      }
      sparse.multiply(
        likenesses, rows: count, weight: numbers + first.weight, bias: numbers + first.bias,
        columns: first.columns, into: values[0].pointer)
    } else if let whole = store.whole {
      for (place, row) in rows.enumerated() {
        (inputs.pointer + place * shape.inputs).update(
          from: whole.pointer + Int(row) * shape.inputs, count: shape.inputs)
      }
      multiplyInputs(numbers)
    }
    goOn(numbers)
  }

  /// Computes the outputs of what others have made of some rows, `[rows, inputs]`.
  func forward(
    _ numbers: UnsafePointer<Float>, features: UnsafeBufferPointer<Float>, rows: Int
  ) {
    precondition(
      features.count == rows * shape.inputs,
      "DensePass: \(features.count) numbers for \(rows) rows of \(shape.inputs)")
    begin(rows)
    if let source = features.baseAddress {
      inputs.pointer.update(from: source, count: features.count)
    }
    forwardInputs(numbers)
  }

  /// Computes the outputs of what stands in `inputs`, of as many rows as were begun.
  func forwardInputs(_ numbers: UnsafePointer<Float>) {
    multiplyInputs(numbers)
    goOn(numbers)
  }

  /// Takes in so many rows, each for itself at first.
  func begin(_ rows: Int) {
    precondition(rows <= capacity, "DensePass: \(rows) rows for \(capacity)")
    (count, given) = (rows, rows)
    for place in 0..<rows { places[place] = Int32(place) }
  }

  private func multiplyInputs(_ numbers: UnsafePointer<Float>) {
    PlainLayer.multiply(
      inputs.pointer, stride: shape.inputs, rows: count, inner: first.inputs,
      weight: numbers + first.weight, bias: numbers + first.bias, columns: first.columns,
      into: values[0].pointer, resultStride: first.columns)
  }

  /// Computes all levels behind the first.
  private func goOn(_ numbers: UnsafePointer<Float>) {
    for depth in 1..<shape.levels.count {
      let (below, level) = (shape.levels[depth - 1], shape.levels[depth])
      let inputs = values[depth - 1].pointer
      PlainLayer.activate(inputs, count: count * below.width, .tanh)
      for part in level.parts {
        PlainLayer.multiply(
          inputs + part.inputColumn, stride: below.width, rows: count, inner: part.inputs,
          weight: numbers + part.weight, bias: numbers + part.bias, columns: part.columns,
          into: values[depth].pointer + part.column, resultStride: level.width)
      }
    }
  }

  /// Writes the outputs of the rows that were given, `[rows, width]`.
  func copyOutputs(to target: UnsafeMutablePointer<Float>) {
    let width = shape.heads.width
    for row in 0..<given {
      (target + row * width).update(from: outputs + Int(places[row]) * width, count: width)
    }
  }

  /// Computes the outputs of some rows with a tanh behind them, for what stands behind these layers.
  func encode(
    _ numbers: UnsafePointer<Float>, _ store: ObservationStore, _ rows: UnsafeBufferPointer<Int32>
  ) -> UnsafePointer<Float> {
    forward(numbers, store, rows, merges: false)
    PlainLayer.activate(outputs, count: count * shape.heads.width, .tanh)
    return UnsafePointer(outputs)
  }
}
