import Tensors

extension DensePass {
  /// Takes the gradient by the outputs back to the first level's.
  ///
  /// - Parameters:
  ///   - transposes: of all matrices but the first.
  ///   - sums: the gradient by the numbers behind the first level, written.
  func backward(
    _ transposes: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>
  ) {
    let sums = sums - first.count
    for depth in stride(from: shape.levels.count - 1, to: 0, by: -1) {
      let (below, level) = (shape.levels[depth - 1], shape.levels[depth])
      let inputs = values[depth - 1].pointer
      for part in level.parts {
        let gradient = gradients[depth].pointer + part.column
        PlainLayer.weightGradient(
          inputs + part.inputColumn, stride: below.width, rows: count, inner: part.inputs,
          gradient: gradient, gradientStride: level.width, columns: part.columns,
          into: sums + part.weight, resultStride: part.columns)
        PlainLayer.biasGradient(
          gradient, stride: level.width, rows: count, columns: part.columns,
          into: sums + part.bias)
        PlainLayer.multiply(
          gradient, stride: level.width, rows: count, inner: part.columns,
          weight: transposes + part.transpose, bias: nil, columns: part.transposeColumns,
          into: gradients[depth - 1].pointer + part.inputColumn, resultStride: below.width)
      }
      PlainLayer.activateBackward(
        output: inputs, gradient: gradients[depth - 1].pointer, count: count * below.width, .tanh)
    }
  }

  /// Writes the gradient by the inputs, `[rows, padded inputs]`.
  ///
  /// - Parameter transpose: of the first matrix, `[columns, padded inputs]`.
  func inputGradient(
    _ transpose: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>
  ) {
    let padded = PlainLayer.padded(shape.inputs)
    PlainLayer.multiply(
      gradients[0].pointer, stride: first.columns, rows: count, inner: first.columns,
      weight: transpose, bias: nil, columns: padded, into: result, resultStride: padded)
  }

  /// Adds the gradient by some columns of the first matrix and its bias, of the rows that went through.
  ///
  /// - Parameter sparse: where the rows are from, where they are sparse.
  func addFirstGradient(
    _ sparse: SparseRows?, columns: Range<Int>, to sums: UnsafeMutablePointer<Float>
  ) {
    let gradient = gradients[0].pointer + columns.lowerBound
    let target = sums + first.weight + columns.lowerBound
    if let sparse {
      sparse.addGradient(
        likenesses, rows: count, gradient: gradient, columns: columns.count,
        stride: first.columns, to: target)
    } else {
      PlainLayer.weightGradient(
        inputs.pointer, stride: shape.inputs, rows: count, inner: first.inputs,
        gradient: gradient, gradientStride: first.columns, columns: columns.count,
        accumulates: true, into: target, resultStride: first.columns)
    }
    for row in 0..<count {
      PlainLayer.add(
        gradient + row * first.columns, to: sums + first.bias + columns.lowerBound,
        count: columns.count)
    }
  }
}
