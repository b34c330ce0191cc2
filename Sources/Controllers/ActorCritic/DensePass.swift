import Tensors

/// The way of some rows through fully connected networks, and the way back of a gradient.
final class DensePass {
  private let shape: DenseShape
  private let capacity: Int
  /// `[rows, width]` of each level, after its activation.
  private let values: [FloatBuffer]
  /// The same for gradients; those of the first level are what goes back to the inputs' weights.
  private let gradients: [FloatBuffer]
  /// Inputs together, where rows are whole.
  private var gathered: FloatBuffer?
  /// The rows that went forward.
  private var rows = UnsafeBufferPointer<Int32>(start: nil, count: 0)

  /// Makes room for so many rows.
  init(_ shape: DenseShape, rows: Int) {
    (self.shape, capacity) = (shape, rows)
    values = shape.levels.map { FloatBuffer(zeros: rows * $0.width) }
    gradients = shape.levels.map { FloatBuffer(zeros: rows * $0.width) }
  }

  /// The heads of the rows that went forward.
  var outputs: UnsafeMutablePointer<Float> { values[values.count - 1].pointer }
  /// Where the gradient by the heads is to be written.
  var outputGradient: UnsafeMutablePointer<Float> { gradients[gradients.count - 1].pointer }

  /// Computes the outputs of some rows.
  func forward(
    _ numbers: UnsafePointer<Float>, _ store: ObservationStore, _ rows: UnsafeBufferPointer<Int32>
  ) {
    precondition(rows.count <= capacity, "DensePass: \(rows.count) rows for \(capacity)")
    self.rows = rows
    first(numbers, store, rows)
    goOn(numbers)
  }

  /// Computes the outputs of what others have made of some rows, `[rows, inputs]`.
  func forward(
    _ numbers: UnsafePointer<Float>, features: UnsafeBufferPointer<Float>,
    _ rows: UnsafeBufferPointer<Int32>
  ) {
    precondition(
      rows.count <= capacity && features.count == rows.count * shape.inputs,
      "DensePass: \(rows.count) rows of \(features.count) numbers for \(capacity) of \(shape.inputs)")
    self.rows = rows
    if let source = features.baseAddress {
      gatheredInputs.pointer.update(from: source, count: features.count)
    }
    multiplyGathered(numbers)
    goOn(numbers)
  }

  /// Forgets the rows that went forward.
  func forget() { rows = UnsafeBufferPointer(start: nil, count: 0) }

  /// Computes all levels behind the first.
  private func goOn(_ numbers: UnsafePointer<Float>) {
    for depth in 1..<shape.levels.count {
      let (below, level) = (shape.levels[depth - 1], shape.levels[depth])
      let inputs = values[depth - 1].pointer
      PlainLayer.activate(inputs, count: rows.count * below.width, .tanh)
      for part in level.parts {
        PlainLayer.multiply(
          inputs + part.inputColumn, stride: below.width, rows: rows.count, inner: part.inputs,
          weight: numbers + part.weight, bias: numbers + part.bias, columns: part.columns,
          into: values[depth].pointer + part.column, resultStride: level.width)
      }
    }
  }

  /// Computes the outputs of some rows with a tanh behind them, for what stands behind these layers.
  func encode(
    _ numbers: UnsafePointer<Float>, _ store: ObservationStore, _ rows: UnsafeBufferPointer<Int32>
  ) -> UnsafePointer<Float> {
    forward(numbers, store, rows)
    PlainLayer.activate(outputs, count: rows.count * shape.heads.width, .tanh)
    return UnsafePointer(outputs)
  }

  private func first(
    _ numbers: UnsafePointer<Float>, _ store: ObservationStore, _ rows: UnsafeBufferPointer<Int32>
  ) {
    let part = shape.levels[0].parts[0]
    let (weight, bias) = (numbers + part.weight, numbers + part.bias)
    if let sparse = store.sparse, let chosen = rows.baseAddress {
      sparse.multiply(
        chosen, rows: rows.count, weight: weight, bias: bias, columns: part.columns,
        into: values[0].pointer)
    } else if let whole = store.whole {
      let inputs = gatheredInputs
      for (place, row) in rows.enumerated() {
        (inputs.pointer + place * shape.inputs).update(
          from: whole.pointer + Int(row) * shape.inputs, count: shape.inputs)
      }
      multiplyGathered(numbers)
    }
  }

  private var gatheredInputs: FloatBuffer {
    let inputs = gathered ?? FloatBuffer(zeros: capacity * shape.inputs)
    gathered = inputs
    return inputs
  }

  private func multiplyGathered(_ numbers: UnsafePointer<Float>) {
    let part = shape.levels[0].parts[0]
    PlainLayer.multiply(
      gatheredInputs.pointer, stride: shape.inputs, rows: rows.count, inner: part.inputs,
      weight: numbers + part.weight, bias: numbers + part.bias, columns: part.columns,
      into: values[0].pointer, resultStride: part.columns)
  }

  /// Takes the gradient by the heads back to the first level's outputs.
  ///
  /// - Parameters:
  ///   - transposes: of all matrices but the first.
  ///   - sums: the gradient by the numbers behind the first level, written.
  func backward(
    _ transposes: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>
  ) {
    let (rows, beginning) = (rows.count, shape.levels[0].parts[0].count)
    for depth in stride(from: shape.levels.count - 1, to: 0, by: -1) {
      let (below, level) = (shape.levels[depth - 1], shape.levels[depth])
      let inputs = values[depth - 1].pointer
      for part in level.parts {
        let gradient = gradients[depth].pointer + part.column
        PlainLayer.weightGradient(
          inputs + part.inputColumn, stride: below.width, rows: rows, inner: part.inputs,
          gradient: gradient, gradientStride: level.width, columns: part.columns,
          into: sums + part.weight - beginning, resultStride: part.columns)
        PlainLayer.biasGradient(
          gradient, stride: level.width, rows: rows, columns: part.columns,
          into: sums + part.bias - beginning)
        PlainLayer.multiply(
          gradient, stride: level.width, rows: rows, inner: part.columns,
          weight: transposes + part.transpose, bias: nil, columns: part.transposeColumns,
          into: gradients[depth - 1].pointer + part.inputColumn, resultStride: below.width)
      }
      PlainLayer.activateBackward(
        output: inputs, gradient: gradients[depth - 1].pointer, count: rows * below.width, .tanh)
    }
  }

}

extension DensePass: LearningPass {
  func goThrough(
    _ numbers: NetworkNumbers, _ segment: Segment, _ samples: UnsafeBufferPointer<Int32>,
    _ loss: SampleLoss, into sums: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    forward(numbers.flat, segment.observations, samples)
    return goBack(numbers, samples, loss, into: sums)
  }

  /// Takes the loss's gradient back, of rows that went forward.
  func goBack(
    _ numbers: NetworkNumbers, _ samples: UnsafeBufferPointer<Int32>, _ loss: SampleLoss,
    into sums: UnsafeMutablePointer<Float>
  ) -> PolicySums {
    let found = loss.evaluate(
      outputs, shape.heads, rows: samples,
      deviationGradient: sums + max(0, shape.deviations - shape.levels[0].parts[0].count),
      gradient: outputGradient)
    backward(numbers.transposes, into: sums)
    return found
  }

  /// Writes the gradient by the inputs, `[rows, padded inputs]`.
  ///
  /// - Parameter transpose: of the first matrix, `[columns, padded inputs]`.
  func inputGradient(
    _ transpose: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>
  ) {
    let (part, padded) = (shape.levels[0].parts[0], PlainLayer.padded(shape.inputs))
    PlainLayer.multiply(
      gradients[0].pointer, stride: part.columns, rows: rows.count, inner: part.columns,
      weight: transpose, bias: nil, columns: padded, into: result, resultStride: padded)
  }

  func addFirstGradient(
    _ segment: Segment, columns: Range<Int>, to gradient: UnsafeMutablePointer<Float>
  ) {
    addFirstGradient(segment.observations, columns: columns, to: gradient)
  }

  /// Adds the gradient by some columns of the first matrix, `[inputs, columns]`, and of its bias.
  func addFirstGradient(
    _ store: ObservationStore, columns: Range<Int>, to sums: UnsafeMutablePointer<Float>
  ) {
    let part = shape.levels[0].parts[0]
    let gradient = gradients[0].pointer + columns.lowerBound
    let target = sums + part.weight + columns.lowerBound
    if let sparse = store.sparse, let chosen = rows.baseAddress {
      sparse.addGradient(
        chosen, rows: rows.count, gradient: gradient, columns: columns.count,
        stride: part.columns, to: target)
    } else if let gathered {
      PlainLayer.weightGradient(
        gathered.pointer, stride: shape.inputs, rows: rows.count, inner: part.inputs,
        gradient: gradient, gradientStride: part.columns, columns: columns.count,
        accumulates: true, into: target, resultStride: part.columns)
    }
    for row in 0..<rows.count {
      PlainLayer.add(
        gradient + row * part.columns, to: sums + part.bias + columns.lowerBound,
        count: columns.count)
    }
  }
}
